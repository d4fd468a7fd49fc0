import { duration } from "../../../services/format.ts";
import { nameOf } from "../../task/task-text.ts";
import type { Attempt, RunModel, RunTask } from "./run-model.ts";

/** Why a run took so long: the task, and what it did. */
interface Because {
  readonly task: RunTask;
  /** "failed at 16:05:03 and again at 16:07:48" */
  readonly what: string;
}

export interface RunSentence {
  /** "This run took 5 m 40 s, 1 m 53 s longer than usual" */
  readonly lead: string;
  readonly because: Because | null;
  /** "4 m 58 s of it were work; 35 s it waited for the retry, 7 s in queues." */
  readonly parts: string;
}

/** What is less is not worth a word. */
const LEAST_MS = 2000;

/** `clock`: a moment as it is written. */
export function runSentence(run: RunModel, now: number, clock: (at: number) => string): RunSentence {
  const took = run.end - run.begin;
  const over = run.usual === null ? null : took - run.usual;
  const took_ = run.isOver ? `This run took ${duration(took)}` : `This run has taken ${duration(took)} so far`;
  return {
    lead: over === null ? took_ : `${took_}, ${overText(over, took, run.isOver)}`,
    because: becauseOf(run, now, clock),
    parts: partsText(run, now),
  };
}

function overText(over: number, took: number, isOver: boolean): string {
  if (Math.abs(over) < Math.max(LEAST_MS, took * 0.02)) return "as long as usual";
  if (over > 0) return `${duration(over)} longer than usual`;
  return isOver ? `${duration(-over)} less than usual` : `usually ${duration(took - over)}`;
}

/** Of the tasks that made the run so long the one that is furthest beyond its habit, or that failed last. */
function becauseOf(run: RunModel, now: number, clock: (at: number) => string): Because | null {
  const beyond = run.path
    .map((task) => ({
      task,
      by: (task.end ?? now) - task.begin - (task.usual === null ? 0 : task.usual.queue + task.usual.run),
    }))
    .filter(({ task, by }) => (task.usual !== null && by >= LEAST_MS) || failuresOf(task).length > 0)
    .toSorted((a, b) => b.by - a.by);
  const [worst] = beyond;
  if (worst === undefined) return null;
  const { task, by } = worst;
  const failures = failuresOf(task);
  if (failures.length > 0) return { task, what: failedText(failures, clock) };
  const queue = queueOf(task, now);
  const usual = task.usual ?? { queue: 0, run: 0 };
  if (queue - usual.queue > by / 2)
    return { task, what: `waited ${duration(queue)} in its queue, usually ${duration(usual.queue)}` };
  return { task, what: `${task.end === null ? "has run" : "ran"} ${duration(by)} longer than usual` };
}

function failuresOf(task: RunTask): readonly Attempt[] {
  return task.attempts.filter(({ status }) => status === "error" || status === "alert");
}

function failedText(failures: readonly Attempt[], clock: (at: number) => string): string {
  const times = failures.flatMap(({ ended }) => (ended === null ? [] : [clock(ended)]));
  const [first = "", second, ...more] = times;
  if (second === undefined) return `failed at ${first}`;
  if (more.length === 0) return `failed at ${first} and again at ${second}`;
  return `failed ${times.length} times, first at ${first} and last at ${times.at(-1)}`;
}

function queueOf(task: RunTask, now: number): number {
  return task.attempts.reduce(
    (sum, { created, started, ended }) => sum + Math.max(0, (started ?? ended ?? now) - created),
    0,
  );
}

function partsText({ path }: RunModel, now: number): string {
  let [work, retry, queue] = [0, 0, 0];
  for (const task of path) {
    queue += queueOf(task, now);
    for (const [at, { created, started, ended }] of task.attempts.entries()) {
      if (started !== null) work += Math.max(0, (ended ?? now) - started);
      const before = task.attempts[at - 1];
      if (before?.ended !== null && before !== undefined) retry += Math.max(0, created - before.ended);
    }
  }
  const waits = [
    ...(retry >= 1000 ? [`${duration(retry)} it waited for retries`] : []),
    ...(queue >= 1000 ? [`${duration(queue)} in queues`] : []),
  ];
  return `${duration(work)} of it were work${waits.length === 0 ? "" : `; ${waits.join(", ")}`}.`;
}

/** "+2 m 00 s", "−1 s", "0"; null: there is no habit, or it has not ended. */
export function toUsualText({ took, usual, end }: RunTask): string | null {
  if (took === null || usual === null) return null;
  const by = took - usual.run;
  // What runs is not early.
  if (end === null && by < 0) return null;
  if (Math.abs(by) < Math.max(500, usual.run * 0.01)) return "0";
  return `${by > 0 ? "+" : "−"}${duration(Math.abs(by))}`;
}

/** Longer by so much that somebody may want to know. */
export function isFarBeyond({ took, usual }: RunTask): boolean {
  return took !== null && usual !== null && took - usual.run > Math.max(LEAST_MS * 5, usual.run * 0.5);
}

export function taskText(task: RunTask): string {
  return nameOf(task.newest);
}
