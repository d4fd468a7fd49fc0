import { diff } from "node:util";
import { tickTaskTime } from "../../core/decide/on-tick.ts";
import { comingTicks } from "../../core/cron/coming-ticks.ts";
import type { Issue } from "../../core/workflow/issue.ts";
import { isMadeBy } from "../../core/workflow/phase.ts";
import { parseWorkflowFile } from "../../core/workflow/workflow-file.ts";
import { taskTimeText } from "../task-time-text.ts";
import { phaseEdges, type PhaseEdge } from "./workflow-graph.ts";

/** What is asked of a text; plain data, because it is answered in a thread of its own. */
export type Inspection =
  | {
      readonly kind: "validate";
      readonly name: string;
      readonly source: string;
      readonly zone: string;
      readonly now: number;
      readonly ticks: number;
      /** Tasks that other files make. */
      readonly others: readonly { readonly workflow: string; readonly type: string; readonly job: string }[];
    }
  | { readonly kind: "diff"; readonly from: string; readonly to: string };

export interface ValidatedPhase {
  /** From 1, in the order of the file. */
  readonly id: number;
  readonly task: string;
  readonly type: string;
  readonly job: string;
  readonly line: number;
}

export interface ValidatedText {
  readonly accepted: boolean;
  readonly issues: readonly Issue[];
  readonly phases: readonly ValidatedPhase[];
  readonly edges: readonly PhaseEdge[];
  readonly ticks: readonly {
    readonly id: number;
    readonly at: number;
    readonly taskTime: string | null;
    readonly zone: string;
  }[];
}

/** A line of a text with its number there, from 1; null: the other text has it alone. */
export interface DiffLine {
  readonly op: "same" | "removed" | "added";
  readonly from: number | null;
  readonly to: number | null;
  readonly text: string;
}

/** The part of the parser that needs no database. */
export function validateText(asked: Extract<Inspection, { readonly kind: "validate" }>): ValidatedText {
  const { name, source, zone, now, others } = asked;
  const foreign = others.filter(({ workflow }) => workflow !== name);
  const file = parseWorkflowFile(name, source, {
    zone,
    now,
    madeElsewhere: (parent) => [
      ...new Set(foreign.filter((one) => isMadeBy(parent, one)).map(({ workflow }) => workflow)),
    ],
  });
  const phases = file.phases.map((phase, index) => ({ ...phase, id: index + 1 }));
  const { edges } = phaseEdges(phases, () => true);
  const next = phases.map((phase) => ({ phase, at: phase.rule.cron?.next(now) ?? null }));
  const ticks: ValidatedText["ticks"][number][] = [];
  for (const { phase, at, held } of comingTicks(next, ({ rule }) => (rule.paused ? { until: null } : null))) {
    if (ticks.length === asked.ticks) break;
    const own = phase.rule.timezone ?? zone;
    if (held === null)
      ticks.push({ id: phase.id, at, taskTime: taskTimeText(tickTaskTime(phase, at, zone), own, zone), zone: own });
  }
  const shown = phases.map(({ id, task, type, job, line }) => ({ id, task, type, job, line }));
  return { accepted: file.accepted, issues: file.issues, phases: shown, edges, ticks };
}

/** Lines around a change. */
const CONTEXT = 3;

/** The changed lines of two texts, with three around each change. */
export function diffTexts(from: string, to: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [before, after] = [0, 0];
  for (const [op, text] of diff(from.split("\n"), to.split("\n"))) {
    // -1: only the second text has it, 1: only the first.
    if (op <= 0) after += 1;
    if (op >= 0) before += 1;
    const name = op === 0 ? "same" : op > 0 ? "removed" : "added";
    lines.push({ op: name, from: op < 0 ? null : before, to: op > 0 ? null : after, text });
  }
  const near = new Set<number>();
  for (const [index, { op }] of lines.entries())
    if (op !== "same") for (let at = index - CONTEXT; at <= index + CONTEXT; at++) near.add(at);
  return lines.filter((_, index) => near.has(index));
}
