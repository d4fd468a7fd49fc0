import type { StoredBackup, StoredMoment } from "../../app/backup/backups-here.ts";
import { isoTime, localTime } from "../output/times.ts";

/** The segments that go on from a backup, and the moment that they lead to; empty when there are none. */
export function segmentsText(backup: StoredBackup | StoredMoment, zone: string): string {
  const { segments, at } = momentOf(backup);
  if (segments === 0) return "";
  return `, with ${segments.toLocaleString("en-US")} ${segments === 1 ? "segment" : "segments"} to ${localTime(at, zone)}`;
}

export function momentJson(backup: StoredBackup | StoredMoment): {
  readonly segments: number;
  readonly at: string | null;
} {
  const { segments, at } = momentOf(backup);
  return { segments, at: isoTime(at) };
}

/** In milliseconds: of a backup alone, when it was made. */
function momentOf(backup: StoredBackup | StoredMoment): { readonly segments: number; readonly at: number } {
  const moment = "moment" in backup ? backup.moment : null;
  return { segments: moment?.segments.length ?? 0, at: moment?.at ?? backup.at };
}
