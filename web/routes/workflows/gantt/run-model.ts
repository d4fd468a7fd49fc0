import type { z } from "zod";
import type { ganttAnswer } from "../../../../src/contract/api/workflows/plan-api.ts";
import type { Status } from "../../../components/mark.tsx";
import { statusOf } from "../../../services/task-status.ts";

export type RunAnswer = z.output<typeof ganttAnswer>;
export type RunRecord = RunAnswer["bars"][number];
export type RunFile = RunAnswer["files"][number];

/** One try of a task. Times in ms; null: not yet. */
export interface Attempt {
  readonly record: RunRecord;
  readonly status: Status;
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
}

/** A task of the run with all its attempts. */
export interface RunTask {
  /** The record of its first attempt. */
  readonly id: number;
  readonly newest: RunRecord;
  readonly status: Status;
  readonly attempts: readonly [Attempt, ...Attempt[]];
  readonly begin: number;
  /** Null: it has not ended. */
  readonly end: number | null;
  /** From its first start to its end, or until now; null: it has not started. */
  readonly took: number | null;
  readonly usual: { readonly queue: number; readonly run: number } | null;
  /** The tasks that it came of, by their ids. */
  readonly parents: readonly number[];
}

export interface RunModel {
  readonly tasks: ReadonlyMap<number, RunTask>;
  readonly begin: number;
  /** Of the last task, or now. */
  readonly end: number;
  readonly isOver: boolean;
  /** The tasks that made the run as long as it is, from its root to the one that ended last. */
  readonly path: readonly RunTask[];
  /** How long the run usually takes, as far as its tasks say; null: they do not. */
  readonly usual: number | null;
}

/** The tasks of a run, of whose records the answer is. Null: it has none. */
export function runModel(
  { bars, files, usual }: Pick<RunAnswer, "bars" | "files" | "usual">,
  now: number,
): RunModel | null {
  const usuals = new Map(
    usual.map((one) => [`${one.phase_id} ${one.position}`, { queue: one.queue_ms, run: one.run_ms }]),
  );
  const firstOf = new Map(bars.map((bar) => [bar.record_id, bar.first_attempt_id]));
  const tasks = new Map<number, RunTask>();
  for (const [id, records] of Map.groupBy(bars, (bar) => bar.first_attempt_id)) {
    const [first, ...more] = records
      .toSorted((a, b) => a.attempt - b.attempt || a.record_id - b.record_id)
      .map(attemptOf);
    if (first === undefined) continue;
    const newest = more.at(-1) ?? first;
    const began = [first, ...more].find(({ started }) => started !== null)?.started ?? null;
    const parents = new Set(
      [first.record.parent_id, ...first.record.joined].flatMap((one) => (one === null ? [] : (firstOf.get(one) ?? []))),
    );
    parents.delete(id);
    tasks.set(id, {
      id,
      newest: newest.record,
      status: newest.status,
      attempts: [first, ...more],
      begin: first.created,
      end: newest.ended,
      took: began === null ? null : Math.max(0, (newest.ended ?? now) - began),
      usual: usuals.get(`${first.record.phase_id} ${first.record.position}`) ?? null,
      parents: [...parents],
    });
  }
  const all = [...tasks.values()];
  if (all.length === 0) return null;
  const isOver = all.every(({ end }) => end !== null);
  return {
    tasks,
    begin: Math.min(...all.map(({ begin }) => begin), ...files.map((file) => Date.parse(file.received_at))),
    end: Math.max(...all.map(({ end }) => end ?? now)),
    isOver,
    path: criticalPath(tasks, now),
    usual: usualOf(tasks),
  };
}

function attemptOf(record: RunRecord): Attempt {
  const time = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  const started = time(record.started);
  const isClosed = record.state === "finished" || record.state === "cancelled";
  const created = time(record.created) ?? Date.parse(record.decided_at);
  return {
    record,
    status: statusOf(record),
    created,
    started,
    ended: isClosed ? (time(record.ended) ?? started ?? created) : null,
  };
}

/** From the task that ended last back over whatever of its parents ended last. */
export function criticalPath(tasks: ReadonlyMap<number, RunTask>, now: number): readonly RunTask[] {
  const ends = (task: RunTask): number => task.end ?? now + 1;
  const last = (some: readonly RunTask[]): RunTask | undefined =>
    some.reduce<RunTask | undefined>(
      (latest, task) => (latest === undefined || ends(task) > ends(latest) ? task : latest),
      undefined,
    );
  const path: RunTask[] = [];
  const seen = new Set<number>();
  let next = last([...tasks.values()]);
  while (next !== undefined && !seen.has(next.id)) {
    seen.add(next.id);
    path.unshift(next);
    next = last(next.parents.flatMap((id) => tasks.get(id) ?? []));
  }
  return path;
}

/** When the last of the tasks would end if each took what it usually takes. Without a habit of any of them there is none. */
function usualOf(tasks: ReadonlyMap<number, RunTask>): number | null {
  const ends = new Map<number, number>();
  const endOf = (task: RunTask): number => {
    const known = ends.get(task.id);
    if (known !== undefined) return known;
    // Beside a circle, which there should not be.
    ends.set(task.id, 0);
    const before = Math.max(0, ...task.parents.flatMap((id) => tasks.get(id) ?? []).map(endOf));
    const end = before + (task.usual?.queue ?? 0) + (task.usual?.run ?? 0);
    ends.set(task.id, end);
    return end;
  };
  const all = [...tasks.values()];
  if (all.some(({ usual }) => usual === null)) return null;
  return Math.max(...all.map(endOf));
}
