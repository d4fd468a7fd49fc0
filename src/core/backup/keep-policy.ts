import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { dateOf, weekdayOf } from "../time/civil-date.ts";

/** How many backups stay; of a period with several its newest. All 0: every backup stays. */
export interface KeepPolicy {
  readonly last: number;
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

interface Dated {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Periods are those of UTC: the same backups stay wherever the policy is applied, and no hour comes twice. */
const PERIODS: readonly (readonly [Exclude<keyof KeepPolicy, "last">, (at: number) => number])[] = [
  ["hourly", (at) => Math.floor(at / HOUR)],
  ["daily", (at) => Math.floor(at / DAY)],
  ["weekly", (at) => Math.floor(at / DAY) - ((weekdayOf(Math.floor(at / DAY)) + 6) % 7)],
  ["monthly", (at) => monthOf(Math.floor(at / DAY))],
];

/** The backups that the policy lets go, oldest first. The newest always stays. */
export function expiredBackups<T extends Dated>(backups: readonly T[], policy: KeepPolicy): readonly T[] {
  const newestFirst = backups.toSorted((a, b) => b.at - a.at);
  const isUnlimited = policy.last === 0 && PERIODS.every(([name]) => policy[name] === 0);
  if (isUnlimited) return [];
  const kept = new Set<T>(newestFirst.slice(0, Math.max(1, policy.last)));
  for (const [name, periodOf] of PERIODS) {
    const newest = new Map<number, T>();
    for (const backup of newestFirst) {
      const period = periodOf(backup.at);
      if (!newest.has(period)) newest.set(period, backup);
    }
    for (const backup of [...newest.values()].slice(0, policy[name])) kept.add(backup);
  }
  return newestFirst.filter((backup) => !kept.has(backup)).toReversed();
}

function monthOf(day: number): number {
  const { year, month } = dateOf(day);
  return year * 12 + month;
}
