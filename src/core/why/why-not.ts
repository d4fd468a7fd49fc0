import type { WallMs } from "../../contract/time/wall-ms.ts";
import { explain, type DecisionRow } from "./explain.ts";
import { brokenFile } from "./find-phase.ts";
import type { Finding } from "./finding.ts";
import { taskName } from "../task/task-name.ts";
import { tickTaskTime } from "../decide/on-tick.ts";
import { workflowOfParent } from "../workflow/phase/parent-ref.ts";
import type { Phase, WorkflowGraph } from "../workflow/phase.ts";
import { clipped, named, taskTimeWithZone } from "./phrases.ts";
import type { LineageTask } from "./why-facts.ts";
import { parentFindings } from "./why-not-parents.ts";
import { pauseFindings, tickFindings, ticksAbout, type TickContext } from "./why-not-ticks.ts";
import type { WhyNotFacts, WhyNotNeeds } from "./why-not-facts.ts";

export interface WhyNot {
  /** Null when the query matches no phase. */
  readonly phase: {
    readonly id: number;
    readonly task: string;
    readonly workflow: string;
    readonly line: number;
    readonly version: number;
  } | null;
  readonly task_time: WallMs;
  /** IANA zone of the task time. */
  readonly task_zone: string;
  /** The main reason, one sentence without a full stop. */
  readonly reason: string;
  /** The main reason first. */
  readonly findings: readonly WhyNotFinding[];
}

export interface WhyNotFinding extends Finding {
  /** For a parent without a task: why it has none. */
  readonly why_not?: WhyNot;
}

const DECLINED_BY_PARENT: ReadonlySet<string> = new Set([
  "require_missing",
  "cycle",
  "child_exists",
  "no_rows",
  "batch_empty",
  "task_too_large",
]);

/** What must be read to say why the phase has no task for that time. */
export function whyNotNeeds(phase: Phase, taskTime: WallMs, graph: WorkflowGraph, zone: string): WhyNotNeeds {
  const times = new Set(ticksAbout(phase, taskTime, zone).map((tick) => tickTaskTime(phase, tick, zone)));
  times.delete(taskTime);
  times.delete(null);
  return {
    phase_id: phase.id,
    task_time: taskTime,
    tick_times: [...times].filter((time) => time !== null),
    parents: phase.dependsOn.map(({ type, job }, index) => ({
      type,
      job,
      phase_ids: parentPhases(phase, index, graph).map((parent) => parent.id),
    })),
    join: phase.rule.join === "all" && phase.dependsOn.length > 0,
    files: phase.rule.files !== null || phase.rule.filesGlob !== null,
  };
}

/** The phases that `dependsOn` names at `index`. */
export function parentPhases(phase: Phase, index: number, graph: WorkflowGraph): readonly Phase[] {
  const ref = phase.dependsOn[index];
  return graph.phases.filter(
    (one) =>
      ref !== undefined &&
      one.workflow === workflowOfParent(ref, phase) &&
      one.type === ref.type &&
      (ref.job === null || ref.job === one.job),
  );
}

/** Why the phase has no task for that time, the main reason first; or that it has one. */
export function whyNot(phase: Phase, taskTime: WallMs, facts: WhyNotFacts, context: TickContext): WhyNot {
  const ticks = ticksAbout(phase, taskTime, context.zone);
  const decisions = facts.decisions
    .filter((one) => isAbout(one, taskTime, ticks))
    .map((one) => declined(one, context.taskZone));
  const found: WhyNotFinding[] = [...ran(facts.tasks), ...decisions];
  if (facts.tasks.length === 0) {
    found.push(...tickFindings(phase, taskTime, facts, decisions.length > 0, context));
    if (phase.rule.cron === null) found.push(...pauseFindings(phase, context));
    found.push(...parentFindings(phase, taskTime, facts, context.taskZone));
    found.push(...fileFindings(phase, taskTime, facts, decisions.length > 0, context.taskZone));
    if (phase.rule.cron === null && phase.dependsOn.length === 0 && !waitsForFiles(phase))
      found.push({
        code: "no_trigger",
        data: {},
        sentence: `\`${phase.task}\` has no \`cron\`, no \`dependsOn\` and no \`files\`: it runs only by hand or when a worker reports it`,
      });
  }
  // It ran; when a parent then did not start it once more, the question may be about that.
  else
    found.push(
      ...parentFindings(phase, taskTime, facts, context.taskZone).filter(({ code }) => DECLINED_BY_PARENT.has(code)),
    );
  if (facts.workflow !== null) found.push(...brokenFile(facts.workflow, context.taskZone));
  if (found.length === 0) found.push(nothing(phase, taskTime, context.taskZone));
  return whyNotOf(phase, taskTime, context.taskZone, found);
}

