import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { compileFilesGlob, compileGlob } from "../glob/glob.ts";
import { foreignRemedy, isForeign } from "./foreign-names.ts";
import type { IssueCode, RuleIssue } from "./issue.ts";
import { foldKey, nearName } from "../text/near-name.ts";
import type { Rule } from "./phase.ts";
import type { RuleInput } from "./rule-input.ts";
import type { RuleText } from "./rule-readers.ts";
import { ABOUT_KEYS } from "./phase/about.ts";
import { PARAMETER_NAMES, PHASE_KEYS } from "./workflow-schema.ts";

type Report = (code: IssueCode, parameter: string | null, message: string, remedy: string) => void;

/** Checks a rule whose parameters are read, for those that conflict, do nothing, or are misspelled. */
export function checkRule(rule: Rule, text: RuleText, input: RuleInput): readonly RuleIssue[] {
  const issues: RuleIssue[] = [];
  const warn: Report = (code, parameter, message, remedy) => {
    issues.push({ severity: "warning", code, parameter, message, remedy });
  };
  const isSet = (name: string): boolean => text.lenient.has(name) || text.strict.has(name) || input.plain.has(name);
  if (rule.meta !== null && rule.metaFile !== "") {
    const isRefused = rule.cronText !== null;
    issues.push({
      severity: isRefused ? "error" : "warning",
      code: "meta_and_meta_file",
      parameter: "meta-file",
      message: isRefused
        ? "meta and meta-file cannot be combined."
        : "meta and meta-file are both given: no task is made.",
      remedy: "Keep one of them.",
    });
  }
  checkFiles(rule, input.hasParents, warn);
  checkSpan(rule, input, isSet, warn);
  for (const name of ["offset", "for"]) {
    const [written = ""] = text.strict.get(name) ?? [];
    if (!/^[+-]?[0-9]*[1-9][0-9]*$/.test(written)) continue;
    warn(
      "bare_number",
      name,
      `${name} is ${written} without a unit: it counts nanoseconds.`,
      `Write it with its unit, like ${written}h.`,
    );
  }
  if (input.hasParents && rule.cronText === null) {
    for (const name of ["for", "by"].filter(isSet)) {
      warn(
        "batch_on_child",
        name,
        `${name} does nothing for a child: it makes one task.`,
        "Give it to the parent, or use meta to make several.",
      );
    }
  }
  if (rule.require.length === 0 && (text.lenient.get("require") ?? []).some((one) => one !== "")) {
    warn(
      "require_nothing",
      "require",
      "require names no {meta:key}: it requires nothing.",
      "Write require={meta:key}.",
    );
  }
  checkNames(rule, text, warn);
  return issues;
}

function checkFiles(rule: Rule, hasParents: boolean, warn: Report): void {
  if (rule.files !== null && compileGlob(rule.files) === null) {
    warn(
      "bad_glob",
      "files",
      `The pattern ${rule.files} is malformed: it never matches.`,
      "Close every [ with ], and write no backslash at the end.",
    );
  }
  if (rule.filesGlob !== null && compileFilesGlob(rule.filesGlob) === null) {
    warn(
      "bad_glob",
      "files_glob",
      `The pattern ${rule.filesGlob} is malformed: it never matches.`,
      "Close every [, { and (.",
    );
  }
  if (rule.files !== null || rule.filesGlob !== null) {
    if (rule.cronText !== null || hasParents) return;
    const name = rule.metaFile !== "" ? "meta-file" : rule.meta === null ? null : "meta";
    if (name !== null)
      warn(
        "rows_ignored",
        name,
        `${name} makes no rows of the tasks of files: it only travels in their meta.`,
        "Make the rows in a phase that depends on this one.",
      );
    return;
  }
  const idle = [
    rule.expectByText === null ? null : "expect_by",
    rule.gather === 0 ? null : "gather",
    rule.gatherTimeout === null ? null : "gather_timeout",
    rule.taskTime === "path" ? null : "task_time",
  ];
  for (const name of idle) {
    if (name !== null)
      warn("without_files", name, `${name} does nothing without files or files_glob.`, "Add files, or remove it.");
  }
}

/** Values of `by` that the batch knows; any other counts as day. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ["hour", HOUR],
  ["hourly", HOUR],
  ["day", DAY],
  ["daily", DAY],
  ["week", 7 * DAY],
  ["weekly", 7 * DAY],
  ["month", 28 * DAY],
  ["monthly", 28 * DAY],
]);

function checkSpan(rule: Rule, input: RuleInput, isSet: (name: string) => boolean, warn: Report): void {
  const step = STEPS.get(rule.by.toLowerCase());
  if (rule.by !== "" && step === undefined) {
    const near = nearName(rule.by, STEPS.keys());
    const remedy = near === null ? "Write hour, day, week or month." : `Did you mean ${near}?`;
    warn("bad_step", "by", `by is "${rule.by}", which is no step: it counts as day.`, remedy);
  }
  if (rule.cronText === null) {
    if (input.hasParents) return;
    for (const name of ["for", "by"].filter(isSet))
      warn("span_ignored", name, `${name} does nothing without cron.`, "Add cron, or remove it.");
    return;
  }
  const span = Number(rule.forNs < 0n ? -rule.forNs : rule.forNs) / 1_000_000;
  if (span === 0) {
    if (rule.by !== "") warn("span_ignored", "by", "by does nothing without for.", "Add for, or remove it.");
  } else if (span < (step ?? DAY)) {
    const name = step === undefined ? "day" : rule.by;
    warn(
      "span_ignored",
      "for",
      `for is shorter than its step ${name}: it makes one task.`,
      "Write a longer span, or a shorter step in by.",
    );
  }
}

/** Names in the rule string that do nothing and are probably misspelled. A file rule's own parameters travel in meta. */
function checkNames(rule: Rule, text: RuleText, warn: Report): void {
  const known = new Set(PARAMETER_NAMES);
  const waitsForFiles = rule.files !== null || rule.filesGlob !== null;
  for (const name of new Set([...text.lenient.keys(), ...text.strict.keys()])) {
    if (known.has(name) || name === "") continue;
    if (name === "count") {
      warn("count_ignored", name, "count does nothing but travel in meta.", "To wait for several files use gather.");
      continue;
    }
    const field = ["workflow", ...PHASE_KEYS].find((key) => foldKey(key) === foldKey(name));
    if (field === undefined) {
      const near = nearName(name, PARAMETER_NAMES);
      // Other names of a file rule travel in the meta of its tasks; a dropped pair is reported as such.
      if (near === null && (!text.lenient.has(name) || (waitsForFiles && !isForeign(name)))) continue;
      const remedy = near === null ? "Remove it: only a phase with files passes it on." : `Did you mean ${near}?`;
      const foreign = waitsForFiles && !isForeign(name) ? null : foreignRemedy(name);
      const outcome =
        foreign !== null && waitsForFiles ? "it only travels in the meta of the tasks" : "it does nothing";
      warn("unknown_parameter", name, `Unknown parameter ${name}: ${outcome}.`, foreign ?? remedy);
    } else if (!waitsForFiles || (name !== name.toLowerCase() && !ABOUT_KEYS.some((key) => key === field))) {
      const remedy = field === "workflow" ? "Remove it." : `Write ${field} as a key of the phase.`;
      warn("field_in_rule", name, `${name} does nothing in a rule.`, remedy);
    }
  }
}
