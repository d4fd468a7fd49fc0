import type { QueryTiming } from "../../../contract/live/database-metrics.ts";

/** How long queries took, by their names. */
export class QueryTimings {
  readonly #known = new Map<string, { count: number; sum: number; max: number }>();

  add(name: string, ms: number): void {
    const one = this.#known.get(name);
    if (one === undefined) {
      this.#known.set(name, { count: 1, sum: ms, max: ms });
      return;
    }
    one.count += 1;
    one.sum += ms;
    one.max = Math.max(one.max, ms);
  }

  /** Milliseconds; of a name that is not known yet, one. */
  meanOf(name: string): number {
    const one = this.#known.get(name);
    return one === undefined ? 1 : one.sum / one.count;
  }

  list(): readonly QueryTiming[] {
    return [...this.#known]
      .toSorted(([, a], [, b]) => b.sum - a.sum)
      .map(([name, { count, sum, max }]) => ({ name, count, mean_ms: sum / count, max_ms: max }));
  }
}
