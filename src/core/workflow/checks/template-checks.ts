import { isPlainKey, metaKeys } from "../../task/template.ts";
import { tokenIssues } from "../../task/template-tokens.ts";
import type { Phase } from "../phase.ts";
import { PARAMETER_NAMES } from "../workflow-schema.ts";
import type { Warn } from "./phase-issue.ts";

export function checkTemplate(phase: Phase, warn: Warn): void {
  for (const { code, message, remedy } of tokenIssues(phase.template)) warn(phase, "template", code, message, remedy);
  checkKeys(phase, warn);
  if (phase.dependsOn.length === 0) return;
  for (const key of new Set(metaKeys(phase.template, () => true))) {
    // A dot may name one of several parents.
    if (isPlainKey(key) || key.includes(".") || phase.rule.require.includes(key) || phase.rule.meta?.has(key) === true)
      continue;
    warn(
      phase,
      "template",
      "token_may_stay",
      `{meta:${key}} stays as it is where the parent reports no ${key}.`,
      `Add ${key} to require, or use a key of letters, digits and _, which is empty then.`,
    );
  }
}

/** Only where all keys of the meta are known: a child gets the meta that its parent's worker wrote, a meta-file has any columns. */
function checkKeys(phase: Phase, warn: Warn): void {
  const { rule } = phase;
  if (phase.dependsOn.length > 0 || rule.metaFile !== "") return;
  const waitsForFiles = rule.files !== null || rule.filesGlob !== null;
  if (!waitsForFiles && rule.cronText === null) return;
  const set = new Set(["workflow", "cron", "job", "file", "filename", ...(rule.meta?.keys() ?? [])]);
  if (waitsForFiles) for (const key of [...rule.pairs.keys(), ...PARAMETER_NAMES]) set.add(key);
  if (waitsForFiles && rule.gather > 1) for (const key of ["file_list", "file_count"]) set.add(key);
  for (const key of new Set(metaKeys(phase.template, () => true))) {
    if (set.has(key)) continue;
    const outcome =
      isPlainKey(key) && (waitsForFiles || (rule.meta?.size ?? 0) > 0)
        ? "it is left empty"
        : "the token stays as it is";
    warn(
      phase,
      "template",
      "unknown_template_key",
      `Nothing sets {meta:${key}}: ${outcome}.`,
      waitsForFiles ? `Add ${key}= to the rule.` : `Add meta=${key}:value to the rule.`,
    );
  }
}
