import { SECOND } from "../../contract/time/time-units.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import type { Store } from "../../store/store.ts";

export interface LagAlertOptions {
  readonly store: Pick<Store, "record" | "alerts">;
  readonly target: string;
  /** How far (ms) what is stored may be behind. */
  readonly maxLag: number;
}

/** The alert about what is stored between two backups: raised while that is too far behind, ended when it has caught up. */
export class LagAlert {
  readonly #options: LagAlertOptions;
  /** Null: that of a process before may still be open. */
  #isRaised: boolean | null = null;

  constructor(options: LagAlertOptions) {
    this.#options = options;
  }

  /** `lagMs`: how far behind it is; `reason`: why, when that is known. */
  async look(lagMs: number, reason: string | null, now: number): Promise<void> {
    const { maxLag, target, store } = this.#options;
    const cause = `segments in ${target}`;
    if (lagMs > maxLag) {
      if (this.#isRaised === true) return;
      this.#isRaised = true;
      const behind = `what is stored in ${target} is ${Math.round(lagMs / SECOND)} seconds behind`;
      const message = reason === null ? behind : `${behind}: ${reason}`;
      await store.record({ alerts: [newAlert("backup_failed", message, { cause })], decisions: [] }, now);
      return;
    }
    if (this.#isRaised === false) return;
    const isOpen = this.#isRaised === true || (await store.alerts.lasting("backup_failed", 0, 1)).length > 0;
    this.#isRaised = false;
    if (!isOpen) return;
    const resolved = { type: "backup_failed", taskType: "", job: "", taskTime: null, cause, workflow: "" } as const;
    await store.record({ alerts: [], decisions: [], resolves: [{ ...resolved, note: "it has caught up" }] }, now);
  }
}
