import type { FileRow } from "../../store/file-queries.ts";
import { isoTime } from "../output/times.ts";
import { isoTaskTime } from "../../core/time/iso-times.ts";

/** An event for programs: times as RFC 3339. */
export function fileJson(row: FileRow, zone: string): object {
  return {
    ...row,
    created: isoTime(row.created),
    updated: isoTime(row.updated),
    received_at: isoTime(row.received_at),
    last_received_at: isoTime(row.last_received_at),
    ...isoTaskTime(row, zone),
  };
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Three digits and a unit. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toPrecision(3)} ${UNITS[unit]}`;
}
