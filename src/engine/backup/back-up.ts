import { Backoff } from "../../contract/backoff.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { toError } from "../../contract/to-error.ts";
import { HOUR, MINUTE } from "../../contract/time/time-units.ts";
import type { CronSchedule } from "../../core/cron/cron.ts";
import type { BackupReason, BackupRow, VerifiedBackup } from "../../store/backup/backup-store.ts";
import type { Store } from "../../store/store.ts";
import { ClockWatch } from "../clock-watch.ts";
import type { Runtime } from "../context.ts";
import type { ContinuousStatus } from "./continuous-status.ts";
import { BackupAlerts } from "./backup-alerts.ts";

/** How far a backup is; bytes of the database file. */
export interface BackupProgress {
  readonly step: "snapshot" | "upload" | "verify";
  readonly done: number;
  readonly total: number;
}

/** Makes one backup, elsewhere. Never rejects. */
export type MakeBackup = (
  backup: Pick<BackupRow, "id" | "started_at">,
  how: { readonly signal: AbortSignal; readonly onProgress: (progress: BackupProgress) => void },
) => Promise<
  | {
      readonly verified: VerifiedBackup;
      /** Backups that the keep policy let go. */ readonly removed: readonly string[];
    }
  | { readonly failure: { readonly code: string | null; readonly message: string } }
>;

export interface BackUpOptions {
  readonly runtime: Pick<Runtime, "now" | "monotonic" | "newId">;
  readonly store: Pick<Store, "record" | "alerts" | "backups" | "reads">;
  /** The address, as people know it. */
  readonly target: string;
  readonly schedule: CronSchedule | null;
  readonly make: MakeBackup;
  /** What is stored between two backups; null: nothing. */
  readonly continuous?: {
    /** A backup is needed now, whatever the schedule says: segments go on from none. */
    readonly isBackupNeeded: boolean;
    status(): ContinuousStatus;
  } | null;
  /** Called when there is something to do, or to look at, before the next turn. */
  readonly wake: () => void;
  readonly onProblem: (error: Error) => void;
}

/** What is being made, and what comes next. */
export interface BackupStatus {
  readonly target: string;
  readonly running: {
    readonly id: string;
    readonly reason: BackupReason;
    readonly progress: BackupProgress | null;
  } | null;
  /** When the next is due, in milliseconds; null: only by hand. */
  readonly nextAt: number | null;
  readonly lastVerified: BackupRow | null;
  /** Why the last one is not good; null when it is. */
  readonly failure: string | null;
  /** Null: nothing is stored between two backups. */
  readonly continuous: ContinuousStatus | null;
}

interface Running {
  readonly row: Pick<BackupRow, "id" | "reason">;
  readonly stop: AbortController;
  /** Whether it is good. */
  readonly ended: Promise<boolean>;
}

const FIRST_RETRY_MS = MINUTE;
const LAST_RETRY_MS = HOUR;
/** A time server moves a clock by less. */
const MAX_JUMP_MS = 10 * MINUTE;

/**
 * Backups: one at a time, by schedule or by hand. A failed one raises `backup_failed`, and is tried again, later each time; so does
 * a last good one that is older than two of the schedule's ticks.
 */
export class BackUp {
  readonly #options: BackUpOptions;
  readonly #alerts: BackupAlerts;
  readonly #backoff = new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  #running: Running | null = null;
  #progress: BackupProgress | null = null;
  #retryAt: number | null = null;
  #failure: string | null = null;
  /** The last turn. */
  #lookedAt: number;
  readonly #clock: ClockWatch;
  /** When the clock was set last, or this began. */
  #clockSetAt: number;
  #wasClockSet = false;
  #isStopped = false;

  constructor(options: BackUpOptions) {
    this.#options = options;
    this.#lookedAt = options.runtime.now();
    this.#clock = new ClockWatch(options.runtime);
    this.#clockSetAt = this.#lookedAt;
    this.#alerts = new BackupAlerts(options.store, options.target);
  }

