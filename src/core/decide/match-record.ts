import type { DoneMessage, MatchedRecord } from "./decider.ts";
import { isUnderWay, type StoredTask, type TaskState } from "./effects.ts";

/** No ordinary task has more records than this. */
const MAX_CANDIDATES = 50;

/** A task that was not sent cannot have a result: of two equal tasks, a repeated result belongs to the one that was sent. */
const LIKELIHOOD: Readonly<Record<TaskState, number>> = {
  queued: 0,
  sent: 0,
  running: 0,
  overdue: 0,
  finished: 1,
  cancelled: 1,
  waiting: 2,
};

/**
 * The record that a message answers, of those that match its task. With a `retry` in its meta the message names its
 * attempt. Without one it is attempt 0, unless the worker dropped the meta altogether: then it answers the
 * unfinished one, so that the task of such a worker is not retried without end.
 */
export function matchRecord<T extends StoredTask>(message: DoneMessage, found: readonly T[]): MatchedRecord<T> {
  const sorted = found.length > 1 ? found.toSorted(likeliestFirst) : found;
  const candidates = sorted.length > MAX_CANDIDATES ? sorted.slice(0, MAX_CANDIDATES) : sorted;
  const record = choose(message, candidates);
  return { record, candidates, firstAttemptId: (record ?? candidates[0])?.firstAttemptId ?? null };
}

/** Neither this task nor a retry of it has a result yet, so it cannot have children. In this usual case no read is needed. */
export function isFirstReport(record: StoredTask | null, retry: StoredTask | null): boolean {
  return record !== null && record.attempt === 0 && isUnderWay(record.state) && retry === null;
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
