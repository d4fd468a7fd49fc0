import { isObject } from "../../../contract/json-pairs.ts";
import { parseAskedTime } from "../../../contract/time/asked-time.ts";
import { foldKey, nearName } from "../../text/near-name.ts";
import type { PhaseParam } from "../phase.ts";

export const PARAM_TYPES: readonly PhaseParam["type"][] = ["string", "integer", "number", "boolean", "date"];
const KEYS: readonly string[] = ["name", "type", "default", "choices", "secret", "description"];

export interface ParamMistake {
  readonly message: string;
  readonly remedy: string;
}

/** The `[[phase.param]]` of a phase, and what is wrong with them. A wrong one is left out. */
export function readParams(value: unknown): {
  readonly params: readonly PhaseParam[];
  readonly mistakes: readonly ParamMistake[];
} {
  const params: PhaseParam[] = [];
  const mistakes: ParamMistake[] = [];
  if (value === undefined) return { params, mistakes };
  if (!Array.isArray(value)) {
    const remedy = "Write [[phase.param]], with two brackets, above each parameter.";
    return { params, mistakes: [{ message: "param must be a list of tables.", remedy }] };
  }
  for (const [index, table] of value.entries()) {
    const param = readParam(table, index + 1);
    if ("message" in param) mistakes.push(param);
    else if (params.some(({ name }) => name === param.name))
      mistakes.push({
        message: `The parameter ${param.name} is given twice.`,
        remedy: "Rename or remove one of them.",
      });
    else params.push(param);
  }
  return { params, mistakes };
}

function readParam(table: unknown, number: number): PhaseParam | ParamMistake {
  const which = `Parameter ${number}`;
  if (!isObject(table))
    return { message: `${which} is not a table.`, remedy: "Write [[phase.param]] above each parameter." };
  const fields = new Map(Object.entries(table).map(([key, field]) => [foldKey(key), field]));
  const unknown = [...fields.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    const near = nearName(unknown, KEYS);
    return {
      message: `${which} has the unknown key ${unknown}.`,
      remedy: near === null ? `Its keys are ${KEYS.join(", ")}.` : `Did you mean ${near}?`,
    };
  }
  const name = fields.get("name");
  if (typeof name !== "string" || !/^\w[\w-]*$/.test(name))
    return { message: `${which} needs a name of letters, digits, _ and -.`, remedy: 'Write name = "region".' };
  const type = PARAM_TYPES.find((one) => one === (fields.get("type") ?? "string"));
  if (type === undefined)
    return {
      message: `The type of the parameter ${name} is not known.`,
      remedy: `Write one of ${PARAM_TYPES.join(", ")}.`,
    };
  const choices = fields.get("choices") ?? [];
  if (!Array.isArray(choices))
    return { message: `choices of the parameter ${name} must be a list.`, remedy: 'Write choices = ["eu", "us"].' };
  const secret = fields.get("secret") ?? false;
  if (typeof secret !== "boolean")
    return { message: `secret of the parameter ${name} must be true or false.`, remedy: "Write secret = true." };
  const given = fields.get("default");
  const param: PhaseParam = {
    name,
    type,
    default: given === undefined ? null : textOf(given),
    choices: choices.map(textOf),
    secret,
    description: textOf(fields.get("description") ?? ""),
  };
  const wrong = [
    ...param.choices.map((one) => mistakeOf({ ...param, choices: [] }, one)),
    param.default === null ? null : mistakeOf(param, param.default),
  ];
  const mistake = wrong.find((one) => one !== null);
  return mistake === undefined || mistake === null
    ? param
    : {
        message: `The default or a choice of the parameter ${name} cannot be used: ${mistake}.`,
        remedy: "Make it a value of its type, and the default one of the choices.",
      };
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

const IS_TYPE: Readonly<Record<PhaseParam["type"], (text: string) => boolean>> = {
  string: () => true,
  integer: (text) => /^[+-]?\d+$/.test(text),
  number: (text) => text.trim() !== "" && Number.isFinite(Number(text)),
  boolean: (text) => text === "true" || text === "false",
  date: (text) => parseAskedTime(text) !== null,
};

const EXAMPLE: Readonly<Record<PhaseParam["type"], string>> = {
  string: "a text",
  integer: "an integer, as 3",
  number: "a number, as 0.5",
  boolean: "true or false",
  date: "a day or a time, as 2026-01-31 or 2026-01-31T05",
};

/** Why a value cannot be that of the parameter; null: it can. A secret one is not repeated. */
export function mistakeOf({ name, type, choices, secret }: PhaseParam, value: string): string | null {
  const shown = secret ? "its value" : `"${value}"`;
  if (!IS_TYPE[type](value)) return `${name} takes ${EXAMPLE[type]}, and ${shown} is not`;
  if (choices.length > 0 && !choices.includes(value))
    return `${name} is one of ${secret ? "its choices" : choices.join(", ")}, and ${shown} is not`;
  return null;
}

/**
 * The values of the parameters of a phase, by what a person gives, with the defaults of those that are left out; or what is wrong
 * with them, a sentence each.
 */
export function paramValues(
  params: readonly PhaseParam[],
  given: (name: string) => string | undefined,
): { readonly values: ReadonlyMap<string, string>; readonly mistakes: readonly string[] } {
  const values = new Map<string, string>();
  const mistakes: string[] = [];
  for (const param of params) {
    const value = given(param.name) ?? param.default;
    const mistake =
      value === null
        ? `${param.name} is not given, and has no default: it takes ${EXAMPLE[param.type]}`
        : mistakeOf(param, value);
    if (mistake !== null) mistakes.push(mistake);
    else if (value !== null) values.set(param.name, value);
  }
  return { values, mistakes };
}

/** A parameter on one line, for people. */
export function paramText({ name, type, choices, secret, description, ...param }: PhaseParam): string {
  const notes = [
    type,
    ...(choices.length > 0 && !secret ? [`one of ${choices.join(", ")}`] : []),
    param.default === null
      ? "required"
      : secret
        ? "has a default"
        : `default ${param.default === "" ? '""' : param.default}`,
    ...(secret ? ["secret"] : []),
  ];
  return `${name}  ${description}${description === "" ? "" : " "}(${notes.join("; ")})`;
}