  /** Null: nothing is stored between two backups. */
  get continuous(): ContinuousStatus | null {
    return this.#options.continuous?.status() ?? null;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Begins what is due. Returns when to look again; null: when it is woken. */
  async run(): Promise<number | null> {
    const { runtime, schedule } = this.#options;
    if (this.#isStopped) return null;
    const now = runtime.now();
    this.#watchClock(now);
    await this.#checkAge(now);
    if (this.#running !== null) return null;
    const dueAt = await this.#dueAt();
    this.#lookedAt = now;
    if (dueAt === null) return null;
    if (dueAt > now) return dueAt;
    await this.#begin("schedule");
    return schedule?.next(now) ?? null;
  }

  /** Begins one, whatever the schedule says. Throws DomainError `backup_running`. */
  async byHand(): Promise<{ readonly id: string }> {
    if (this.#isStopped) throw new DomainError("unavailable", "stopping", "Flowlord stops.");
    const { row } = await this.#begin("hand");
    return { id: row.id };
  }

  async status(): Promise<BackupStatus> {
    const running = this.#running;
    return {
      target: this.#options.target,
      running: running === null ? null : { id: running.row.id, reason: running.row.reason, progress: this.#progress },
      nextAt: await this.#dueAt(),
      lastVerified: await this.#newest("verified"),
      failure: this.#failure,
      continuous: this.continuous,
    };
  }

  /** One more before the end, unless nothing was recorded since the last; given up after `withinMs`. Begins no other afterwards. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopped = true;
    const over = new AbortController();
    over.signal.addEventListener("abort", () => this.#running?.stop.abort(), { once: true });
    const timer = setTimeout(() => over.abort(), withinMs);
    try {
      if (withinMs <= 0) over.abort();
      await this.#running?.ended;
      if (over.signal.aborted || !(await this.#isNew())) return;
      const last = await this.#begin("stop");
      await last.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether something was recorded since the last good one. */
  async #isNew(): Promise<boolean> {
    const { store, target } = this.#options;
    const last = await this.#newest("verified");
    return last === null || last.target !== target || last.changes !== (await store.backups.changes());
  }

  async #dueAt(): Promise<number | null> {
    if (this.#retryAt !== null) return this.#retryAt;
    const { schedule, runtime, continuous } = this.#options;
    if (continuous?.isBackupNeeded === true) return 0;
    if (schedule === null) return null;
    // Any that was begun counts: a failed one has its own time. Without one the first is due now.
    const last = await this.#newest(null);
    if (last === null) return 0;
    // A clock that was set back makes it later than now.
    return schedule.next(last.started_at > runtime.now() ? this.#lookedAt : last.started_at);
  }

  async #begin(reason: BackupReason): Promise<Running> {
    if (this.#running !== null)
      throw new DomainError(
        "conflict",
        "backup_running",
        `The backup ${this.#running.row.id} is being made: wait for it.`,
      );
    const { runtime, store, target } = this.#options;
    const row = { id: runtime.newId(), reason, target };
    const stop = new AbortController();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const running = { row, stop, ended: promise };
    this.#running = running;
    this.#progress = null;
    try {
      // The names of backups sort by it, also after the clock was set back.
      const startedAt = Math.max(runtime.now(), ((await this.#newest(null))?.started_at ?? 0) + 1);
      await store.backups.begin(row, startedAt);
      void this.#make({ id: row.id, started_at: startedAt }, stop.signal).then(resolve);
    } catch (error) {
      this.#running = null;
      resolve(false);
      throw error;
    }
    return running;
  }

  /** Whether it is good. */
  async #make(backup: Pick<BackupRow, "id" | "started_at">, signal: AbortSignal): Promise<boolean> {
    const { make, wake, onProblem } = this.#options;
    const outcome = await make(backup, { signal, onProgress: (progress) => (this.#progress = progress) });
    try {
      return await this.#record(backup.id, outcome, signal.aborted);
    } catch (error) {
      // The next start finds that it was begun, and never calls it good.
      onProblem(toError(error));
      return false;
    } finally {
      this.#running = null;
      this.#progress = null;
      wake();
    }
  }

  async #record(id: string, outcome: Awaited<ReturnType<MakeBackup>>, isStopped: boolean): Promise<boolean> {
    const { store, runtime } = this.#options;
    const now = runtime.now();
    if ("failure" in outcome) {
      const { message } = outcome.failure;
      await store.backups.failed(id, message, now);
      if (isStopped) return false;
      this.#failure = message;
      this.#retryAt = now + this.#backoff.next();
      await this.#alerts.failed(message, now);
      return false;
    }
    await store.backups.verified(id, outcome.verified, now);
    this.#failure = null;
    this.#retryAt = null;
    this.#backoff.reset();
    if (outcome.removed.length > 0) await store.backups.removed(outcome.removed, now);
    await this.#alerts.good(now);
    return true;
  }

  /** A moment to come stays as far away as it was. */
  #watchClock(now: number): void {
    const by = this.#clock.jump()?.by ?? 0;
    if (this.#retryAt !== null) this.#retryAt += by;
    if (Math.abs(by) < MAX_JUMP_MS) return;
    this.#clockSetAt = now;
    this.#wasClockSet = true;
  }

  /** The one that is good is older than two ticks of the schedule: the scheduler, or what it waits for, stands still. */
  async #checkAge(now: number): Promise<void> {
    const { schedule } = this.#options;
    const last = await this.#newest("verified");
    if (schedule === null || last === null) return;
    // By a clock that was set since, or is behind that moment, its age is not known: it counts from when the clock was set.
    const isUnknown = last.started_at > now + MAX_JUMP_MS || (this.#wasClockSet && last.started_at < this.#clockSetAt);
    const from = isUnknown ? this.#clockSetAt : Math.min(last.started_at, now);
    const first = schedule.next(from);
    const second = first === null ? null : schedule.next(first);
    const third = second === null ? null : schedule.next(second);
    if (third !== null && now >= third) await this.#alerts.old(now - from, now);
  }

  async #newest(state: BackupRow["state"] | null): Promise<BackupRow | null> {
    const [row = null] = await this.#options.store.reads.backups.list({ limit: 1, before: null, state });
    return row;
  }
}
