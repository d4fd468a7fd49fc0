import type { DoneMessage, MatchedRecord } from "./decider.ts";
import type { StoredTask, TaskState } from "./effects.ts";

/** A task has more records than this only by mischief. */
const MAX_CANDIDATES = 50;

/** Nobody can have done what was not sent: where two tasks look the same, a repeated result is not that of the other one. */
const LIKELIHOOD: Readonly<Record<TaskState, number>> = {
  queued: 0,
  overdue: 0,
  finished: 1,
  cancelled: 1,
  waiting: 2,
};

/**
 * The record that a message answers, of those that look like its task. With a `retry` in its meta the message names its
 * attempt. Without one it is attempt 0, unless the worker dropped the meta altogether: then it answers what is
 * unfinished, so that such a worker cannot be retried for ever.
 */
export function matchRecord<T extends StoredTask>(message: DoneMessage, found: readonly T[]): MatchedRecord<T> {
  const sorted = found.length > 1 ? found.toSorted(likeliestFirst) : found;
  const candidates = sorted.length > MAX_CANDIDATES ? sorted.slice(0, MAX_CANDIDATES) : sorted;
  const record = choose(message, candidates);
  return { record, candidates, firstAttemptId: (record ?? candidates[0])?.firstAttemptId ?? null };
}

/** Nothing was ever heard of this task or of a retry of it, so it cannot have children: the usual case, spared a read. */
export function isFirstReport(record: StoredTask | null, retry: StoredTask | null): boolean {
  return record !== null && record.attempt === 0 && record.state === "queued" && retry === null;
}

function choose<T extends StoredTask>(message: DoneMessage, candidates: readonly T[]): T | null {
  const named = message.attempt ?? (message.meta.size > 0 ? 0 : null);
  const exact = named === null ? undefined : candidates.find((one) => one.attempt === named);
  if (exact !== undefined) return exact;
  return message.attempt === null ? (candidates[0] ?? null) : null;
}

function likeliestFirst(a: StoredTask, b: StoredTask): number {
  return LIKELIHOOD[a.state] - LIKELIHOOD[b.state] || b.attempt - a.attempt || b.recordId - a.recordId;
}
