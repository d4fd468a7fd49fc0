/** Space of a file system, bytes that this user may fill and bytes in all. */
export interface DiskSpace {
  readonly free: number;
  readonly total: number;
}

/** Below which free space people are told, and nothing more is taken in; null: as the size of the disk suggests, 0: never. */
export interface DiskThresholds {
  readonly alert: number | null;
  readonly stop: number | null;
}

/** `ok`, `low`: people are told; `full`: nothing more is taken in, so that what was taken can still be written. */
export type DiskLevel = "ok" | "low" | "full";

const MB = 1_000_000;
/** A level ends when there is this much more than its threshold, so that it does not begin and end again and again. */
const SLACK = 1.25;

/** The thresholds in bytes. On a small disk those of a large one would always be reached. */
export function diskLimits(
  { total }: Pick<DiskSpace, "total">,
  { alert, stop }: DiskThresholds,
): { readonly alert: number; readonly stop: number } {
  return {
    alert: alert ?? Math.min(Math.max(256 * MB, 0.02 * total), 0.2 * total),
    stop: stop ?? Math.min(64 * MB, 0.05 * total),
  };
}

export function diskLevel(space: DiskSpace, thresholds: DiskThresholds, before: DiskLevel): DiskLevel {
  const { alert, stop } = diskLimits(space, thresholds);
  if (space.free < (before === "full" ? stop * SLACK : stop)) return "full";
  if (space.free < (before === "ok" ? alert : alert * SLACK)) return "low";
  return "ok";
}
