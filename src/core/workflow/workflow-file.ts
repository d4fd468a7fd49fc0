import { nodesOnCycles } from "./cycles.ts";
import type { Issue, RuleIssue } from "./issue.ts";
import { isForeign, parentOf } from "./phase/parent-ref.ts";
import type { OnRemoved, ParentRef, Phase } from "./phase.ts";
import { readWorkflowSource, type PhaseSource } from "./phase-source.ts";
import { parseRule } from "./rule.ts";
import { checkPhases } from "./workflow-checks.ts";

export interface WorkflowFileOptions {
  /** IANA zone of schedules that name none. */
  readonly zone: string;
  /** Milliseconds since 1970: schedules are checked for the 13 months after it. */
  readonly now: number;
  /** Names of other workflow files with a phase that makes this parent; where it is not given none is named. */
  readonly madeElsewhere?: (parent: ParentRef) => readonly string[];
}

export interface WorkflowFile {
  /** In file order, ids still 0. Also of a rejected file, when its phases could be read. */
  readonly phases: readonly Phase[];
  /** Sorted by line and column. */
  readonly issues: readonly Issue[];
  /** False when there is an error: the file is rejected. */
  readonly accepted: boolean;
  /** Of the file itself; null when it is not given. */
  readonly onRemoved: OnRemoved | null;
  /** Whether the file has a `phase` at all: this distinguishes a workflow from any other text. */
  readonly hasPhases: boolean;
}

/** Reads a workflow file from its source. `name` is the workflow's name as in meta. Never throws. */
export function parseWorkflowFile(name: string, source: string, options: WorkflowFileOptions): WorkflowFile {
  const read = readWorkflowSource(name, source);
  const issues: Issue[] = [...read.issues];
  const sources = new Map<Phase, PhaseSource>();
  const report = (
    from: PhaseSource,
    key: string | null,
    { severity, code, message, remedy }: Omit<RuleIssue, "parameter">,
  ): void => {
    issues.push({ severity, code, file: name, ...from.position(key), message, remedy });
  };
  const keys = new Map<string, number>();
  const drafts = read.phases.map((from) => {
    const { phase, issues: ruleIssues } = readPhase(name, from, options.zone, keys);
    for (const { parameter, ...issue } of ruleIssues) report(from, parameter ?? "rule", issue);
    if (from.retry < 0n) {
      report(from, "retry", {
        severity: "warning",
        code: "negative_retry",
        message: `retry is below zero: ${from.retry} counts as 0.`,
        remedy: "Write 0 or more.",
      });
    }
    return { phase, from };
  });
  const cyclic = unguardedCycles(drafts.map((one) => one.phase));
  const phases = drafts.map(({ phase, from }, index) => {
    // What comes of another file may lead back to it: only the ancestors tell.
    const marked = cyclic.has(index) || phase.dependsOn.some(isForeign) ? { ...phase, cyclic: true } : phase;
    sources.set(marked, from);
    return marked;
  });
  const isPartial = read.isPartial || drafts.some(({ from }) => from.broken.has("task"));
  for (const { phase, key, ...issue } of checkPhases(phases, options)) {
    const from = sources.get(phase);
    if (from === undefined || (isPartial && issue.code === "unknown_parent")) continue;
    // The wrong type is reported; nothing is known of the value that was meant.
    if (from.broken.size > 0 && (key === null || from.broken.has(key))) continue;
    report(from, key, issue);
  }
  issues.sort((a, b) => a.line - b.line || a.column - b.column);
  const accepted = issues.every((one) => one.severity !== "error");
  const { isBroken, onRemoved, hasPhases } = read;
  return { phases: isBroken ? [] : phases, issues, accepted, onRemoved, hasPhases };
}

function readPhase(
  workflow: string,
  from: PhaseSource,
  zone: string,
  keys: Map<string, number>,
): { readonly phase: Phase; readonly issues: readonly RuleIssue[] } {
  const parsed = parseRule({ text: from.rule, plain: from.plain, hasParents: from.parents.length > 0, zone });
  const [type = "", job] = (
    from.task.includes(":") || parsed.job === "" ? from.task : `${from.task}:${parsed.job}`
  ).split(":");
  const phase: Phase = {
    id: 0,
    key: uniqueKey(`${type}:${job ?? ""}<${from.dependsOn}`, keys),
    workflow,
    versionId: 0,
    task: from.task,
    type,
    job: job ?? "",
    dependsOn: from.parents.map((text) => parentOf(text, workflow)),
    dependsOnText: from.dependsOn,
    ruleText: from.rule,
    template: from.template,
    retry: from.retry > 0n ? Number(from.retry < SAFE ? from.retry : SAFE) : 0,
    rule: parsed.rule,
    params: from.params,
    about: from.about,
    cyclic: false,
    joins: [],
    joinPlan: null,
    line: from.line,
  };
  return { phase, issues: parsed.issues };
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Only what identifies the phase, so that after an edit of its rule or template the schedule continues where it was. */
function uniqueKey(name: string, keys: Map<string, number>): string {
  const count = (keys.get(name) ?? 0) + 1;
  keys.set(name, count);
  return count === 1 ? name : `${name}#${count}`;
}

/** Phases on a cycle that no `require` breaks: their children would never end. */
function unguardedCycles(phases: readonly Phase[]): ReadonlySet<number> {
  const byType = Map.groupBy(phases.keys(), (index) => phases[index]?.type ?? "");
  const followers: number[][] = phases.map(() => []);
  phases.forEach((child, childIndex) => {
    if (child.rule.require.length > 0) return;
    for (const parent of child.dependsOn) {
      if (isForeign(parent)) continue;
      for (const index of byType.get(parent.type) ?? []) {
        if (parent.job === null || parent.job === phases[index]?.job) followers[index]?.push(childIndex);
      }
    }
  });
  return nodesOnCycles(followers);
}
