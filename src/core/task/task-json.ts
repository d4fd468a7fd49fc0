import type { SearchedTask } from "../../contract/query/task-query-match.ts";
import { millisText } from "../../contract/time/instant.ts";
import { isoTaskTime, type InstantText } from "../time/iso-times.ts";

/** A record as lists show it. */
interface ListedTask extends SearchedTask {
  readonly task_seconds: number | null;
  readonly queue_seconds: number | null;
}

/** A record for programs: the fields of the task, times as RFC 3339. `zone`: of task times whose phase nobody knows. */
export function taskJson(row: ListedTask, zone: string, instant: InstantText = millisText) {
  const text = (ms: number | null): string | null => (ms === null ? null : instant(ms));
  return {
    record_id: row.record_id,
    id: row.id,
    type: row.type,
    job: row.job,
    info: row.info,
    meta: row.meta,
    msg: row.msg,
    result: row.result,
    state: row.state,
    origin: row.origin,
    attempt: row.attempt,
    workflow: row.workflow,
    ...isoTaskTime(row, zone),
    created: text(row.created),
    decided_at: instant(row.decided_at),
    started: text(row.started),
    ended: text(row.ended),
    finished_at: text(row.finished_at),
    task_seconds: row.task_seconds,
    queue_seconds: row.queue_seconds,
  };
}
