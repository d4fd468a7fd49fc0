import type { HealthSample, HealthSpan, HealthStep } from "../../../contract/live/health-history.ts";
import { DAY } from "../../../contract/time/time-units.ts";
import type { Statement, Statements } from "../database/connection.ts";

const KEPT_MS = 15 * DAY;
/** Old rows that one sample deletes: more than it adds, so that they become fewer. */
const DELETED = 100;

/** Writes `health_samples`. */
export class HealthSamples {
  readonly #put: Statement;
  readonly #deleteOld: Statement;

  constructor(statements: Statements) {
    this.#put = statements.prepare(
      "health.put",
      `INSERT OR REPLACE INTO health_samples (at, measured_ms, first, bus_ms, store_ms, scheduler_ms, disk_ms, lag_ms, commit_ms, loop_ms, messages, memory)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#deleteOld = statements.prepare(
      "health.delete_old",
      `DELETE FROM health_samples WHERE at IN (SELECT at FROM health_samples WHERE at < ? ORDER BY at LIMIT ${DELETED})`,
    );
  }

  /** Inside a transaction. */
  add(sample: HealthSample): void {
    this.#put.run(
      sample.at,
      sample.measured_ms,
      sample.first ? 1 : 0,
      sample.bus_ms,
      sample.store_ms,
      sample.scheduler_ms,
      sample.disk_ms,
      sample.lag_ms,
      sample.commit_ms,
      sample.loop_ms,
      sample.messages,
      sample.memory,
    );
    this.#deleteOld.run(sample.at - KEPT_MS);
  }
}

type SampleRow = Omit<HealthSample, "first"> & { readonly first: number };

/** Reads them by steps. */
export class HealthHistory {
  readonly #samples: Statement<SampleRow>;

  constructor(statements: Statements) {
    this.#samples = statements.prepare(
      "health.samples",
      "SELECT * FROM health_samples WHERE at > ? AND at <= ? ORDER BY at",
    );
  }

  /** A sample belongs to the step in which it ends: one that ends with the step, too. */
  steps({ from, until, step }: HealthSpan): readonly HealthStep[] {
    const steps: HealthStep[] = [];
    for (const { first, ...sample } of this.#samples.iterate(from, until)) {
      const at = from + Math.floor((sample.at - 1 - from) / step) * step;
      const next = { ...sample, at, starts: first };
      const last = steps.at(-1);
      if (last?.at === at) steps[steps.length - 1] = together(last, next);
      else steps.push(next);
    }
    return steps;
  }
}

function together(a: HealthStep, b: HealthStep): HealthStep {
  return {
    at: a.at,
    measured_ms: a.measured_ms + b.measured_ms,
    starts: a.starts + b.starts,
    bus_ms: a.bus_ms + b.bus_ms,
    store_ms: a.store_ms + b.store_ms,
    scheduler_ms: a.scheduler_ms + b.scheduler_ms,
    disk_ms: a.disk_ms + b.disk_ms,
    lag_ms: most(a.lag_ms, b.lag_ms),
    commit_ms: most(a.commit_ms, b.commit_ms),
    loop_ms: Math.max(a.loop_ms, b.loop_ms),
    messages: a.messages + b.messages,
    memory: Math.max(a.memory, b.memory),
  };
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
