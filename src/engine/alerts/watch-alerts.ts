import { newAlert } from "../../core/decide/new-alert.ts";
import { LevelAlert, type LevelAlertStore } from "../maintenance/level-alert.ts";
import { lastingAlerts } from "./lasting-alerts.ts";

/** The alerts about watched buckets that stay unreachable. A watch has a key that is the same over restarts. */
export class WatchAlerts {
  readonly #store: LevelAlertStore;
  readonly #now: () => number;
  readonly #alerts = new Map<string, LevelAlert>();

  constructor(store: LevelAlertStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** `reason` is a sentence without its full stop. */
  async down(key: string, path: string, reason: string): Promise<void> {
    const message = `${path} cannot be listed: ${reason}; what arrives meanwhile is found when it can be listed again`;
    await this.#of(key).become("down", () => newAlert("watch_down", message, { cause: key }), "", this.#now());
  }

  async up(key: string): Promise<void> {
    await this.#end(key, "the bucket can be listed again");
  }

  /** Ends the alerts of watches that are configured no more. */
  async keepOnly(keys: readonly string[]): Promise<void> {
    for (const { cause } of await lastingAlerts(this.#store.alerts, "watch_down"))
      if (!keys.includes(cause)) await this.#end(cause, "it is watched no more");
  }

  async #end(key: string, note: string): Promise<void> {
    await this.#of(key).become("", () => newAlert("watch_down", ""), note, this.#now());
  }

  #of(key: string): LevelAlert {
    const known = this.#alerts.get(key) ?? new LevelAlert(this.#store, "watch_down", key);
    this.#alerts.set(key, known);
    return known;
  }
}
