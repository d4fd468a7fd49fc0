import { setTimeout } from "node:timers/promises";
import { SECOND } from "../../../contract/time/time-units.ts";
import type { LoggedRecord } from "../../../store/log-queries.ts";
import type { OpenLog } from "../../../task-logs/read-log.ts";
import type { ApiDeps } from "../deps.ts";

/** How often (ms) a log that is followed is read, and for how long at most. */
const POLL_MS = 500;
const FOLLOWED_MS = 3_600_000;
/** How long after its task ended the rest of a log may still come from another machine. */
const LATE_MS = 3 * SECOND;
const NEWLINE = 10;

interface Followed {
  readonly record: LoggedRecord;
  /** Null: there is none yet. */
  readonly log: OpenLog | null;
  readonly from: number;
}

/**
 * The output of an attempt as it comes, then that of its next attempts, each under a line that names it, until the task has ended. Closes the
 * logs, also when nobody reads on.
 */
export async function* followOutput(
  first: Followed,
  open: (record: LoggedRecord) => Promise<OpenLog | null>,
  { reads, runtime }: Pick<ApiDeps, "reads" | "runtime">,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const end = runtime.now() + FOLLOWED_MS;
  let { record, log, from: at } = first;
  let isLineOpen = false;
  try {
    // The head of the answer goes out with the first piece: that it goes on is known at once.
    if (log === null) yield Buffer.alloc(0);
    while (!signal.aborted && runtime.now() < end) {
      // Before its output: what it wrote last is read then.
      record = (await reads.logs.tasks(String(record.record_id)))[0] ?? record;
      log ??= await open(record);
      if (log !== null)
        for await (const piece of log.range(at, await log.size())) {
          yield piece;
          at += piece.length;
          isLineOpen = piece.at(-1) !== NEWLINE;
        }
      if (hasEnded(record) && (await isAllThere(record, log, runtime.now()))) {
        const next = await nextOf(record, reads);
        if (next === null) return;
        yield Buffer.from(`${isLineOpen ? "\n" : ""}--- attempt ${next.attempt + 1}, record ${next.record_id} ---\n`);
        await log?.close();
        [record, log, at, isLineOpen] = [next, null, 0, false];
      } else await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await log?.close();
  }
}

/** Whether it, or an attempt after it, may have output yet. */
export async function mayWriteMore(record: LoggedRecord, reads: ApiDeps["reads"]): Promise<boolean> {
  return !hasEnded(record) || (await nextOf(record, reads)) !== null;
}

async function nextOf(record: LoggedRecord, reads: ApiDeps["reads"]): Promise<LoggedRecord | null> {
  const attempts = await reads.logs.attempts(record.first_attempt_id);
  return attempts.find(({ attempt }) => attempt > record.attempt) ?? null;
}

function hasEnded({ state }: LoggedRecord): boolean {
  return state === "finished" || state === "cancelled";
}

/** Of a task that just ended on another machine, the rest may be on its way. */
async function isAllThere({ finished_at: ended }: LoggedRecord, log: OpenLog | null, now: number): Promise<boolean> {
  if (log !== null && !(await log.isPartial())) return true;
  const since = now - (ended ?? 0);
  return since >= LATE_MS || since < 0;
}
