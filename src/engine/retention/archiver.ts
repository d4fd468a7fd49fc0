import { Backoff } from "../../contract/backoff.ts";
import { HOUR, MINUTE } from "../../contract/time/time-units.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import { type Limits, policyOf, type RetentionDefaults } from "../../core/retention/policy.ts";
import type { ArchivedBatch, Cleanup } from "../../store/retention/retention-store.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

/** Which rows: those that a cleanup deletes next. */
export interface ArchiveRequest {
  readonly limits: Limits;
  readonly cursor: string | null;
  /** How many the table has, where the plan limits their number. */
  readonly rows: number | null;
}

/** Archives the next rows, elsewhere, and brings them back to be compared. Never rejects. */
export type ArchiveRows = (
  request: ArchiveRequest,
  signal: AbortSignal,
) => Promise<{ readonly archived: ArchivedBatch } | { readonly failure: { readonly message: string } }>;

export interface ArchiverParts {
  readonly runtime: Pick<Runtime, "now">;
  readonly store: Pick<Store, "retention" | "reads" | "record" | "alerts">;
  readonly defaults: RetentionDefaults;
  /** The address, as people know it. */
  readonly target: string;
  readonly archive: ArchiveRows;
  readonly signal: AbortSignal;
}

interface Current {
  readonly cleanup: number;
  readonly atStep: number;
  /** Null: the table is not archived. */
  readonly batch: ArchivedBatch | null;
}

interface Failure {
  readonly cleanup: number;
  readonly message: string;
  readonly retryAt: number;
}

const FIRST_RETRY_MS = MINUTE;
const LAST_RETRY_MS = HOUR;

/**
 * What of a cleanup is archived, and may be deleted. What could not be archived raises `archive_failed`, and is tried again, later each
 * time; until then the cleanup waits. Nothing about it is stored: after a restart the same rows are found in the archive again.
 */
export class Archiver {
  readonly #parts: ArchiverParts;
  readonly #backoff = new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  #current: Current | null = null;
  #failure: Failure | null = null;

  constructor(parts: ArchiverParts) {
    this.#parts = parts;
  }

  /** When a cleanup that waits goes on (ms); null: it does not wait. */
  retryAt({ id }: Pick<Cleanup, "id">): number | null {
    return this.#failure?.cleanup === id ? this.#failure.retryAt : null;
  }

  /** Why a cleanup waits, or those before it; null: it does not. */
  failureOf(id: number): string | null {
    return this.#failure !== null && id >= this.#failure.cleanup ? this.#failure.message : null;
  }

  /** Null: the table is not archived. `failed`: nothing may be deleted now. */
  async batchFor(cleanup: Cleanup, limits: Limits, rows: number | null): Promise<ArchivedBatch | null | "failed"> {
    const { id, atStep, cursor } = cleanup;
    // Somebody stopped the one that waited.
    if (this.#failure !== null && this.#failure.cleanup !== id) this.#failure = null;
    const current = this.#current;
    const isCurrent = current !== null && current.cleanup === id && current.atStep === atStep;
    if (isCurrent && (current.batch === null || current.batch.until === null || current.batch.until !== cursor))
      return current.batch;
    const batch = (await this.#isArchived(limits)) ? await this.#next(cleanup, limits, rows) : null;
    if (batch !== "failed") this.#current = { cleanup: id, atStep, batch };
    return batch;
  }

  async #isArchived({ table }: Limits): Promise<boolean> {
    const { store, defaults } = this.#parts;
    const set = (await store.retention.policies()).find((row) => row.table === table);
    return set !== undefined && policyOf(table, defaults, set).archived;
  }

  async #next({ id, cursor }: Cleanup, limits: Limits, rows: number | null): Promise<ArchivedBatch | "failed"> {
    const { store, archive, signal } = this.#parts;
    // Mostly nothing is due: that needs no process.
    const page = await store.reads.retention.dueNext(limits, cursor, rows);
    if (page.count === 0) return { until: page.next, digests: new Map() };
    const outcome = await archive({ limits, cursor, rows }, signal);
    if ("archived" in outcome) {
      await this.#worked();
      return outcome.archived;
    }
    if (!signal.aborted) await this.#failed(id, limits, outcome.failure.message);
    return "failed";
  }

  async #failed(cleanup: number, { table }: Limits, message: string): Promise<void> {
    const { store, runtime, target } = this.#parts;
    const now = runtime.now();
    this.#failure = { cleanup, message, retryAt: now + this.#backoff.next() };
    const sentence = `rows of ${table} could not be archived to ${target}, and stay until they are: ${message}`;
    await store.record({ alerts: [newAlert("archive_failed", sentence, { cause: target })], decisions: [] }, now);
  }

  async #worked(): Promise<void> {
    const { store, runtime, target } = this.#parts;
    this.#failure = null;
    this.#backoff.reset();
    // Nearly always there is none: do not open a transaction after each batch.
    if ((await store.alerts.lasting("archive_failed", 0, 1)).length === 0) return;
    const about = {
      type: "archive_failed",
      taskType: "",
      job: "",
      taskTime: null,
      cause: target,
      workflow: "",
    } as const;
    const resolves = [{ ...about, note: "rows were archived, and found there" }];
    await store.record({ alerts: [], decisions: [], resolves }, runtime.now());
  }
}
