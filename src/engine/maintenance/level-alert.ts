import type { AlertType, NewAlert } from "../../core/decide/effects.ts";
import type { Store } from "../../store/store.ts";
import { lastingAlerts } from "../alerts/lasting-alerts.ts";

export type LevelAlertStore = Pick<Store, "record" | "alerts" | "getState" | "putState">;

/**
 * One lasting alert about something that has levels: it changes with the level, and ends by itself. The level that people
 * were told of is stored, so that a restart tells them nothing twice, also of an alert that somebody has resolved.
 */
export class LevelAlert {
  readonly #store: LevelAlertStore;
  readonly #type: AlertType;
  readonly #cause: string;
  #told: string | null = null;

  constructor(store: LevelAlertStore, type: AlertType, cause: string) {
    this.#store = store;
    this.#type = type;
    this.#cause = cause;
  }

  /** The level that people know; empty: none. */
  async told(): Promise<string> {
    this.#told ??= (await this.#store.getState(this.#key)) ?? "";
    return this.#told;
  }

  /** Tells people of a level that they do not know yet; an empty one ends the alert with the note. */
  async become(level: string, alertOf: () => NewAlert, note: string, now: number): Promise<void> {
    if (level === (await this.told())) return;
    if (level === "") await this.#resolve(note, now);
    else await this.#store.record({ alerts: [alertOf()], decisions: [] }, now);
    await this.#store.putState(new Map([[this.#key, level === "" ? null : level]]));
    this.#told = level;
  }

  get #key(): string {
    return `alerts.${this.#type}:${this.#cause}`;
  }

  async #resolve(note: string, now: number): Promise<void> {
    const lasting = await lastingAlerts(this.#store.alerts, this.#type);
    const ids = lasting.filter(({ cause }) => cause === this.#cause).map(({ id }) => id);
    if (ids.length > 0) await this.#store.alerts.resolve(ids, { by: "flowlord", note }, now);
  }
}
