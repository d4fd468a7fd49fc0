import type { FileAnswer } from "../../../contract/api/files/file-list-api.ts";
import { taskTimeText } from "../../../engine/task-time-text.ts";
import type { FileRow, FileTotals } from "../../../store/file-queries.ts";
import { timeText } from "../../request-time.ts";

/** An event for programs; `zone` is the instance's. */
export function fileOf(row: FileRow, zone: string): FileAnswer {
  return {
    ...row,
    created: timeText(row.created),
    updated: timeText(row.updated),
    received_at: timeText(row.received_at),
    last_received_at: timeText(row.last_received_at),
    task_time: taskTimeText(row.task_time, row.task_zone, zone),
    task_zone: row.task_time === null ? null : (row.task_zone ?? zone),
  };
}

export function totalsOf<T extends FileTotals>({ hours, ...sums }: T) {
  return { ...sums, hours: hours.map((one) => ({ ...one, hour: timeText(one.hour) })) };
}
