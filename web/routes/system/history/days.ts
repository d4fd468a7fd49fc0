import type { Status } from "../../../components/mark.tsx";
import { type Clock, duration } from "../../../services/format.ts";
import type { Backup } from "../backups/backup-queries.ts";
import type { Step } from "./history-queries.ts";

export interface DayCell {
  /** `none`: no data. */
  readonly status: Status;
  readonly title: string;
}

export interface DayRow {
  readonly name: string;
  readonly cells: readonly DayCell[];
}

/** Something that went wrong, or happened, on a day. */
export interface PastEvent {
  readonly at: number;
  readonly status: Status;
  readonly day: string;
  readonly text: string;
}

const DAY = 86_400_000;
/** Shorter than this a part may be away without being trouble. */
const TROUBLE_MS = 60_000;
const LONG_MS = 3_600_000;

const PARTS = [
  { name: "Bus", what: "Bus away", of: (step: Step) => step.bus_ms },
  { name: "Scheduler", what: "Schedules late", of: (step: Step) => step.scheduler_ms },
  { name: "Database", what: "Database not writable", of: (step: Step) => step.store_ms },
  { name: "Disk", what: "Little room on a disk", of: (step: Step) => step.disk_ms },
] as const;

/** The last 14 days, the oldest first. */
export function lastDays(now: number): readonly number[] {
  return Array.from({ length: 14 }, (_, index) => now - (13 - index) * DAY);
}

/** By part and day. `steps` are hours. */
export function dayRows(
  steps: readonly Step[],
  backups: readonly Backup[],
  clock: Clock,
  now: number,
): { readonly rows: readonly DayRow[]; readonly events: readonly PastEvent[] } {
  const days = lastDays(now);
  const byDay = Map.groupBy(steps, ({ at }) => clock.day(Date.parse(at), now));
  const backupsByDay = Map.groupBy(
    backups.filter(({ state }) => state !== "running"),
    (backup) => clock.day(Date.parse(backup.started_at), now),
  );
  const events: PastEvent[] = [];
  const rows: DayRow[] = PARTS.map(({ name, what, of }) => ({
    name,
    cells: days.map((at): DayCell => {
      const day = clock.day(at, now);
      const own = byDay.get(day) ?? [];
      const ms = own.reduce((sum, step) => sum + of(step), 0);
      if (own.length === 0) return { status: "none", title: `${day}: no data` };
      if (ms < TROUBLE_MS) return { status: "complete", title: `${day}: well` };
      const status = ms < LONG_MS ? "warn" : "error";
      events.push({ at, status, day, text: `${what} for ${duration(ms)}.` });
      return { status, title: `${day}: ${what.toLowerCase()} for ${duration(ms)}` };
    }),
  }));
  for (const at of days) {
    const day = clock.day(at, now);
    const starts = (byDay.get(day) ?? []).reduce((sum, { starts: own }) => sum + own, 0);
    if (starts > 0)
      events.push({ at, status: "none", day, text: starts === 1 ? "Started." : `Started ${starts} times.` });
  }
  rows.push({ name: "Backups", cells: days.map((at) => backupCell(backupsByDay, at, clock, now, events)) });
  return { rows, events: events.toSorted((a, b) => b.at - a.at) };
}

function backupCell(
  byDay: ReadonlyMap<string, readonly Backup[]>,
  at: number,
  clock: Clock,
  now: number,
  events: PastEvent[],
): DayCell {
  const day = clock.day(at, now);
  const own = byDay.get(day) ?? [];
  const failed = own.filter(({ state }) => state === "failed").length;
  if (own.length === 0) return { status: "none", title: `${day}: no backup` };
  if (failed === 0) return { status: "complete", title: `${day}: ${own.length} verified` };
  events.push({ at, status: "error", day, text: `${failed} of ${own.length} backups failed.` });
  return { status: "error", title: `${day}: ${failed} of ${own.length} failed` };
}
