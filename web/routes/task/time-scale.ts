import type { Clock } from "../../services/format.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((days) => days * DAY),
];

/** A span of time over the width of a chart. */
export class TimeScale {
  readonly from: number;
  readonly until: number;
  readonly #step: number;

  /** With a little room at both ends. `most`: so many names have room. */
  constructor(from: number, until: number, most: number) {
    const span = Math.max(SECOND, until - from);
    this.from = from - span * 0.02;
    this.until = until + span * 0.04;
    this.#step = STEPS.find((step) => span / step <= most) ?? span;
  }

  /** `37.5%` */
  x(at: number): string {
    return `${this.share(at) * 100}%`;
  }

  width(from: number, until: number): string {
    return `${(this.share(until) - this.share(from)) * 100}%`;
  }

  share(at: number): number {
    return (at - this.from) / (this.until - this.from);
  }

  ticks(): readonly number[] {
    const ticks: number[] = [];
    for (let at = Math.ceil(this.from / this.#step) * this.#step; at <= this.until; at += this.#step) ticks.push(at);
    return ticks;
  }

  name(at: number, clock: Clock): string {
    if (this.#step >= DAY) return clock.day(at, this.until);
    return this.#step < MINUTE ? clock.time(at) : clock.minutes(at);
  }
}
