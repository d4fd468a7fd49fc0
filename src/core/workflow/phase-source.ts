import { parse, TomlError } from "smol-toml";
import type { Issue, IssueCode, Position } from "./issue.ts";
import { foldKey, nearName } from "../text/near-name.ts";
import { configRemedy, foreignRemedy } from "./foreign-names.ts";
import { recoverToml } from "./toml-recovery.ts";
import { findOffsets, type PhaseOffsets, type TomlOffsets } from "./toml-offsets.ts";
import { readParams } from "./phase/params.ts";
import { readAbout } from "./phase/about.ts";
import type { OnRemoved, PhaseAbout, PhaseParam } from "./phase.ts";
import { FILE_KEYS, PARAMETER_NAMES, PHASE_KEYS, type PhaseKey } from "./workflow-schema.ts";

/** A value as the TOML parser returns it: integers as bigint, so that 2 and 2.0 differ. */
export type TomlValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | readonly TomlValue[]
  | { readonly [key: string]: TomlValue };

/** One phase as written in its file, types checked, nothing interpreted. */
export interface PhaseSource {
  readonly task: string;
  readonly dependsOn: string;
  /** The parents, one by one; a single text without a comma stays as it is, spaces included. */
  readonly parents: readonly string[];
  readonly rule: string;
  readonly template: string;
  readonly retry: bigint;
  readonly params: readonly PhaseParam[];
  readonly about: PhaseAbout;
  /** Plain keys that are rule parameters, by parameter name. */
  readonly plain: ReadonlyMap<string, TomlValue>;
  readonly line: number;
  /** Keys whose value has the wrong type and counts as not given. */
  readonly broken: ReadonlySet<string>;
  /** Of a key or parameter; of the phase when it has no such key. */
  position(key: string | null): Position;
}

export interface WorkflowSource {
  readonly phases: readonly PhaseSource[];
  /** A key has the wrong type or occurs twice: the phases only serve to find what else is wrong. */
  readonly isBroken: boolean;
  /** The `on_removed` of the file itself, which its phases have too unless they say otherwise; null when it is not given. */
  readonly onRemoved: OnRemoved | null;
  /** Some phases are not valid TOML, and missing in `phases`. */
  readonly isPartial: boolean;
  /** True when the file has a `phase` at all: this distinguishes a workflow from another TOML file. */
  readonly hasPhases: boolean;
  readonly issues: readonly Issue[];
}

/** Known names by their folded form. */
const FILE_NAMES = byFoldedName(FILE_KEYS);
const PHASE_NAMES = byFoldedName([...PHASE_KEYS, ...PARAMETER_NAMES]);

