import type { PublishResult } from "../../src/bus/bus.ts";
import { openEmbedded, type Embedded } from "../support/embedded.ts";
import { unlessStalled } from "../support/stalled.ts";
import { startWatch, type Lap } from "../support/stopwatch.ts";
import { CHILD_TOPICS, type PreparedTask } from "./prepare.ts";

/** Messages that are on the bus at a time, before the consumer receives them. */
const WINDOW = 4000;

export interface Round {
  readonly lap: Lap;
  /** Messages of one transaction, on average. */
  readonly groupSize: number;
}

/**
 * Every message through bus → transaction → outbox → bus. The clock stops when each is acknowledged and both children
 * of each have reached a consumer, which acknowledges them and does nothing else. `beside` starts what else goes on
 * meanwhile, and answers how to end it.
 */
export async function flowlordRound(
  database: string,
  workflows: string,
  tasks: readonly PreparedTask[],
  beside: (embedded: Embedded) => Promise<() => Promise<void>> = async () => async () => undefined,
): Promise<Round> {
  const embedded = await openEmbedded(database, workflows, { readsInThread: true });
  const { bus, groups } = embedded;
  let children = 0;
  const { promise: allStarted, resolve } = Promise.withResolvers<void>();
  for (const topic of CHILD_TOPICS) {
    await bus.subscribe(topic, { channel: topic, maxInFlight: 1000 }, (delivery) => {
      delivery.ack();
      children += 1;
      if (children === tasks.length * 2) resolve();
    });
  }
  const end = await beside(embedded);
  const watch = startWatch();
  const all = Promise.all([publishAll(tasks, (batch) => bus.publish(batch)), allStarted]);
  await unlessStalled(all, () => children);
  const lap = watch();
  await end();
  await embedded.close();
  return { lap, groupSize: groups.messages / groups.count };
}

type Publish = (batch: readonly { key: string; topic: string; payload: string }[]) => readonly Promise<PublishResult>[];

async function publishAll(tasks: readonly PreparedTask[], publish: Publish): Promise<void> {
  const { promise: allTaken, resolve } = Promise.withResolvers<void>();
  let next = 0;
  let consumed = 0;
  const fill = (): void => {
    const batch = tasks.slice(next, consumed + WINDOW);
    next += batch.length;
    const messages = batch.map(({ id, payload }) => ({ key: id, topic: "done", payload }));
    for (const result of publish(messages)) void result.then(settled);
  };
  const settled = (result: PublishResult): void => {
    if (result.status !== "sent") throw new Error(`the bus answered ${result.status}`);
    consumed += 1;
    if (consumed === tasks.length) resolve();
    else if (next < tasks.length && next - consumed <= WINDOW / 2) fill();
  };
  fill();
  await allTaken;
}
