import { DAY, HOUR, MINUTE } from "../../contract/time/time-units.ts";
import { toError } from "../../contract/to-error.ts";
import type { MaintenanceRun } from "../../contract/live/database-metrics.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

export interface DatabaseCareParts {
  readonly runtime: Pick<Runtime, "now" | "monotonic">;
  readonly store: Pick<Store, "maintenance" | "health">;
  /** What could not be done; it is tried again. */
  readonly onProblem: (error: Error) => void;
}

/** After a start there is more urgent work. */
const START_MS = MINUTE;
const EVERY_MS: Readonly<Record<MaintenanceRun["kind"], number>> = { measure: HOUR, analyze: DAY, check: 7 * DAY };
/** Measuring a large file must not be all that its disk does: it rests so many times as long as it took. */
const REST = 50;
/**
 * SQLite counts the entries of an index to analyze it, in the thread that writes: some 50 ms for a table of this size, seconds
 * for one of ten million rows. What statistics say are ratios, and those of a table's beginning stay right.
 */
const MAX_ANALYZED = 32 * 1024 * 1024;
/** When what failed is tried again. */
const AGAIN_MS = HOUR;

/** Measures the tables each hour, refreshes the statistics each day, and looks for damage each week. */
export class DatabaseCare {
  readonly #parts: DatabaseCareParts;
  readonly #startedAt: number;
  readonly #triedAt = new Map<MaintenanceRun["kind"], number>();
  #isMeasuring = false;
  /** Tables whose statistics are refreshed one by one. */
  #stale: string[] = [];
  #analysisMs = 0;

  constructor(parts: DatabaseCareParts) {
    this.#parts = parts;
    this.#startedAt = parts.runtime.monotonic();
  }

  /** One turn: nothing in it takes long, and what does runs elsewhere. Returns when the next is due (ms since 1970). */
  async run(): Promise<number> {
    const { runtime, store } = this.#parts;
    const now = runtime.now();
    if (runtime.monotonic() - this.#startedAt < START_MS) return now + START_MS;
    if (!this.#isMeasuring && (await this.#isDue("measure", now))) this.#measure();
    if (store.health().integrity !== "checking" && (await this.#isDue("check", now))) {
      this.#triedAt.set("check", now);
      await store.maintenance.check();
    }
    return (await this.#analyze(now)) ? now : now + MINUTE;
  }

  async #isDue(kind: MaintenanceRun["kind"], now: number): Promise<boolean> {
    const last = await this.#parts.store.maintenance.lastRun(kind);
    const pause = kind === "measure" ? Math.max(EVERY_MS.measure, REST * (last?.ms ?? 0)) : EVERY_MS[kind];
    return isOver(last?.at, pause, now) && isOver(this.#triedAt.get(kind), AGAIN_MS, now);
  }

  /** Not waited for: it reads each page of the file, in a process of its own. */
  #measure(): void {
    const { runtime, store, onProblem } = this.#parts;
    this.#isMeasuring = true;
    this.#triedAt.set("measure", runtime.now());
    store.maintenance
      .measure()
      .catch((error: unknown) => onProblem(toError(error)))
      .finally(() => {
        this.#isMeasuring = false;
      });
  }

  /** A table a turn. True: more of them wait. */
  async #analyze(now: number): Promise<boolean> {
    const { runtime, store } = this.#parts;
    if (this.#stale.length === 0) {
      const isMeasured = (await store.maintenance.lastRun("measure")) !== null;
      if (!isMeasured || !(await this.#isDue("analyze", now))) return false;
      this.#triedAt.set("analyze", now);
      this.#stale = [...(await store.maintenance.staleStatistics(MAX_ANALYZED))];
      this.#analysisMs = 0;
    }
    const table = this.#stale.shift();
    const began = runtime.monotonic();
    if (table !== undefined) await store.maintenance.analyze(table);
    this.#analysisMs += runtime.monotonic() - began;
    if (this.#stale.length > 0) return true;
    await store.maintenance.analyzed({ kind: "analyze", at: now, ms: Math.round(this.#analysisMs) });
    return false;
  }
}

/** Also when the clock was set back: what lies ahead says nothing. */
function isOver(at: number | undefined, pause: number, now: number): boolean {
  return at === undefined || now - at >= pause || at > now;
}
