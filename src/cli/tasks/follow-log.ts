import { setTimeout as pause } from "node:timers/promises";
import { SECOND } from "../../contract/time/time-units.ts";
import { attemptText } from "../../core/why/phrases.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import { logOwner } from "../../core/task/why-no-log.ts";
import type { CliContext } from "../context.ts";
import type { LogReads, ReadableLog } from "../reads/log-reads.ts";
import { cutNote, type LogOutput } from "./log-output.ts";

const POLL_MS = 300;
/** How often the folder is read again: for the first log, and for that of another delivery of the same attempt. */
const FIND_MS = SECOND;
/** How long after its task ended the rest of a log may still come from another machine. */
const LATE_MS = 3 * SECOND;

export interface FollowParts {
  readonly reads: LogReads;
  readonly context: Pick<CliContext, "now" | "err">;
  readonly signal: AbortSignal;
  readonly output: LogOutput;
}

export interface FollowWhat {
  /** Begin with the last so many lines; null: with the first. */
  readonly tail: number | null;
  /** Only this attempt. */
  readonly isPinned: boolean;
}

/** Writes the log of a task as it grows, until the task has ended: its next attempts too. Throws LogError. */
export async function followLog(task: LoggedRecord, what: FollowWhat, parts: FollowParts): Promise<void> {
  let next: LoggedRecord | null = task;
  while (next !== null && !parts.signal.aborted) {
    const one = new FollowedAttempt(next, what.tail, parts);
    const ended = await one.run();
    next = ended === null || what.isPinned ? null : await nextAttempt(ended, parts);
  }
}

async function nextAttempt(ended: LoggedRecord, { reads, context }: FollowParts): Promise<LoggedRecord | null> {
  const attempts = await reads.attempts(ended);
  const next = attempts.find(({ attempt }) => attempt > ended.attempt) ?? null;
  if (next !== null) {
    const of = (record: LoggedRecord): string => `attempt ${attemptText(record.attempt, record.retries)}`;
    const how = ended.result === "" ? ended.state : `with ${ended.result}`;
    context.err(`${logOwner(ended)}: ${of(ended)} ended ${how}; ${of(next)} is record ${next.record_id}.`);
  }
  return next;
}

class FollowedAttempt {
  readonly #parts: FollowParts;
  readonly #tail: number | null;
  #task: LoggedRecord;
  #log: ReadableLog | null = null;
  #offset = 0;
  #foundAt = -Infinity;
  #saidWaiting = false;

  constructor(task: LoggedRecord, tail: number | null, parts: FollowParts) {
    this.#task = task;
    this.#tail = tail;
    this.#parts = parts;
  }

  /** The record as it ended; null: it was aborted. */
  async run(): Promise<LoggedRecord | null> {
    const { signal, reads, output } = this.#parts;
    try {
      while (!signal.aborted) {
        // Read before its log: what was written until then is shown.
        this.#task = (await reads.records(String(this.#task.record_id)))[0] ?? this.#task;
        await this.#find();
        await this.#pump();
        if (hasEnded(this.#task) && (await this.#isAllThere())) {
          await this.#lastNote();
          return this.#task;
        }
        this.#noteWaiting();
        await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
      }
      return null;
    } finally {
      await output.end();
      await this.#log?.close();
    }
  }

  /** The newest log of the attempt: a task may be delivered once more, to the same worker or another. */
  async #find(): Promise<void> {
    const { reads, context, output } = this.#parts;
    const now = context.now();
    if (now - this.#foundAt < FIND_MS && now >= this.#foundAt && !hasEnded(this.#task)) return;
    this.#foundAt = now;
    const { log } = await reads.open(this.#task, this.#log?.path ?? null);
    if (log === null) return;
    const before = this.#log;
    this.#log = log;
    const size = await log.size();
    this.#offset = before !== null || this.#tail === null ? 0 : await log.tailStart(this.#tail, size);
    if (before === null) return;
    await output.end();
    context.err(
      (await before.isPartial())
        ? `The log of this delivery is cut at byte ${await before.size()}; the task was delivered again.`
        : "The task was delivered again; its new log follows.",
    );
    await before.close();
  }

  async #pump(): Promise<void> {
    if (this.#log === null) return;
    const { signal, output } = this.#parts;
    for await (const piece of this.#log.range(this.#offset, await this.#log.size())) {
      if (signal.aborted) return;
      await output.write(piece);
      this.#offset += piece.length;
    }
  }

  /** Of a task that just ended on another machine, the rest may be on its way. */
  async #isAllThere(): Promise<boolean> {
    if (this.#log !== null && !(await this.#log.isPartial())) return true;
    const since = this.#parts.context.now() - (this.#task.finished_at ?? 0);
    return since >= LATE_MS || since < 0;
  }

  async #lastNote(): Promise<void> {
    const { context, reads, output } = this.#parts;
    await output.end();
    if (this.#log === null) context.err(await reads.whyNone(this.#task));
    else if (await this.#log.isPartial()) context.err(cutNote(this.#task, await this.#log.size()));
  }

  #noteWaiting(): void {
    if (this.#log !== null || this.#saidWaiting || this.#task.state === "running") return;
    this.#saidWaiting = true;
    this.#parts.context.err(
      `${logOwner(this.#task)} has not begun: its log is shown as soon as there is one. Ctrl-C ends this.`,
    );
  }
}

function hasEnded({ state }: LoggedRecord): boolean {
  return state === "finished" || state === "cancelled";
}
