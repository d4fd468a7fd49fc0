import { DAY, HOUR, MINUTE } from "../../contract/time/time-units.ts";
import { isDailyDue, nightHourOf, QUIET_DAYS, quietHour } from "../../core/retention/daily.ts";
import type { RetentionDefaults } from "../../core/retention/policy.ts";
import { zoneOf } from "../../core/time/zone.ts";
import type { Cleanup } from "../../store/retention/retention-store.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import type { Archiver } from "./archiver.ts";
import { FirstCleanup } from "./first-cleanup.ts";
import { planOf, policyViews } from "./policies-in-force.ts";

/**
 * Rows of a step, and the pause after it: at least so many milliseconds, and so many times as long as the step took. A message that
 * arrives during a step waits for it and its commit; while messages are many, steps are small and leave them three quarters of the
 * time, also on a machine that has little time for this process.
 */
const QUIET = { rows: 1000, pause: 5, times: 1 };
const BUSY = { rows: 250, pause: 15, times: 3 };
/** No step takes longer: what does waited for the archive, in another process. */
const MAX_STEP = 250;
/** Above this share of the thread's time. */
const BUSY_ABOVE = 0.5;
/** How often the daily cleanup is looked for. */
const LOOK_MS = 10 * MINUTE;
/**
 * A machine may start with a wrong clock, and be set right soon after. No daily cleanup begins so soon after the start, nor after the
 * clock was set: both by a clock that nobody sets.
 */
const AFTER_START = HOUR;
const AFTER_JUMP = DAY;
/** A time server moves a clock by less. */
const MAX_JUMP = 10 * MINUTE;

export interface CleanupRunnerParts {
  readonly runtime: Pick<Runtime, "now" | "monotonic" | "zone">;
  readonly store: Pick<Store, "retention" | "reads" | "record" | "getState" | "putState">;
  /** What the first cleanup will delete, one sentence. */
  onAnnounced(sentence: string): void;
  readonly defaults: RetentionDefaults;
  /** Null: there is no archive. */
  readonly archiver: Archiver | null;
  /** The share (0 to 1) of the time since the last call in which this thread was busy. */
  utilization(): number;
  /** A cleanup ended. */
  onDone(cleanup: Cleanup): void;
}

/** Begins the daily cleanup, and goes on with those that run: a step at a time, with pauses for what lives. */
export class CleanupRunner {
  readonly #parts: CleanupRunnerParts;
  #wall: number;
  #steady: number;
  /** By the clock that nobody sets. */
  #trustedAt: number;
  #lookAt = 0;
  readonly #first: FirstCleanup;

  constructor(parts: CleanupRunnerParts) {
    this.#parts = parts;
    this.#first = new FirstCleanup(parts);
    const { runtime } = parts;
    this.#wall = runtime.now();
    this.#steady = runtime.monotonic();
    this.#trustedAt = this.#steady + AFTER_START;
  }

  /** One step. Returns when the next is due. */
  async run(): Promise<number> {
    const { runtime, store } = this.#parts;
    const now = runtime.now();
    this.#watchClock(now);
    if (now >= this.#lookAt || this.#lookAt > now + LOOK_MS) {
      this.#lookAt = now + LOOK_MS;
      await this.#beginDaily(now);
    }
    const cleanup = await store.retention.running();
    if (cleanup === null) return this.#lookAt;
    const waitsUntil = this.#parts.archiver?.retryAt(cleanup) ?? 0;
    if (waitsUntil > now) return Math.min(waitsUntil, this.#lookAt);
    const { rows, pause, times } = this.#parts.utilization() > BUSY_ABOVE ? BUSY : QUIET;
    const began = runtime.monotonic();
    const after = await advance(cleanup, rows, this.#parts);
    const took = Math.min(runtime.monotonic() - began, MAX_STEP);
    // Its own work does not count.
    this.#parts.utilization();
    if (after !== null && after.state === "done") {
      await this.#first.ended(after, runtime.now());
      this.#parts.onDone(after);
    }
    return runtime.now() + Math.max(pause, times * took);
  }

  /** A machine that was set to another year must not lose its history in the night after. */
  #watchClock(now: number): void {
    const steady = this.#parts.runtime.monotonic();
    const jump = now - this.#wall - (steady - this.#steady);
    this.#wall = now;
    this.#steady = steady;
    if (Math.abs(jump) > MAX_JUMP) this.#trustedAt = steady + AFTER_JUMP;
  }

  async #beginDaily(now: number): Promise<void> {
    const { runtime, store, defaults } = this.#parts;
    if (runtime.monotonic() < this.#trustedAt) return;
    // While one waits for its archive, another every day would only wait behind it.
    if ((await store.retention.running()) !== null) return;
    const last = await store.retention.lastDaily();
    const hours = await store.reads.retention.hours(now - QUIET_DAYS * DAY);
    const night = nightHourOf(zoneOf(runtime.zone).offsetAt(now));
    if (!isDailyDue(now, last, quietHour(hours, night))) return;
    const plan = planOf(policyViews(await store.retention.policies(), defaults), null, now);
    if (plan.length === 0) return;
    const dryRun = !(await this.#first.isAnnounced());
    await store.retention.create({ cause: "daily", dryRun, plan, by: "flowlord" }, now);
  }
}

/** One step of a cleanup, or one page of a dry run; the same cleanup where its rows could not be archived. Null: it does not run any more. */
export async function advance(
  cleanup: Cleanup,
  maxRows: number,
  {
    runtime,
    store,
    archiver,
  }: { readonly store: Pick<Store, "retention" | "reads"> } & Pick<CleanupRunnerParts, "archiver"> & {
      readonly runtime: Pick<Runtime, "now">;
    },
): Promise<Cleanup | null> {
  const limits = cleanup.plan[cleanup.atStep];
  if (limits === undefined) return null;
  const isCounted = limits.maxRows !== null && cleanup.cursor === null;
  const rows = isCounted ? await store.reads.retention.rows(limits.table) : null;
  if (!cleanup.dryRun) {
    const archived = archiver === null ? null : await archiver.batchFor(cleanup, limits, rows);
    if (archived === "failed") return cleanup;
    return store.retention.step(cleanup.id, { maxRows, rows, archived }, runtime.now());
  }
  const { id: run, atStep, cursor: after } = cleanup;
  const page = await store.reads.retention.countDue({ run, atStep, limits, after, rows });
  return store.retention.counted(cleanup.id, page, runtime.now());
}
