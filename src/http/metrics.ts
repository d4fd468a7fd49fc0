import type { DatabaseSize } from "../contract/live/database-metrics.ts";
import type { ContinuousStatus } from "../engine/backup/continuous-status.ts";
import type { DiskState } from "../engine/maintenance/watch-disk.ts";
import type { MetricsSink } from "../engine/metrics-sink.ts";
import type { StoreCounts } from "../store/store.ts";
import type { BusReport } from "./bus-report.ts";
import type { StatusReport, Steering } from "./status-report.ts";

/** Upper bounds, ascending; values above the last one count only in `+Inf`. */
const BOUNDS = {
  group_size: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  commit_seconds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
  tick_lag_seconds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60],
} as const;

/** Counts of values per bucket, since the start. */
export class Buckets {
  readonly bounds: readonly number[];
  /** One per bound, not cumulative. */
  readonly counts: number[];
  count = 0;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = bounds.map(() => 0);
  }

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    const index = this.bounds.findIndex((bound) => value <= bound);
    if (index >= 0) this.counts[index] = (this.counts[index] ?? 0) + 1;
  }

  /** The bound below which this share of the values are; null without values, or when it is above the last bound. */
  quantile(share: number): number | null {
    let left = Math.ceil(this.count * share);
    if (left === 0) return null;
    const index = this.counts.findIndex((count) => (left -= count) <= 0);
    return this.bounds[index] ?? null;
  }
}

const RESULTS = ["complete", "error", "warn", "alert", "other"] as const;
export type CountedResult = (typeof RESULTS)[number];

/** Plain numbers since the start: the hot paths add to them, and a scrape reads them. */
export interface Counts {
  readonly results: Record<CountedResult, number>;
  doneMessages: number;
  deadLetters: number;
  fileEvents: number;
  published: number;
  refused: number;
  logsDeleted: number;
  readonly groupSize: Buckets;
  readonly commitSeconds: Buckets;
  readonly tickLagSeconds: Buckets;
  /** The most since somebody last set it back to null, in milliseconds; null: nothing came. */
  readonly most: { commitMs: number | null; lagMs: number | null };
}

export interface DatabaseSource {
  /** As the tables were last measured. Rejects as `counts`. */
  size(): Promise<DatabaseSize>;
  /** Bytes; 0: no limit. */
  readonly maxSize: number;
  /** Those that this instance writes to. */
  readonly disks: () => readonly DiskState[];
  /** Why nothing is taken in; null: it is. */
  refusal(): string | null;
}

/** Values that each scrape reads. */
export interface MetricSources {
  readonly version: string;
  status(): StatusReport;
  /** Rejects when the database cannot be read; the scrape then leaves its metrics out. */
  counts(): Promise<StoreCounts>;
  bus(): BusReport;
  /** Not set: nobody measures it. */
  readonly database?: DatabaseSource;
  /** What is stored between two backups; not set, or null: nothing. */
  continuous?(): Pick<ContinuousStatus, "lagMs"> | null;
  /** Not set: nobody told the instance anything. */
  steering?(): Steering;
}

export interface Metrics {
  readonly counts: Counts;
  readonly sources: MetricSources;
}

function isCounted(result: string): result is CountedResult {
  return (RESULTS as readonly string[]).includes(result);
}

export function createCounts(): Counts {
  return {
    results: { complete: 0, error: 0, warn: 0, alert: 0, other: 0 },
    doneMessages: 0,
    deadLetters: 0,
    fileEvents: 0,
    published: 0,
    refused: 0,
    logsDeleted: 0,
    groupSize: new Buckets(BOUNDS.group_size),
    commitSeconds: new Buckets(BOUNDS.commit_seconds),
    tickLagSeconds: new Buckets(BOUNDS.tick_lag_seconds),
    most: { commitMs: null, lagMs: null },
  };
}

/** The metrics sink of the engine that adds to these counts. */
export function metricsSink(counts: Counts): MetricsSink {
  return {
    result: (result) => {
      counts.results[isCounted(result) ? result : "other"] += 1;
    },
    group: (messages, ms) => {
      counts.doneMessages += messages;
      counts.groupSize.add(messages);
      counts.commitSeconds.add(ms / 1000);
      counts.most.commitMs = Math.max(counts.most.commitMs ?? 0, ms);
    },
    deadLetters: (count) => {
      counts.deadLetters += count;
    },
    fileEvents: (count) => {
      counts.fileEvents += count;
    },
    published: (count) => {
      counts.published += count;
    },
    refused: (count) => {
      counts.refused += count;
    },
    logsDeleted: (count) => {
      counts.logsDeleted += count;
    },
    tickLag: (ms) => {
      counts.tickLagSeconds.add(ms / 1000);
      counts.most.lagMs = Math.max(counts.most.lagMs ?? 0, ms);
    },
  };
}
