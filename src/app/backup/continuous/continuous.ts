import { toError } from "../../../contract/to-error.ts";
import type { ContinuousOptions, Options } from "../../../config/options.ts";
import { DAY, HOUR, SECOND } from "../../../contract/time/time-units.ts";
import type { ContinuousStatus } from "../../../engine/backup/continuous-status.ts";
import { LagAlert } from "../../../engine/backup/lag-alert.ts";
import type { EngineContext } from "../../../engine/context.ts";
import { Loop } from "../../../services/loop.ts";
import type { Service } from "../../../services/service.ts";
import type { Journal } from "../../../store/backup/journal.ts";
import type { OnProblem } from "../../intake.ts";
import type { Log } from "../../log/log.ts";
import { type BackupSegments, runCheck } from "../run-backup.ts";
import { runShipper } from "./run-shipper.ts";
import { type ShippedTo, Shipping, type ShippingEvent } from "./shipping.ts";

export interface ContinuousParts {
  readonly options: Pick<Options, "file" | "sqlite"> & { readonly backup: NonNullable<Options["backup"]> };
  readonly continuous: ContinuousOptions;
  readonly journal: Journal;
  readonly context: Pick<EngineContext, "runtime" | "store">;
  readonly onProblem: OnProblem;
  readonly log: Log;
  /** A backup is needed: segments go on from none. */
  readonly onNeeded: () => void;
  readonly isBackingUp: () => boolean;
}

/** In the state of the instance: when what is stored was last restored to a scratch file, and was good. */
const CHECKED_AT = "backup.segments_checked_at";
/** How long a stop may take to store what was written last. */
export const SEGMENTS_MS = 5 * SECOND;

/** Stores what changes between two backups, and looks after it. */
export class Continuous {
  readonly services: readonly Service[];
  readonly #parts: ContinuousParts;
  readonly #shipping: Shipping;
  readonly #alert: LagAlert;
  readonly #startedAt: number;
  readonly #stop = new AbortController();
  #checking: Promise<unknown> = Promise.resolve();

  constructor(parts: ContinuousParts) {
    const { options, continuous, journal, context, onProblem, log } = parts;
    const { runtime, store } = context;
    const { backup, file } = options;
    const { spool, maxSpool, maxLag, every } = continuous;
    this.#parts = parts;
    this.#startedAt = runtime.now();
    this.#alert = new LagAlert({ store, target: backup.target, maxLag });
    const job = {
      journal: journal.path,
      spool,
      maxSpool,
      target: backup.target,
      key: backup.key,
      credentials: { accessKey: file.accessKey, secretKey: file.secretKey },
    };
    const loop = { now: runtime.now, onProblem };
    const shipping = new Loop({
      ...loop,
      name: "segments",
      run: async () => {
        await this.#turn();
        return runtime.now() + every;
      },
      atLeastEveryMs: every,
    });
    this.#shipping = new Shipping({
      journal,
      spool,
      maxSpool,
      start: (events) => runShipper(job, events),
      now: runtime.now,
      wake: () => shipping.wake(0),
      onEvent: (event) => {
        log[event.kind === "ended" ? "warn" : "info"]("backup", sentenceOf(event, backup.target));
        if (event.kind === "ended") parts.onNeeded();
      },
    });
    const checks = new Loop({ ...loop, name: "segment checks", run: () => this.#checkDaily(), atLeastEveryMs: HOUR });
    this.services = [shipping, checks];
  }

  /** Segments go on from no good backup yet. */
  get isBackupNeeded(): boolean {
    return !this.#shipping.status.isBased;
  }

  status(): ContinuousStatus {
    const { coveredUntil, epoch, number, waiting, problem, gap, isBased } = this.#shipping.status;
    const reason = problem ?? (isBased ? null : `${gap ?? "it has just begun"}, and the next backup is not good yet`);
    return {
      coveredUntil,
      lagMs: Math.max(0, this.#parts.context.runtime.now() - (coveredUntil ?? this.#startedAt)),
      epoch,
      segment: number,
      waiting,
      problem: reason,
    };
  }

  /** Before the copy of a backup is taken. Null: no segments will go on from it. */
  async before(): Promise<ShippedTo | null> {
    return await this.#shipping.mark(true);
  }

  /** After it was. */
  async after(before: ShippedTo | null): Promise<BackupSegments> {
    const now = before === null ? null : await this.#shipping.mark(false);
    if (before === null || now === null || now.epoch !== before.epoch) return null;
    const { epoch, number, at } = now;
    return { epoch, after: before.number, through: number, through_at: new Date(at).toISOString() };
  }

  /** That backup is good. */
  async based(segments: BackupSegments): Promise<void> {
    if (segments !== null) await this.#shipping.based(segments.epoch);
  }

  /** Once the database is closed, so that what it wrote last is stored too. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#checking;
    await this.#shipping.stop(SEGMENTS_MS);
  }

  async #turn(): Promise<void> {
    const { context, isBackingUp, onNeeded } = this.#parts;
    try {
      await this.#shipping.run();
    } finally {
      if (this.isBackupNeeded && !isBackingUp()) onNeeded();
      const { lagMs, problem } = this.status();
      // How a backup fares is told by itself.
      if (!this.isBackupNeeded || !isBackingUp()) await this.#alert.look(lagMs, problem, context.runtime.now());
    }
  }

  async #checkDaily(): Promise<number | null> {
    const { store, runtime } = this.#parts.context;
    const now = runtime.now();
    const last = Number((await store.getState(CHECKED_AT)) ?? now - DAY + HOUR);
    if (last > now || now - last < DAY) return Math.min(last + DAY, now + DAY);
    if (this.isBackupNeeded || this.#parts.isBackingUp()) return now + HOUR;
    // It takes as long as a restore: the loop goes on meanwhile.
    this.#checking = this.#check().catch((error: unknown) => this.#parts.onProblem("segments", toError(error)));
    return now + DAY;
  }

  async #check(): Promise<void> {
    const { options, context, log } = this.#parts;
    const { backup, file } = options;
    const outcome = await runCheck(
      {
        job: { scratch: backup.scratch, key: backup.key },
        target: backup.target,
        credentials: { accessKey: file.accessKey, secretKey: file.secretKey },
      },
      { signal: this.#stop.signal, onProgress: () => undefined },
    );
    if (this.#stop.signal.aborted) return;
    if ("failure" in outcome) {
      await this.#shipping.giveUp(`a restore to check it failed: ${outcome.failure.message}`);
      throw new Error(`What is stored in ${backup.target} could not be restored: ${outcome.failure.message}`);
    }
    const { backup: id, segments, at } = outcome.checked;
    log.info("backup", `Restored and checked: the backup ${id} with ${segments} segments, to ${at}.`);
    await context.store.putState(new Map([[CHECKED_AT, String(context.runtime.now())]]));
  }
}

function sentenceOf(event: ShippingEvent, target: string): string {
  switch (event.kind) {
    case "begun":
      return `What changes is stored in ${target} from now on (${event.epoch}).`;
    case "resumed":
      return `What changes is stored in ${target} again, after segment ${event.number} of ${event.epoch}.`;
    case "ended":
      return `What changes cannot be stored where it stopped, so a new backup is made: ${event.reason}.`;
  }
}
