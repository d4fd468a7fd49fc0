import { createMemoryBus } from "../../src/bus/memory.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { HOUR } from "../../src/contract/time-units.ts";
import type { WorkflowGraph } from "../../src/core/workflow/phase.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { handleDone } from "../../src/engine/handle-done.ts";
import { MetaFiles } from "../../src/engine/meta-files.ts";
import type { Meter } from "../../src/engine/meter.ts";
import { SILENT_METER } from "../../src/engine/meter.ts";
import { OutboxPublisher } from "../../src/engine/publish-outbox.ts";
import { WorkflowReloader } from "../../src/engine/workflows/reload-workflows.ts";
import { AnyObjects } from "../../src/objects/any.ts";
import { Consumer } from "../../src/services/consume.ts";
import { Loop } from "../../src/services/loop.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { systemWorld } from "../../src/app/system-world.ts";

/** As in src/main.ts. */
export const GROUP_SIZE = 200;
const MAX_IN_FLIGHT = 1000;
const TASK_TTL = 4 * HOUR;

export interface Embedded {
  readonly store: Store;
  readonly bus: Bus;
  readonly graph: WorkflowGraph;
  readonly context: EngineContext;
  /** Messages of the groups so far, and how many groups that were. */
  readonly groups: { messages: number; count: number };
  close(): Promise<void>;
}

/**
 * The parts of src/main.ts that a task passes through, on the embedded bus, without HTTP, watchers and schedules: the
 * benchmark hands messages to the bus itself and must see them leave it.
 */
export async function openEmbedded(
  database: string,
  workflows: string,
  options: { readonly readsInThread?: boolean } = {},
): Promise<Embedded> {
  const world = systemWorld("UTC");
  const { now, newId } = world;
  const store = await openStore({ path: database, now, newId, ...options });
  const bus = createMemoryBus({ now });
  const objects = new AnyObjects();
  const { graph } = await new WorkflowReloader({ path: workflows, place: objects, store, zone: "UTC", now }).reload();
  const groups = { messages: 0, count: 0 };
  const meter: Meter = {
    ...SILENT_METER,
    group: (messages) => {
      groups.messages += messages;
      groups.count += 1;
    },
  };
  const onProblem = (name: string, error: Error): void => {
    throw new Error(`${name} failed: ${error.message}`, { cause: error });
  };
  const publisher = new OutboxPublisher({
    store,
    bus,
    meter,
    now,
    keyPrefix: newId(),
    wakeAt: (at) => outbox.wake(at),
    onProblem: (error) => onProblem("outbox", error),
  });
  const context: EngineContext = {
    world,
    store,
    meter,
    metaFiles: new MetaFiles(objects),
    graph: () => graph,
    send: (rows) => publisher.send(rows),
    dueAt: (at) => outbox.wake(at),
    doneTopic: "done",
    fileTopics: [],
    failedTopic: null,
    taskTtl: TASK_TTL,
  };
  const outbox = new Loop({
    name: "outbox",
    now,
    onProblem,
    atLeastEveryMs: 5000,
    run: async () => {
      await publisher.sweep();
      await store.flush();
      return await publisher.nextDueAt();
    },
  });
  const done = new Consumer({
    name: "done",
    bus,
    topic: "done",
    channel: "done",
    groupSize: GROUP_SIZE,
    maxInFlight: MAX_IN_FLIGHT,
    handle: (group) => handleDone(group, context),
    now,
    onProblem,
  });
  await bus.start();
  outbox.start();
  done.start();
  return {
    store,
    bus,
    graph,
    context,
    groups,
    close: async () => {
      await done.stop();
      await outbox.stop();
      await store.flush();
      publisher.close();
      await bus.stop();
      await store.close();
    },
  };
}
