import { readTimeText, timeText } from "./time-text.ts";

/** The names of segments: what changed in the database between two moments, stored between two backups. */

export const SEGMENT_PREFIX = "segments/";

export interface SegmentName {
  /** Everything that was committed until then is in it, or in one before it; in milliseconds. */
  readonly at: number;
  /** UUID of the unbroken row of segments that it belongs to. */
  readonly epoch: string;
  /** Its place in that row, from 1. */
  readonly number: number;
}

/** `20260131T040000.123Z-<epoch>-0000000001.wal.zst`: names sort by time, and within a millisecond by number. */
export function segmentFile({ at, epoch, number }: SegmentName, isEncrypted: boolean): string {
  return `${timeText(at)}-${epoch}-${String(number).padStart(10, "0")}.wal.zst${isEncrypted ? ".age" : ""}`;
}

/** In a folder for each hour, so that no folder has many more than 3,600. */
export function segmentKey(file: string): string {
  return `${SEGMENT_PREFIX}${file.slice(0, "20260131T04".length)}/${file}`;
}

/** Of a key, or the last part of one; null for what is no segment. */
export function readSegmentKey(key: string): (SegmentName & { readonly isEncrypted: boolean }) | null {
  const parts =
    /^(?:segments\/\d{8}T\d\d\/)?(\d{8}T\d{6}\.\d{3}Z)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\d{10,15})\.wal\.zst(\.age)?$/.exec(
      key,
    );
  if (parts === null) return null;
  const [time = "", epoch = "", number = "", age] = parts.slice(1);
  const at = readTimeText(time);
  return at === null ? null : { at, epoch, number: Number(number), isEncrypted: age !== undefined };
}
