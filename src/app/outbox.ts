import { setTimeout } from "node:timers/promises";
import type { Bus } from "../bus/bus.ts";
import type { EngineContext, Runtime } from "../engine/context.ts";
import type { MetricsSink } from "../engine/metrics-sink.ts";
import { OutboxPublisher } from "../engine/publish-outbox.ts";
import type { ReportResults } from "../engine/refused-messages.ts";
import { Loop } from "../services/loop.ts";
import type { Service } from "../services/service.ts";
import type { Store } from "../store/store.ts";
import type { OnProblem } from "./intake.ts";

/** How long to wait for the bus to close; unsent messages stay in the outbox. */
const STOP_BUS_WITHIN = 5000;
const POLL_INTERVAL_MS = 5000;
/** After this a task whose message was confirmed at once is `sent`, if nothing else is written. */
const MARK_SENT_MS = 1100;

export interface OutboxParts {
  readonly runtime: Runtime;
  readonly store: Store;
  readonly bus: Bus;
  readonly metrics: MetricsSink;
  readonly onProblem: OnProblem;
}

/** Sends committed messages to the bus: at once, when they are due, and again when the bus has reconnected. */
export interface Outbox extends Pick<EngineContext, "send" | "dueAt"> {
  readonly service: Service;
  /** Handles results of tasks whose message the bus refuses; before the bus starts. */
  onResults(report: ReportResults): void;
  /** The bus has reconnected. */
  resume(): void;
  /** After the service has stopped: deletes the rows that the bus confirmed, then stops the bus. */
  stopBus(): Promise<void>;
}

export async function openOutbox({ runtime, store, bus, metrics, onProblem }: OutboxParts): Promise<Outbox> {
  let report: ReportResults = () => Promise.reject(new Error("nothing handles the results of refused tasks"));
  const publisher = new OutboxPublisher({
    report: (payloads) => report(payloads),
    store,
    bus,
    metrics,
    now: runtime.now,
    keyPrefix: await databaseId(store, runtime.newId),
    wakeAt: (at) => loop.wake(at),
    onProblem: (error) => onProblem("outbox", error),
  });
  const loop = new Loop({
    name: "outbox",
    now: runtime.now,
    onProblem,
    atLeastEveryMs: POLL_INTERVAL_MS,
    run: async () => {
      await publisher.sweep();
      const flushAt = await store.flush();
      const dueAt = await publisher.nextDueAt();
      return flushAt === null || dueAt === null ? (flushAt ?? dueAt) : Math.min(flushAt, dueAt);
    },
  });
  return {
    service: loop,
    send: (rows) => {
      publisher.send(rows);
      if (rows.length > 0) loop.wake(runtime.now() + MARK_SENT_MS);
    },
    dueAt: (at) => loop.wake(at),
    onResults: (handler) => {
      report = handler;
    },
    resume: () => publisher.resume(),
    stopBus: async () => {
      try {
        await store.flush();
      } finally {
        // Where that failed the rows stay, and are sent once more after the next start.
        publisher.close();
        await Promise.race([bus.stop(), setTimeout(STOP_BUS_WITHIN, undefined, { ref: false })]);
      }
    },
  };
}

/** Part of the key of every message this database sends, so that the keys of two databases on one broker differ. */
async function databaseId(store: Store, newId: () => string): Promise<string> {
  const known = await store.getState("database.id");
  if (known !== null) return known;
  const id = newId();
  await store.putState(new Map([["database.id", id]]));
  return id;
}
