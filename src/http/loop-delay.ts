import { type Histogram, monitorEventLoopDelay } from "node:perf_hooks";

/** Milliseconds; 0 while nothing was measured. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How late the event loop was, each time since it was last asked. */
export class LoopDelay {
  readonly #resolutionMs: number;
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>;

  /** Nothing is measured before `start` or the first `take`: the measurement needs a timer, which comes this often. */
  constructor(resolutionMs: number) {
    this.#resolutionMs = resolutionMs;
    this.#histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  }

  start(): void {
    this.#histogram.enable();
  }

  take(): Delays {
    const delays = delaysOf(this.#histogram, this.#resolutionMs);
    this.start();
    this.#histogram.reset();
    return delays;
  }
}

/** The histogram has the time from one turn of the timer to the next: what is longer than it should be is delay. */
export function delaysOf(histogram: Pick<Histogram, "count" | "percentile" | "max">, resolutionMs: number): Delays {
  // Without a turn a percentile is NaN, and the longest is arbitrary.
  if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
  const late = (ns: number): number => Math.max(0, ns / 1e6 - resolutionMs);
  return { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) };
}
