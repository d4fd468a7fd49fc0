import { newAlert } from "../../core/decide/new-alert.ts";
import { HOUR } from "../../contract/time/time-units.ts";
import type { Store } from "../../store/store.ts";

/** The alert about backups: raised by one that failed, and by a last good one that is too old; ended by the next good one. */
export class BackupAlerts {
  readonly #store: Pick<Store, "record" | "alerts">;
  readonly #target: string;
  /** It was raised for its age, and is not raised again until there is a good one. */
  #isToldOld = false;

  constructor(store: Pick<Store, "record" | "alerts">, target: string) {
    this.#store = store;
    this.#target = target;
  }

  async failed(reason: string, now: number): Promise<void> {
    await this.#raise(`the backup to ${this.#target} failed: ${reason}`, now);
  }

  /** `sinceMs`: how old the last good one is. */
  async old(sinceMs: number, now: number): Promise<void> {
    if (this.#isToldOld) return;
    this.#isToldOld = true;
    await this.#raise(
      `the last good backup to ${this.#target} is ${Math.round(sinceMs / HOUR)} hours old: its schedule makes one more than twice as often`,
      now,
    );
  }

  async good(now: number): Promise<void> {
    this.#isToldOld = false;
    // Nearly always there is none: do not open a transaction after each backup.
    if ((await this.#store.alerts.lasting("backup_failed", 0, 1)).length === 0) return;
    const cause = {
      type: "backup_failed",
      taskType: "",
      job: "",
      taskTime: null,
      cause: this.#target,
      workflow: "",
    } as const;
    await this.#store.record(
      { alerts: [], decisions: [], resolves: [{ ...cause, note: "a backup was made and verified" }] },
      now,
    );
  }

  async #raise(message: string, now: number): Promise<void> {
    await this.#store.record(
      { alerts: [newAlert("backup_failed", message, { cause: this.#target })], decisions: [] },
      now,
    );
  }
}
