import { HOUR } from "../contract/time-units.ts";
import { ambiguity, findPhases, whyNoPhase, type PhaseAsk } from "../core/why/find-phase.ts";
import type { Phase, WorkflowGraph } from "../core/workflow/phase.ts";
import { parentPhases, whyNot, whyNotNeeds, whyNotOf, type WhyNot, type WhyNotFinding } from "../core/why/why-not.ts";
import type { Questions } from "../store/store.ts";

export interface WhyNotQuestion extends PhaseAsk {
  /** As records have it: what the clock of the phase's zone shows, written as UTC; milliseconds since 1970. */
  readonly taskTime: number;
}

export interface WhyNotSources {
  readonly lineage: Pick<Questions["lineage"], "whyNot" | "workflows">;
  /** The workflows in force. */
  readonly graph: WorkflowGraph;
  readonly now: number;
  /** IANA zone of phases that name none. */
  readonly zone: string;
}

/** Parents that are asked in turn why they have no task either. */
const MAX_PHASES = 20;

/**
 * Why a phase has no task for a task time. One answer; several when its file has the same phase more than once. Where a
 * parent has no task, its own answer is part of the finding.
 */
export async function askWhyNot(question: WhyNotQuestion, sources: WhyNotSources): Promise<readonly WhyNot[]> {
  const { graph, lineage } = sources;
  const found = findPhases(question, graph);
  const several = ambiguity(question, found);
  if (several.length > 0) return [whyNotOf(null, question.taskTime, several)];
  if (found.length === 0) {
    const unknown = whyNoPhase(question, graph, await lineage.workflows());
    return [whyNotOf(null, question.taskTime, unknown)];
  }
  const answers: WhyNot[] = [];
  for (const phase of found) {
    const asked = new Set<Phase>();
    answers.push(await answer(phase, timeOf(phase, question.taskTime), sources, asked));
  }
  return answers;
}

/** Ticks are about whole hours; only files and infos name minutes. */
function timeOf(phase: Phase, taskTime: number): number {
  return phase.rule.cron === null ? taskTime : taskTime - (taskTime % HOUR);
}

async function answer(phase: Phase, taskTime: number, sources: WhyNotSources, asked: Set<Phase>): Promise<WhyNot> {
  asked.add(phase);
  const { graph, lineage, zone } = sources;
  const facts = await lineage.whyNot(whyNotNeeds(phase, taskTime, graph, zone));
  const { findings } = whyNot(phase, taskTime, facts, sources);
  const deeper: WhyNotFinding[] = [];
  for (const finding of findings) deeper.push(await behind(finding, phase, taskTime, sources, asked));
  return whyNotOf(phase, taskTime, deeper);
}

async function behind(
  finding: WhyNotFinding,
  phase: Phase,
  taskTime: number,
  sources: WhyNotSources,
  asked: Set<Phase>,
): Promise<WhyNotFinding> {
  const { index } = finding.data;
  if (finding.code !== "parent_missing" || typeof index !== "number" || asked.size >= MAX_PHASES) return finding;
  const parent = parentPhases(phase, index, sources.graph).find((one) => !asked.has(one));
  return parent === undefined ? finding : { ...finding, why_not: await answer(parent, taskTime, sources, asked) };
}
