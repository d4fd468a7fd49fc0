import { taskZonesOf } from "../core/workflow/offset.ts";
import { zoneOf } from "../core/time/zone.ts";
import { wallAt, wholeHour } from "../core/time/wall-ms.ts";
import type { WallMs } from "../contract/time/wall-ms.ts";
import type { AskedTime, DayAgo } from "../contract/time/asked-time.ts";
import { ambiguity, findPhases, parentElsewhere, whyNoPhase, type PhaseQuery } from "../core/why/find-phase.ts";
import { askedTaskTime, dayAgo } from "../core/decide/asked-task-time.ts";
import { lacksWorker } from "../core/why/finding.ts";
import type { Phase, WorkflowGraph } from "../core/workflow/phase.ts";
import { parentPhases, whyNot, whyNotNeeds, whyNotOf, type WhyNot, type WhyNotFinding } from "../core/why/why-not.ts";
import type { TickContext } from "../core/why/why-not-ticks.ts";
import type { ReadStore } from "../store/store.ts";

export interface WhyNotQuery extends PhaseQuery {
  readonly taskTime: AskedTime | DayAgo;
}

export interface WhyNotSources {
  readonly lineage: Pick<ReadStore["lineage"], "whyNot" | "workflows" | "pauses">;
  /** The workflows in force. */
  readonly graph: WorkflowGraph;
  readonly now: number;
  /** IANA zone of phases that name none. */
  readonly zone: string;
  /** That no worker would run tasks of the phase; null: one does, or it is not known. */
  noWorker?(phase: Phase): string | null;
}

/** With the pauses in force that people asked for. */
type Sources = WhyNotSources & Pick<TickContext, "pauses">;

/** Ancestors that are checked as well when a parent has no task either. */
const MAX_PHASES = 20;

/**
 * Why a phase has no task for a task time. One answer; several when its file has the same phase more than once. Where a
 * parent has no task, its own answer is part of the finding.
 */
export async function queryWhyNot(query: WhyNotQuery, sources: WhyNotSources): Promise<readonly WhyNot[]> {
  const { graph, lineage } = sources;
  const pauses = await lineage.pauses();
  const found = findPhases(query, graph);
  const several = ambiguity(query, found);
  const asked = (zone: string): AskedTime =>
    query.taskTime.kind === "ago" ? dayAgo(query.taskTime, zone, sources.now) : query.taskTime;
  const plain = (): WallMs => written(asked(sources.zone), sources.zone);
  if (several.length > 0) return [whyNotOf(null, plain(), sources.zone, several)];
  if (found.length === 0) {
    const unknown = whyNoPhase(query, graph, await lineage.workflows(), sources.zone);
    return [whyNotOf(null, plain(), sources.zone, unknown)];
  }
  const answers: WhyNot[] = [];
  for (const phase of found) {
    const visited = new Set<Phase>();
    const taskTime = timeOf(phase, asked(phase.rule.timezone ?? sources.zone), sources.zone);
    answers.push(await answer(phase, taskTime, { ...sources, pauses }, visited));
  }
  return answers;
}

/** Ticks have task times of full hours; only files and infos name minutes. */
function timeOf(phase: Phase, asked: AskedTime, zone: string): WallMs {
  const taskTime = askedTaskTime(asked, phase, zone);
  return phase.rule.cron === null ? taskTime : wholeHour(taskTime);
}

/** The time itself, where no phase says by which clock: that of `zone`. */
function written(asked: AskedTime, zone: string): WallMs {
  return asked.kind === "wall" ? asked.wall : wallAt(asked.at, zoneOf(zone));
}

async function answer(phase: Phase, taskTime: WallMs, sources: Sources, visited: Set<Phase>): Promise<WhyNot> {
  visited.add(phase);
  const { graph, lineage, zone } = sources;
  const facts = await lineage.whyNot(whyNotNeeds(phase, taskTime, graph, zone));
  const taskZone = taskZonesOf(graph.phases, zone)(phase);
  const { findings } = whyNot(phase, taskTime, facts, { now: sources.now, zone, taskZone, pauses: sources.pauses });
  const deeper: WhyNotFinding[] = [];
  for (const finding of findings) deeper.push(await behind(finding, phase, taskTime, sources, visited));
  const isDone = findings[0]?.data["state"] === "finished";
  const noWorker = isDone ? null : (sources.noWorker?.(phase) ?? null);
  return whyNotOf(phase, taskTime, taskZone, [...deeper, ...lacksWorker(noWorker)]);
}

async function behind(
  finding: WhyNotFinding,
  phase: Phase,
  taskTime: WallMs,
  sources: Sources,
  visited: Set<Phase>,
): Promise<WhyNotFinding> {
  const { index } = finding.data;
  if (finding.code !== "parent_missing" || typeof index !== "number" || visited.size >= MAX_PHASES) return finding;
  const parents = parentPhases(phase, index, sources.graph);
  if (parents.length === 0) return parentElsewhere(phase, index, sources.graph) ?? finding;
  const parent = parents.find((one) => !visited.has(one));
  return parent === undefined ? finding : { ...finding, why_not: await answer(parent, taskTime, sources, visited) };
}
