import { newAlert } from "../../core/decide/new-alert.ts";
import type { Store } from "../../store/store.ts";

/** The alert about a bus that stays unreachable. It is stored in the database until a channel accepts it. */
export class BusAlerts {
  readonly #store: Pick<Store, "record" | "alerts">;
  readonly #now: () => number;

  constructor(store: Pick<Store, "record" | "alerts">, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** `reason` is a sentence without its full stop. */
  async unreachable(bus: string, reason: string): Promise<void> {
    const message = `the bus ${bus} is unreachable: ${reason}; pending messages stay in the database`;
    await this.#store.record({ alerts: [newAlert("bus_down", message, { cause: bus })], decisions: [] }, this.#now());
  }

  async reconnected(bus: string): Promise<void> {
    // Nearly always there is none: do not open a transaction at each start.
    if ((await this.#store.alerts.lasting("bus_down", 0, 1)).length === 0) return;
    const note = "reconnected to the bus";
    const downCause = {
      type: "bus_down",
      taskType: "",
      job: "",
      taskTime: null,
      cause: bus,
      workflow: "",
      note,
    } as const;
    await this.#store.record({ alerts: [], decisions: [], resolves: [downCause] }, this.#now());
  }
}
