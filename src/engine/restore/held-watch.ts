import type { Bus } from "../../bus/bus.ts";
import { HOUR, SECOND } from "../../contract/time/time-units.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import { instantText } from "../../core/why/phrases.ts";
import type { HeldRestore } from "../../store/backup/held-store.ts";
import { lastingAlerts } from "../alerts/lasting-alerts.ts";
import type { EngineContext } from "../context.ts";
import { findSent } from "./find-sent.ts";
import { heldText } from "./held-text.ts";
import { HeldRunner } from "./held-runner.ts";
import { heldStatus, isHeld, type HeldStatus } from "./held-status.ts";

const EVERY_MS = 5 * SECOND;
/** A restore that holds nothing any more for so long needs no decision. */
const OVER_MS = HOUR;
/** Which restore people were told of. */
const TOLD_KEY = "alerts.restore_held";

export interface HeldWatchParts {
  readonly context: EngineContext;
  readonly bus: Pick<Bus, "sent">;
  /** As of HeldRunner. */
  readonly pausesMoved: () => Promise<void>;
  /** So many messages of a topic were found on the bus. */
  readonly onFound: (topic: string, messages: number) => void;
}

/** Looks after what a restore holds: tells people, finds what was sent before, and carries out what they decide. */
export class HeldWatch {
  readonly #parts: HeldWatchParts;
  readonly #runner: HeldRunner;
  /** Topics with how much of them was held when it was last compared with the bus. */
  readonly #compared = new Map<string, number>();
  #status: HeldStatus | null = null;

  constructor(parts: HeldWatchParts) {
    this.#parts = parts;
    this.#runner = new HeldRunner(parts.context, parts.pausesMoved);
  }

  /** As of the last look; null: nothing is held. */
  get held(): HeldStatus | null {
    return this.#status !== null && isHeld(this.#status) ? this.#status : null;
  }

  /** One step. Returns when the next is due; null: this database was never restored. */
  async run(): Promise<number | null> {
    const { runtime, store } = this.#parts.context;
    if ((await store.held.restore()) === null) return null;
    if (await this.#runner.run()) return runtime.now();
    const status = await this.look();
    const { restore } = status;
    if (restore === null) return null;
    await this.#tell(status, restore);
    const isOver = restore.state === "held" && !isHeld(status) && runtime.now() - restore.held_at > OVER_MS;
    if (isOver) await store.held.end("none");
    return runtime.now() + EVERY_MS;
  }

  /** What is held, after what the bus can tell. */
  async look(): Promise<HeldStatus> {
    const { context, bus, onFound } = this.#parts;
    const { held } = context.store;
    const before = await heldStatus(held, context.graph());
    let found = 0;
    for (const { topic, waited, reread } of before.topics) {
      if (this.#compared.get(topic) === waited + reread) continue;
      const sent = await findSent(topic, bus, before.restore?.data_at ?? 0, context);
      this.#compared.set(topic, waited + reread - sent);
      if (sent > 0) onFound(topic, sent);
      found += sent;
    }
    this.#status = found === 0 ? before : await heldStatus(held, context.graph());
    return this.#status;
  }

  async #tell(status: HeldStatus, restore: HeldRestore): Promise<void> {
    const { store, runtime } = this.#parts.context;
    const told = await store.getState(TOLD_KEY);
    const toTell = isHeld(status) ? restore.id : null;
    if (toTell === told) return;
    const now = runtime.now();
    if (toTell === null || told !== null) await this.#resolve(restore, now);
    if (toTell !== null) {
      const message = `the database was restored to ${instantText(restore.data_at, runtime.zone)}, and ${heldText(status)} may have been sent or started before: flowlord restore status, then flowlord restore accept or drop`;
      await store.record({ alerts: [newAlert("restore_held", message, { cause: restore.id })], decisions: [] }, now);
    }
    await store.putState(new Map([[TOLD_KEY, toTell]]));
  }

  async #resolve({ state }: HeldRestore, now: number): Promise<void> {
    const { alerts } = this.#parts.context.store;
    const ids = (await lastingAlerts(alerts, "restore_held")).map(({ id }) => id);
    const note = state === "held" ? "nothing is held by the restore any more" : `what the restore held was ${state}`;
    if (ids.length > 0) await alerts.resolve(ids, { by: "flowlord", note }, now);
  }
}
