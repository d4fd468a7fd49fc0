import type { FileState } from "../../contract/api/files/file-states.ts";
import { rangeOf } from "../../contract/api/files/task-time-range.ts";
import { wallOf } from "../../contract/time/wall-ms.ts";
import type { FileFilter } from "../../store/file-queries.ts";

/** What a request says of the events it means; times are milliseconds since 1970. */
export interface FilesAsked {
  readonly matched?: boolean | null | undefined;
  readonly state?: FileState | null | undefined;
  readonly type?: string | null | undefined;
  readonly job?: string | null | undefined;
  readonly workflow?: string | null | undefined;
  readonly task_time?: string | null | undefined;
  readonly path?: string | null | undefined;
  readonly since: number | null;
  readonly until: number | null;
}

const MATCHED: Readonly<Record<FileState, boolean>> = {
  matched: true,
  unmatched: false,
  near_miss: false,
  failed: true,
};

export function fileFilter(asked: FilesAsked): FileFilter {
  const { state = null, type = null, job = null, workflow = null, since, until } = asked;
  const times = rangeOf(asked.task_time ?? "");
  return {
    matched: state === null ? (asked.matched ?? null) : MATCHED[state],
    only: state === "near_miss" || state === "failed" ? state : null,
    phase: type === null && workflow === null ? null : { type, job, workflow },
    taskTime: times === null ? null : { from: wallOf(times.from), until: wallOf(times.until) },
    path: asked.path ?? null,
    since,
    until,
  };
}
