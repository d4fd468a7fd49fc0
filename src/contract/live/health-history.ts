/** How the instance did over a short time. Times in milliseconds. */
export interface HealthSample {
  /** The end of that time, since 1970. */
  readonly at: number;
  /** How long it is. */
  readonly measured_ms: number;
  /** The first of a start. */
  readonly first: boolean;
  /** How much of it each part did not work. */
  readonly bus_ms: number;
  readonly store_ms: number;
  readonly scheduler_ms: number;
  /** How much of it a disk had little space. */
  readonly disk_ms: number;
  /** The longest from a tick's moment to its transaction; null: none ticked. */
  readonly lag_ms: number | null;
  /** The slowest transaction of the done topic; null: there was none. */
  readonly commit_ms: number | null;
  /** How late the event loop was, the 99th percentile. */
  readonly loop_ms: number;
  /** Of the done topic. */
  readonly messages: number;
  /** Bytes of the process at its end. */
  readonly memory: number;
}

/** All samples of one step: sums of times and messages, the most of the others. A step without samples is left out. */
export interface HealthStep extends Omit<HealthSample, "at" | "first"> {
  /** The step's begin. */
  readonly at: number;
  /** How often the instance was started in it. */
  readonly starts: number;
}

export interface HealthSpan {
  readonly from: number;
  readonly until: number;
  readonly step: number;
}

/** Bytes of a table with its indexes, as it was first measured on a day. */
export interface DaySize {
  readonly measured_at: number;
  readonly name: string;
  readonly bytes: number;
}
