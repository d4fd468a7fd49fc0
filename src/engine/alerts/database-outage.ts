import type { SentAlert } from "../../contract/api/notified-alert.ts";
import { MINUTE } from "../../contract/time/time-units.ts";
import { toError } from "../../contract/to-error.ts";
import { type ChannelRoute, isRoutedTo } from "../../core/alerts/alert-routes.ts";
import type { Channel } from "../../notify/notify.ts";
import type { StoreHealth } from "../../store/store.ts";

export interface DatabaseOutageParts {
  readonly channels: () => Iterable<{ readonly channel: Pick<Channel, "send">; readonly route: ChannelRoute }>;
  readonly health: () => StoreHealth;
  readonly now: () => number;
  /** A channel could not be told; it is tried again. */
  readonly onProblem: (channel: string, error: Error) => void;
}

/** Another program may lock the database for a moment; damage is told at once. */
const OUTAGE_MS = MINUTE;
const AGAIN_MS = MINUTE;
const TYPE = "database_down";

/**
 * Tells the channels themselves that the database is damaged, or cannot be written: an alert is a row of it. Once an outage, and once
 * when it is over.
 */
export class DatabaseOutage {
  readonly #parts: DatabaseOutageParts;
  readonly #stop = new AbortController();
  #since: number | null = null;
  #reason = "";
  /** Channels that know of the outage. */
  readonly #told = new Set<string>();
  readonly #triedAt = new Map<string, number>();

  constructor(parts: DatabaseOutageParts) {
    this.#parts = parts;
  }

  /** What is being sent is given up. */
  stop(): void {
    this.#stop.abort();
  }

  async look(): Promise<void> {
    const { health, now } = this.#parts;
    const { ok, reason, integrity } = health();
    if (ok) {
      if (this.#told.size > 0) await this.#tell("resolved");
      this.#since = null;
      this.#told.clear();
      return;
    }
    this.#since ??= now();
    this.#reason = reason ?? integrity;
    if (integrity === "broken" || now() - this.#since >= OUTAGE_MS) await this.#tell("open");
  }

  async #tell(state: "open" | "resolved"): Promise<void> {
    const { channels, now } = this.#parts;
    const all = [...channels()];
    const names = new Set(all.map(({ route }) => route.name));
    const about = {
      type: TYPE,
      severity: "critical",
      taskType: "",
      job: "",
      workflow: "",
      labels: "",
      cause: "",
      notify: [],
    } as const;
    const meant = all.filter(({ route }) => {
      if (!isRoutedTo(route, about, names)) return false;
      if (state === "resolved") return this.#told.has(route.name) && route.sendResolved;
      return !this.#told.has(route.name) && now() - (this.#triedAt.get(route.name) ?? -Infinity) >= AGAIN_MS;
    });
    await Promise.all(meant.map(async ({ channel, route }) => await this.#send(channel, route.name, state)));
  }

  async #send(channel: Pick<Channel, "send">, name: string, state: "open" | "resolved"): Promise<void> {
    const { now, onProblem } = this.#parts;
    const since = this.#since ?? now();
    this.#triedAt.set(name, now());
    const isOver = state === "resolved";
    const text = isOver ? `resolved: ${TYPE}: the database works again\n` : `critical: ${TYPE}: ${this.#reason}\n`;
    try {
      await channel.send(
        {
          deliveryId: `${TYPE}-${since}-${state}`,
          kind: "at_once",
          text,
          at: now(),
          alerts: [this.#alert(since, state)],
          alertCount: 1,
          criticalCount: isOver ? 0 : 1,
          resolvedCount: isOver ? 1 : 0,
        },
        this.#stop.signal,
      );
      this.#told.add(name);
      this.#triedAt.delete(name);
    } catch (error) {
      if (!this.#stop.signal.aborted) onProblem(name, toError(error));
    }
  }

  /** It has no row, and so no number of its own: 0 is that of no other. */
  #alert(since: number, state: "open" | "resolved"): SentAlert {
    const now = this.#parts.now();
    const isOver = state === "resolved";
    return {
      id: 0,
      type: TYPE,
      severity: "critical",
      state,
      resolved_at: isOver ? now : null,
      ...(isOver ? { resolved_by: "flowlord", resolved_note: "the database works again" } : {}),
      task_type: "",
      job: "",
      task_time: null,
      task_zone: null,
      workflow: "",
      message: this.#reason,
      count: 1,
      new_count: isOver ? 0 : 1,
      first_seen: since,
      last_seen: now,
      open: isOver ? 0 : 1,
      record_id: null,
      recovered: false,
    };
  }
}
