import { HOUR } from "../../src/contract/time/time-units.ts";
import { fillMeta } from "../../src/core/task/template.ts";
import type { Chance } from "./chance.ts";
import { draw, type Incident } from "./outcomes.ts";
import type { TaskTables, Origin } from "./records.ts";
import type { MadeTask, Run } from "./made-task.ts";
import type { Plan } from "./plans.ts";

/** Where a new task comes from. */
export interface Cause {
  readonly origin: Origin;
  readonly at: number;
  /** When it is sent; later than `at` for a retry. */
  readonly dueAt: number;
  readonly attempt: number;
  readonly firstId: number | null;
  readonly parentId: number | null;
  readonly taskTime: number | null;
  readonly scheduledAt: number | null;
  readonly position: number;
}

const TASK_TTL = 4 * HOUR;

/** A task that was made, and when something happens to it: its result comes, or its deadline passes; null when neither does before the end. */
export interface Sent {
  readonly task: MadeTask;
  readonly next: { readonly at: number; readonly kind: "result" | "deadline" } | null;
}

/** Makes tasks with their complete fate: a row is written once, as it is at the end of the history. */
export class Workers {
  lastId = 0;
  readonly #tables: TaskTables;
  readonly #chance: Chance;
  readonly #end: number;
  readonly #incidents: readonly Incident[];
  #current: readonly Incident[] = [];

  constructor(tables: TaskTables, chance: Chance, end: number, incidents: readonly Incident[]) {
    this.#tables = tables;
    this.#chance = chance;
    this.#end = end;
    this.#incidents = incidents;
  }

  /** Select the incidents that overlap this hour. */
  startHour(hour: number): void {
    this.#current = this.#incidents.filter((one) => one.from < hour + HOUR && one.until > hour);
  }

  make(plan: Plan, run: Run, sent: string, cause: Cause, given: { info: string } | null): Sent {
    const chance = this.#chance;
    const { at, dueAt, attempt } = cause;
    this.lastId += 1;
    const id = this.lastId;
    const firstId = cause.firstId ?? id;
    const info = given?.info ?? (cause.taskTime === null ? "" : fillMeta(plan.infoAt(cause.taskTime), run.values));
    const incident = this.#current.find((one) => one.job === plan.job && one.from <= at && one.until > at);
    const fate = draw(plan.errorRate, attempt, incident, chance);
    const created = Math.floor(dueAt / 1000) * 1000;
    const takenAt = dueAt + chance.duration(plan.queue, 0.9);
    const endedAt = takenAt + chance.duration(plan.run, 0.7) * (fate?.result === "error" ? 0.6 : 1);
    const finishedAt = Math.ceil(endedAt) + 2 + chance.below(18);
    const deadlineAt = plan.phase === null ? null : dueAt + (plan.phase.rule.timeout ?? TASK_TTL);
    const isFinished = fate !== null && finishedAt <= this.#end;
    const isOverdue = fate === null && deadlineAt !== null && deadlineAt <= this.#end;
    const started = isFinished ? Math.floor(takenAt / 1000) * 1000 : null;
    const ended = isFinished ? Math.floor(endedAt / 1000) * 1000 : null;
    const result = isFinished ? fate.result : "";
    const msg = isFinished ? fate.msg : "";
    const meta = isFinished ? sent + this.#reported(plan, result) : sent;
    this.#tables.record({
      id,
      taskId: run.id,
      type: plan.type,
      job: plan.job,
      info,
      meta,
      msg,
      result,
      state: isFinished ? "finished" : isOverdue ? "overdue" : dueAt > this.#end ? "waiting" : "sent",
      holdsSlot: plan.phase !== null && (plan.phase.rule.overlap !== "allow" || plan.phase.rule.maxActive > 0),
      origin: cause.origin,
      attempt,
      firstAttemptId: firstId,
      parentId: cause.parentId,
      taskTime: cause.taskTime,
      phaseId: plan.id,
      versionId: plan.phase?.versionId ?? 0,
      workflow: plan.workflow,
      scheduledAt: cause.scheduledAt,
      position: cause.position,
      created,
      decidedAt: at,
      dueAt,
      deadlineAt,
      started,
      ended,
      finishedAt: isFinished ? finishedAt : null,
    });
    if (started === null || ended === null) plan.counts.unfinished();
    else plan.counts.finished(result, created, started, ended);
    const { taskTime } = cause;
    const task: MadeTask = { plan, run, id, firstId, attempt, taskTime, meta, info, created, result, msg };
    if (isFinished) return { task, next: { at: finishedAt, kind: "result" } };
    return { task, next: isOverdue ? { at: deadlineAt, kind: "deadline" } : null };
  }

  /** An external task, reported by its worker when it was done. Returns its record. */
  report(plan: Plan, at: number, incidental: string): number {
    const chance = this.#chance;
    this.lastId += 1;
    const id = this.lastId;
    const fate = draw(plan.errorRate, 0, undefined, chance) ?? { result: "complete", msg: "" };
    const ended = Math.floor(at / 1000) * 1000;
    const started = Math.floor((at - chance.duration(plan.run, 1)) / 1000) * 1000;
    const { type, job } = plan;
    const text = { info: incidental, meta: "", msg: fate.msg };
    const none = { parentId: null, taskTime: null, phaseId: 0, versionId: 0, workflow: "", scheduledAt: null };
    const times = { created: started, decidedAt: at, dueAt: at, deadlineAt: null, started, ended, finishedAt: at };
    const attempt = { attempt: 0, firstAttemptId: id, position: 0, holdsSlot: false };
    const taskId = chance.idAt(started);
    const { result } = fate;
    const state = "finished";
    const origin = "external";
    this.#tables.record({ id, taskId, type, job, ...text, result, state, origin, ...none, ...attempt, ...times });
    plan.counts.finished(result, started, started, ended);
    return id;
  }

  /** What a worker adds to the meta that it sends back. */
  #reported(plan: Plan, result: string): string {
    if (result !== "complete") return "";
    const lines = `&lines=${this.#chance.below(20_000)}`;
    const more = this.#chance.next();
    if (plan.type === "clean" && more < 0.04) return `${lines}&sample=${this.#chance.hex()}`;
    if (plan.type === "load" && more < 0.03) return `${lines}&rejected=${1 + this.#chance.below(50)}`;
    return lines;
  }
}
