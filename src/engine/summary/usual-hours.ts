import { DAY, HOUR } from "../../contract/time/time-units.ts";
import type { StatsQueries } from "../../store/stats-queries.ts";

const DAYS = 14;
const HOURS = 24;

export interface UsualHour {
  /** When it begins. */
  readonly at: number;
  /** How many tasks are made in it, be it by a tick, after a parent or for a file. */
  readonly tasks: number;
}

/** Of the coming 24 hours (UTC), the current one among them: the median of the same hour of the last 14 days. */
export async function usualHours(stats: Pick<StatsQueries, "series">, now: number): Promise<readonly UsualHour[]> {
  const current = Math.floor(now / HOUR) * HOUR;
  const from = current - DAYS * DAY;
  const edges = Array.from({ length: DAYS * HOURS + 1 }, (_, hour) => from + hour * HOUR);
  const totals = (await stats.series(edges)).map(({ total }) => total);
  // What was before the first task says nothing.
  const first = totals.findIndex((total) => total > 0);
  return Array.from({ length: HOURS }, (_, hour) => {
    const same = Array.from({ length: DAYS }, (__, day) => hour + day * HOURS).filter(
      (at) => first >= 0 && at >= first,
    );
    return { at: current + hour * HOUR, tasks: median(same.map((at) => totals[at] ?? 0)) };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** The same until the hour is over. */
export class UsualHours {
  #known: { readonly hour: number; readonly hours: Promise<readonly UsualHour[]> } | null = null;

  /** Of the current hour what is left of it. */
  async of(stats: Pick<StatsQueries, "series">, now: number): Promise<readonly UsualHour[]> {
    const hour = Math.floor(now / HOUR);
    if (this.#known?.hour !== hour) {
      const hours = usualHours(stats, now);
      this.#known = { hour, hours };
      // The next request tries again.
      hours.catch(() => (this.#known = null));
    }
    const left = 1 - (now % HOUR) / HOUR;
    return (await this.#known.hours).map(({ at, tasks }, index) => ({
      at,
      tasks: index === 0 ? Math.round(tasks * left) : tasks,
    }));
  }
}
