/**
 * The port through which use cases and services report what they do, for `GET /metrics`. It is called on the hot paths:
 * an adapter only adds to numbers. All counts are of committed or confirmed things, not of attempts.
 */
export interface MetricsSink {
  /** A task record got this result; anything but the four known ones counts as `other`. */
  result(result: string): void;
  /** `messages` went through one transaction that took `ms` milliseconds, from the decision to the commit. */
  group(messages: number, ms: number): void;
  deadLetters(count: number): void;
  fileEvents(count: number): void;
  /** Messages that the bus confirmed. */
  published(count: number): void;
  /** Messages that the bus refused (`full`) or failed to accept; they stay in the outbox. */
  refused(count: number): void;
  /** A tick was fired this many milliseconds after its scheduled moment. */
  tickLag(ms: number): void;
  /** Logs of tasks that were too old or too many. */
  logsDeleted(count: number): void;
}

/** For tests and tools that measure nothing. */
export const NOOP_METRICS: MetricsSink = {
  result() {},
  group() {},
  deadLetters() {},
  fileEvents() {},
  published() {},
  refused() {},
  tickLag() {},
  logsDeleted() {},
};