/** An answer whose reason is its first finding, or the cause of that. */
export function whyNotOf(
  phase: Phase | null,
  taskTime: WallMs,
  zone: string,
  findings: readonly WhyNotFinding[],
): WhyNot {
  const [first] = findings;
  const behind = first?.why_not === undefined ? "" : `, because: ${first.why_not.reason}`;
  const name =
    phase === null
      ? null
      : { id: phase.id, task: phase.task, workflow: phase.workflow, line: phase.line, version: phase.versionId };
  return { phase: name, task_time: taskTime, task_zone: zone, reason: `${first?.sentence ?? ""}${behind}`, findings };
}

function ran(tasks: readonly LineageTask[]): Finding[] {
  const [newest, ...others] = tasks;
  if (newest === undefined) return [];
  const status = newest.state === "finished" ? named(newest.result) : newest.state;
  const more =
    others.length === 0
      ? ""
      : `; before it ${clipped(
          others.map((one) => `record ${one.record_id}`),
          3,
        )}`;
  const data = { record_id: newest.record_id, state: newest.state, result: newest.result, records: tasks.length };
  const code = newest.state === "waiting" ? "made_not_sent" : newest.state === "cancelled" ? "cancelled" : "ran";
  const verb =
    code === "ran"
      ? "it did run"
      : code === "cancelled"
        ? "it was made and cancelled"
        : "it was made, and waits to be sent";
  return [
    {
      code,
      data,
      sentence: `${verb}: record ${newest.record_id} (${status})${more}; flowlord why ${newest.record_id} says more`,
    },
  ];
}

/** A row of a span of ticks has the time of its last one, so those of later spans are read too. */
function isAbout({ data, task_time: time }: DecisionRow, taskTime: WallMs, ticks: readonly number[]): boolean {
  const { first, last, scheduled_at: at } = data;
  if (typeof first === "number" && typeof last === "number") return ticks.some((tick) => tick >= first && tick <= last);
  return time === taskTime || (typeof at === "number" && ticks.includes(at));
}

function declined(decision: DecisionRow, zone: string): Finding {
  return { code: decision.code, data: { ...decision.data, at: decision.at }, sentence: explain(decision, zone) };
}

function waitsForFiles({ rule }: Phase): boolean {
  return rule.files !== null || rule.filesGlob !== null;
}

function fileFindings(phase: Phase, taskTime: WallMs, facts: WhyNotFacts, isDecided: boolean, zone: string): Finding[] {
  if (!waitsForFiles(phase) || isDecided) return [];
  const pattern = phase.rule.files ?? phase.rule.filesGlob ?? "";
  const [file] = facts.files;
  if (file !== undefined) {
    const data = { path: file.path, record_id: file.record_id };
    const outcome = file.record_id === null ? "no task was made of it" : `record ${file.record_id} was made of it`;
    return [
      { code: "file_came", data, sentence: `${named(file.path)} came and matches \`${pattern}\`, but ${outcome}` },
    ];
  }
  const check = phase.rule.expectByText === null ? "" : `; \`expect_by = ${phase.rule.expectByText}\` checks for one`;
  return [
    {
      code: "file_not_come",
      data: { pattern },
      sentence: `no file for ${taskTimeWithZone(taskTime, zone)} has come that matches \`${pattern}\`${check}; flowlord files why PATH says of a file where its path differs`,
    },
  ];
}

function nothing(phase: Phase, taskTime: WallMs, zone: string): Finding {
  return {
    code: "not_on_record",
    data: {},
    sentence: `nothing about \`${taskName(phase)}\` for ${taskTimeWithZone(taskTime, zone)} is recorded`,
  };
}