function byFoldedName(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [foldKey(name), name]));
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** The phases of a file, with the errors of its keys: wrong types, keys that fold together. None when it is not TOML. */
export function readWorkflowSource(file: string, source: string): WorkflowSource {
  const broken = (code: IssueCode, at: Position, message: string, remedy: string): WorkflowSource => ({
    phases: [],
    isBroken: true,
    isPartial: true,
    onRemoved: null,
    hasPhases: false,
    issues: [{ severity: "error", code, file, ...at, message, remedy }],
  });
  if (source.startsWith("\uFEFF")) {
    return broken(
      "toml_syntax",
      { line: 1, column: 1 },
      "The file begins with a byte order mark.",
      "Save it as UTF-8 without a byte order mark.",
    );
  }
  let root: Readonly<Record<string, TomlValue>>;
  try {
    root = parse(source, { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { faults, rest } = recoverToml(source, error);
    const unchecked = rest === null ? "The rest of the file was not checked" : "The rest of its phase was not checked";
    const issues = faults.map(({ line, column, reason }): Issue => {
      const message = `Not valid TOML: ${reason}. ${unchecked}.`;
      const remedy = "Correct the line; put text values in quotes.";
      return { severity: "error", code: "toml_syntax", file, line, column, message, remedy };
    });
    const read =
      rest === null
        ? null
        : new PhaseReader(file, rest, findOffsets(rest)).read(parse(rest, { integersAsBigInt: true }));
    return {
      phases: read?.phases ?? [],
      isBroken: true,
      isPartial: true,
      onRemoved: null,
      hasPhases: false,
      issues: [...issues, ...(read?.issues ?? [])],
    };
  }
  return new PhaseReader(file, source, findOffsets(source)).read(root);
}

class PhaseReader {
  private readonly file: string;
  private readonly source: string;
  private readonly offsets: TomlOffsets;
  private readonly issues: Issue[] = [];
  private onRemoved: OnRemoved | null = null;

  constructor(file: string, source: string, offsets: TomlOffsets) {
    this.file = file;
    this.source = source;
    this.offsets = offsets;
  }

  read(root: Readonly<Record<string, TomlValue>>): WorkflowSource {
    const keys = this.foldKeys(root, FILE_NAMES, (key) => this.rootPosition(key));
    for (const key of Object.keys(root)) this.checkRootKey(key, keys);
    const checksum = keys.get("checksum");
    if (checksum !== undefined && typeof root[checksum] !== "string") {
      this.error(
        "wrong_type",
        this.rootPosition(checksum),
        "checksum must be a string.",
        "Put it in quotes or leave it out.",
      );
    }
    this.onRemoved = this.readOnRemoved(keys.get("on_removed"), root);
    this.checkIntegers(root, (key) => this.rootPosition(key));
    const phaseKey = keys.get("phase");
    const list = phaseKey === undefined ? [] : root[phaseKey];
    const phases: PhaseSource[] = [];
    if (!Array.isArray(list)) {
      this.error(
        "wrong_type",
        this.rootPosition(phaseKey ?? "phase"),
        "phase must be a list of tables.",
        "Write [[phase]], with two brackets, above each phase.",
      );
    } else {
      list.forEach((table: TomlValue, index) => {
        if (isTable(table)) phases.push(this.phase(table, this.offsets.phases[index], phaseKey ?? "phase"));
        else
          this.error(
            "wrong_type",
            this.rootPosition(phaseKey ?? "phase"),
            `Phase ${index + 1} is not a table.`,
            "Write [[phase]] above each phase.",
          );
      });
    }
    const isBroken = this.issues.some((one) => one.severity === "error");
    const { onRemoved, issues } = this;
    return { phases, isBroken, isPartial: false, onRemoved, hasPhases: phaseKey !== undefined, issues };
  }

  private readOnRemoved(key: string | undefined, root: Readonly<Record<string, TomlValue>>): OnRemoved | null {
    const value = key === undefined ? undefined : root[key];
    if (key === undefined || value === undefined || value === "") return null;
    if (value === "release" || value === "cancel") return value;
    const remedy = 'Write on_removed = "release" or on_removed = "cancel".';
    this.error("bad_value", this.rootPosition(key), "on_removed must be release or cancel.", remedy);
    return null;
  }

  private phase(
    table: Readonly<Record<string, TomlValue>>,
    offsets: PhaseOffsets | undefined,
    phaseKey: string,
  ): PhaseSource {
    const offset = offsets?.offset ?? this.offsets.roots.get(phaseKey)?.key ?? 0;
    const at = (written: string | undefined): Position =>
      this.offsets.position((written === undefined ? undefined : offsets?.keys.get(written)?.key) ?? offset);
    const keys = this.foldKeys(table, PHASE_NAMES, at);
    const known = new Set(keys.values());
    for (const written of Object.keys(table)) {
      if (known.has(written)) continue;
      // Reported as a key given twice.
      if (PHASE_NAMES.has(foldKey(written))) continue;
      const near = nearName(written, PHASE_NAMES.values());
      const remedy =
        foreignRemedy(written) ?? (near === null ? "Remove it, or make it a comment." : `Did you mean ${near}?`);
      this.warn("unknown_key", at(written), `Unknown key ${written}: it is ignored.`, remedy);
    }
    this.checkIntegers(table, at);
    const broken = new Set<string>();
    const text = (key: PhaseKey): string => {
      const value = table[keys.get(key) ?? ""];
      if (value === undefined || typeof value === "string") return value ?? "";
      broken.add(key);
      this.error(
        "wrong_type",
        at(keys.get(key)),
        `${key} must be a string, not ${typeName(value)}.`,
        "Put it in quotes.",
      );
      return "";
    };
    const parents = this.parents(table[keys.get("dependsOn") ?? ""], at(keys.get("dependsOn")), broken);
    const retry = table[keys.get("retry") ?? ""] ?? 0n;
    if (typeof retry !== "bigint") {
      broken.add("retry");
      this.error(
        "wrong_type",
        at(keys.get("retry")),
        `retry must be an integer, not ${typeName(retry)}.`,
        "Write retry = 3, without quotes or point.",
      );
    }
    const { about, mistakes } = readAbout((key) => table[keys.get(key) ?? ""]);
    for (const { code, key, message, remedy } of mistakes) this.warn(code, at(keys.get(key)), message, remedy);
    const plain = new Map<string, TomlValue>();
    for (const parameter of PARAMETER_NAMES) {
      const value = table[keys.get(parameter) ?? ""];
      if (value !== undefined) plain.set(parameter, value);
    }
    const rule = text("rule");
    if (this.onRemoved !== null && !plain.has("on_removed") && !rule.includes("on_removed="))
      plain.set("on_removed", this.onRemoved);
    const ruleValue = offsets?.keys.get(keys.get("rule") ?? "")?.value;
    return {
      task: text("task"),
      dependsOn: parents.join(", "),
      parents,
      rule,
      template: text("template"),
      retry: typeof retry === "bigint" ? retry : 0n,
      params: this.params(table[keys.get("param") ?? ""], at(keys.get("param"))),
      about,
      plain,
      broken,
      line: this.offsets.position(offset).line,
      position: (key) => {
        const written = key === null ? undefined : keys.get(key);
        if (written !== undefined || key === null || ruleValue === undefined) return at(written);
        return this.offsets.position(this.withinRule(key, ruleValue));
      },
    };
  }

  private params(value: TomlValue | undefined, at: Position): readonly PhaseParam[] {
    const { params, mistakes } = readParams(value);
    for (const { message, remedy } of mistakes) this.error("bad_param", at, message, remedy);
    return params;
  }

  /** A text names one parent, or several with commas; a list names one each. */
  private parents(value: TomlValue | undefined, at: Position, broken: Set<string>): string[] {
    if (value === undefined || value === "") return [];
    if (typeof value === "string")
      return value.includes(",")
        ? value
            .split(",")
            .map((one) => one.trim())
            .filter((one) => one !== "")
        : [value];
    if (Array.isArray(value) && value.every((one) => typeof one === "string"))
      return value.map((one: string) => one.trim());
    broken.add("dependsOn");
    this.error(
      "wrong_type",
      at,
      `dependsOn must be a string or a list of strings, not ${typeName(value)}.`,
      'Write dependsOn = "a" or dependsOn = ["a", "b:job"].',
    );
    return [];
  }

  /** Where a parameter is in the rule string, or where that string begins. */
  private withinRule(name: string, ruleValue: number): number {
    const end = this.source.indexOf("\n", ruleValue);
    const text = this.source.slice(ruleValue, end === -1 ? undefined : end);
    const escaped = name.replaceAll(/[^\w-]/g, String.raw`\$&`);
    const found = new RegExp(`(^["']+|[&?;])(${escaped})(?=[=&"';]|$)`).exec(text);
    return found === null ? ruleValue : ruleValue + found.index + (found[1] ?? "").length;
  }

  /** The key as written, by the known name it folds to. Two keys that fold to the same name are an error. */
  private foldKeys(
    table: Readonly<Record<string, TomlValue>>,
    byFolded: ReadonlyMap<string, string>,
    at: (written: string) => Position,
  ): Map<string, string> {
    const keys = new Map<string, string>();
    for (const written of Object.keys(table)) {
      const name = byFolded.get(foldKey(written));
      if (name === undefined) continue;
      const earlier = keys.get(name);
      if (earlier === undefined) keys.set(name, written);
      else this.error("key_twice", at(written), `${written} and ${earlier} are the same key.`, "Keep one of them.");
    }
    return keys;
  }

  private checkRootKey(key: string, keys: ReadonlyMap<string, string>): void {
    if ([...keys.values()].includes(key)) return;
    const isOfPhase = PHASE_NAMES.has(foldKey(key));
    // One that folds to a known key of the file has been reported as a key given twice.
    if (!isOfPhase && FILE_NAMES.has(foldKey(key))) return;
    const isNear = nearName(key, ["phase"]) !== null;
    this.warn(
      "unknown_key",
      this.rootPosition(key),
      isOfPhase ? `${key} is outside of any phase: it is ignored.` : `Unknown key ${key}: it is ignored.`,
      isOfPhase
        ? "Write [[phase]] above it."
        : isNear
          ? "Did you mean [[phase]]?"
          : (configRemedy(key) ?? foreignRemedy(key, "below a [[phase]]") ?? "Remove it, or make it a comment."),
    );
  }

  /** For a number beyond 64 bits the older program rejected the complete file, whatever the key. */
  private checkIntegers(table: Readonly<Record<string, TomlValue>>, at: (key: string) => Position): void {
    for (const [key, value] of Object.entries(table)) {
      if (typeof value !== "bigint" || (value >= MIN_INT64 && value <= MAX_INT64)) continue;
      this.error("toml_syntax", at(key), `${key} does not fit into 64 bits.`, "Use a smaller number.");
    }
  }

  private rootPosition(key: string): Position {
    return this.offsets.position(this.offsets.roots.get(key)?.key ?? 0);
  }

  private error(code: IssueCode, at: Position, message: string, remedy: string): void {
    this.issues.push({ severity: "error", code, file: this.file, ...at, message, remedy });
  }

  private warn(code: IssueCode, at: Position, message: string, remedy: string): void {
    this.issues.push({ severity: "warning", code, file: this.file, ...at, message, remedy });
  }
}

export function isTable(value: TomlValue): value is { readonly [key: string]: TomlValue } {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
}

/** The TOML name of a value's type, with its article. */
export function typeName(value: TomlValue): string {
  if (typeof value === "string") return "a string";
  if (typeof value === "bigint") return "an integer";
  if (typeof value === "number") return "a number with a point";
  if (typeof value === "boolean") return "a boolean";
  if (value instanceof Date) return "a date";
  return Array.isArray(value) ? "a list" : "a table";
}
