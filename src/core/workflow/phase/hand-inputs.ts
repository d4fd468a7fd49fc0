import { metaKeys } from "../../task/template.ts";
import type { Phase, PhaseParam } from "../phase.ts";

/** What a person gives for a task by hand: a key of its meta. */
export interface HandInput extends PhaseParam {
  readonly isRequired: boolean;
}

/** Keys that each task has, and that stand for its row of a batch. */
const OWN_KEYS = ["workflow", "cron", "job"];

/**
 * The parameters of the phase, what it requires of a parent, and the keys of its template that nothing else fills. Of a batch from
 * a file any key may be a column.
 */
export function handInputs({ params, rule, template }: Phase): readonly HandInput[] {
  const known = new Set([...params.map(({ name }) => name), ...(rule.meta?.keys() ?? []), ...OWN_KEYS]);
  const waitsForFiles = rule.files !== null || rule.filesGlob !== null;
  if (waitsForFiles) for (const key of rule.pairs.keys()) known.add(key);
  const required = rule.require.filter((key) => !known.has(key));
  const ofTemplate = rule.metaFile === "" ? metaKeys(template, () => true) : [];
  const others = new Set(ofTemplate.filter((key) => !known.has(key) && !required.includes(key)));
  const text = (name: string): HandInput => ({
    name,
    type: "string",
    default: null,
    choices: [],
    secret: false,
    description: "",
    // What is left open is refused.
    isRequired: true,
  });
  return [
    ...params.map((param) => ({ ...param, isRequired: param.default === null })),
    ...required.map(text),
    ...[...others].map(text),
  ];
}
