/** From which share of failed tasks on a type needs somebody: 0 to 1. */
export interface Thresholds {
  readonly errorRate: number;
  /** Of single types, instead. */
  readonly types: Readonly<Record<string, number>>;
  /** A type with fewer finished tasks is not judged. */
  readonly minTasks: number;
}

export interface Finished {
  readonly type: string;
  readonly total: number;
  readonly failed: number;
  readonly finished: number;
}

export interface ErrorRate {
  readonly type: string;
  readonly failed: number;
  readonly finished: number;
  /** 0 to 1. */
  readonly rate: number;
  readonly threshold: number;
  readonly above: boolean;
}

const MAX_RATES = 100;

/** Of types of which a task failed: those above their threshold first, then by rate. */
export function errorRates(types: readonly Finished[], thresholds: Thresholds): readonly ErrorRate[] {
  return types
    .filter(({ failed }) => failed > 0)
    .map(({ type, failed, finished }) => {
      const rate = failed / finished;
      const own = Object.hasOwn(thresholds.types, type) ? thresholds.types[type] : undefined;
      const threshold = own ?? thresholds.errorRate;
      return { type, failed, finished, rate, threshold, above: finished >= thresholds.minTasks && rate > threshold };
    })
    .toSorted((a, b) => Number(b.above) - Number(a.above) || b.rate - a.rate || (a.type < b.type ? -1 : 1))
    .slice(0, MAX_RATES);
}
