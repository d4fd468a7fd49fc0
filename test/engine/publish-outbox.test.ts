import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { BusError } from "../../src/bus/bus-error.ts";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { newAlert } from "../../src/core/decide/new-alert.ts";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import { HOUR } from "../../src/contract/time/time-units.ts";
import { sendMessages } from "../../src/engine/send-messages.ts";
import { createTask } from "../../src/engine/create-task.ts";
import { NOOP_METRICS } from "../../src/engine/metrics-sink.ts";
import { OutboxPublisher } from "../../src/engine/publish-outbox.ts";
import type { Store } from "../../src/store/store.ts";
import { AnsweringBus, FAILED, FULL, SENT } from "./rig/answering-bus.ts";
import { phase, report, rigWith, rootTask } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

/** Outcomes are written with the next turns of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 50 && !holds(); turn++) await setImmediate();
  assert.ok(holds());
}

interface Publishing {
  readonly rig: Rig;
  readonly bus: AnsweringBus;
  readonly publisher: OutboxPublisher;
  readonly wakes: number[];
  readonly problems: string[];
  readonly counts: { published: number; refused: number };
  /** Commit messages to topics, as a decision would, and pass them to the publisher. */
  readonly commit: (...topics: string[]) => Promise<void>;
  readonly left: () => Promise<number>;
}

async function publishing(t: TestContext, own: (store: Store) => Partial<Store> = () => ({})): Promise<Publishing> {
  const rig = await rigWith(t, "");
  const bus = new AnsweringBus();
  const wakes: number[] = [];
  const problems: string[] = [];
  const counts = { published: 0, refused: 0 };
  const store = new Proxy(rig.store, {
    get: (target, key) => {
      const value: unknown = Reflect.get(own(target), key) ?? Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const publisher = new OutboxPublisher({
    store,
    bus: Object.assign(createMemoryBus(), { publish: bus.publish.bind(bus), onDrain: bus.onDrain.bind(bus) }),
    metrics: {
      ...NOOP_METRICS,
      published: (count) => (counts.published += count),
      refused: (count) => (counts.refused += count),
    },
    now: () => rig.now,
    keyPrefix: "db",
    wakeAt: (at) => wakes.push(at),
    onProblem: (error) => problems.push(error.message),
    report: (payloads) => sendMessages(rig.context.doneTopic, payloads, null, rig.context),
  });
  return {
    rig,
    bus,
    publisher,
    wakes,
    problems,
    counts,
    commit: async (...topics) => {
      const { outbox } = await rig.store.enqueue(
        topics.map((topic) => ({ topic, payload: `to ${topic}` })),
        rig.now,
      );
      publisher.send(outbox);
      await setImmediate();
      await setImmediate();
    },
    left: async () => {
      await rig.store.flush();
      return (await rig.store.reads.counts()).outbox;
    },
  };
}

describe("a committed message", () => {
  it("goes to the bus under its own key, and leaves the outbox when the bus confirms it", async (t) => {
    const { bus, commit, left, counts, wakes } = await publishing(t);
    await commit("a", "b");
    assert.deepEqual(
      bus.taken.map(({ topic, payload }) => [topic, payload]),
      [
        ["a", "to a"],
        ["b", "to b"],
      ],
    );
    assert.match(bus.taken[0]?.key ?? "", /^db:\d+$/);
    assert.notEqual(bus.taken[0]?.key, bus.taken[1]?.key);
    assert.equal(await left(), 0);
    assert.deepEqual([counts, wakes], [{ published: 2, refused: 0 }, []]);
  });

  it("waits for a full topic until it has capacity, while others go on", async (t) => {
    const { bus, publisher, commit, left, wakes, counts } = await publishing(t);
    bus.answer = (message) => (message.topic === "a" ? FULL(message) : SENT(message));
    await commit("a", "b", "a");
    assert.equal(await left(), 2);
    await publisher.sweep();
    assert.equal(await publisher.nextDueAt(), null, "a full topic is left alone");
    assert.equal(counts.refused, 2);
    bus.answer = SENT;
    assert.deepEqual(wakes, []);
    bus.room("b");
    assert.deepEqual(wakes, [], "nobody waits for that");
    bus.room("a");
    assert.deepEqual(wakes, [0]);
    await publisher.sweep();
    await setImmediate();
    assert.equal(await left(), 0);
    assert.equal(bus.taken.length, 3);
  });

  it("is retried with growing delays while the bus fails, and soon once it works", async (t) => {
    const { rig, bus, publisher, commit, left, wakes, problems } = await publishing(t);
    bus.answer = FAILED;
    await commit("a");
    assert.deepEqual([wakes, problems], [[rig.now + 200], ["no broker"]]);
    await publisher.sweep();
    assert.equal(problems.length, 1, "not before its time");
    for (const pause of [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) {
      assert.equal(await publisher.nextDueAt(), rig.now + pause);
      rig.now += pause;
      await publisher.sweep();
      await setImmediate();
      await setImmediate();
    }
    bus.answer = SENT;
    rig.now += 30_000;
    await publisher.sweep();
    await setImmediate();
    assert.equal(await left(), 0);
    bus.answer = FAILED;
    await commit("a");
    assert.equal(wakes.at(-1), rig.now + 200);
  });

  it("waits for a topic that fails while others go on", async (t) => {
    const { rig, bus, publisher, commit, left } = await publishing(t);
    bus.answer = (message) => (message.topic === "a" ? FAILED(message) : SENT(message));
    await commit("a", "b");
    await commit("a", "b");
    assert.deepEqual([bus.taken.map(({ topic }) => topic), bus.offered, await left()], [["b", "b"], 3, 2]);
    assert.equal(await publisher.nextDueAt(), rig.now + 200);
  });

  it("is not retried early, however many follow it, and goes at once when the bus reconnects", async (t) => {
    const { rig, bus, publisher, commit, left, wakes } = await publishing(t);
    bus.answer = FAILED;
    for (let n = 0; n < 100; n++) await commit("a", "a");
    assert.deepEqual([bus.offered, await left(), wakes], [2, 200, [rig.now + 200]]);
    rig.now += 200;
    await publisher.sweep();
    await setImmediate();
    await setImmediate();
    assert.deepEqual([bus.offered, await publisher.nextDueAt()], [202, rig.now + 400]);
    bus.answer = SENT;
    publisher.resume();
    assert.equal(wakes.at(-1), 0);
    await publisher.sweep();
    await setImmediate();
    assert.deepEqual([bus.taken.length, await left(), await publisher.nextDueAt()], [200, 0, null]);
    const before = wakes.length;
    publisher.resume();
    assert.equal(wakes.length, before, "nothing waits for that");
  });

  it("is not forgotten when the bus drains while its refusal is on the way", async (t) => {
    const { bus, publisher, commit, left, wakes } = await publishing(t);
    bus.answer = (message) => {
      queueMicrotask(() => bus.room(message.topic));
      return FULL(message);
    };
    const committing = commit("a");
    await committing;
    assert.deepEqual(wakes, [0]);
    bus.answer = SENT;
    await publisher.sweep();
    await setImmediate();
    assert.equal(await left(), 0);
  });

  it("keeps its key when it is sent again", async (t) => {
    const { rig, bus, publisher, commit } = await publishing(t);
    const keys: string[] = [];
    bus.answer = (message) => {
      keys.push(message.key);
      return keys.length < 3 ? FAILED(message) : SENT(message);
    };
    await commit("a");
    for (let round = 0; round < 2; round++) {
      rig.now += 60_000;
      await publisher.sweep();
      await setImmediate();
      await setImmediate();
    }
    assert.deepEqual([keys.length, new Set(keys).size], [3, 1]);
  });

  it("is not forgotten when the database cannot be written meanwhile", async (t) => {
    let isFull = true;
    const { rig, bus, publisher, commit, left, problems } = await publishing(t, (store) => ({
      releaseOutbox: (...input) => (isFull ? Promise.reject(new Error("disk full")) : store.releaseOutbox(...input)),
    }));
    bus.answer = FAILED;
    await commit("a", "b");
    assert.deepEqual(problems, ["no broker", "disk full"]);
    rig.now += 60_000;
    await publisher.sweep();
    assert.equal(await publisher.nextDueAt(), rig.now + 400, "still owned, and not forgotten");
    isFull = false;
    bus.answer = SENT;
    rig.now += 60_000;
    await publisher.sweep();
    rig.now += 60_000;
    await publisher.sweep();
    await setImmediate();
    assert.equal(await left(), 0);
    assert.equal(bus.taken.length, 2);
  });

  it("waits for the next start after a close", async (t) => {
    const { rig, bus, publisher, commit, left, problems } = await publishing(t);
    bus.answer = FAILED;
    publisher.close();
    await commit("a");
    await publisher.sweep();
    assert.deepEqual([problems, await left()], [[], 1]);
    await rig.reopen();
    assert.equal((await rig.sweep()).length, 1);
  });

  it("is sent in several claims when there are more than one claim takes", async (t) => {
    const { rig, bus, publisher, wakes } = await publishing(t);
    await rig.store.enqueue(
      Array.from({ length: 1500 }, () => ({ topic: "a", payload: "x" })),
      rig.now,
    );
    await rig.reopen();
    const again = new OutboxPublisher({
      store: rig.store,
      bus: Object.assign(createMemoryBus(), { publish: bus.publish.bind(bus), onDrain: bus.onDrain.bind(bus) }),
      metrics: NOOP_METRICS,
      now: () => rig.now,
      keyPrefix: "db",
      wakeAt: (at) => wakes.push(at),
      onProblem: (error) => assert.fail(error),
      report: () => assert.fail(),
    });
    publisher.close();
    await again.sweep();
    assert.deepEqual([wakes, bus.taken.length], [[0], 1000]);
    await again.sweep();
    assert.deepEqual([wakes, bus.taken.length], [[0], 1500]);
  });
});

describe("on the memory bus", () => {
  it("a message stays in the outbox until its consumer acknowledges it, also beyond the bus's capacity", async (t) => {
    const rig = await rigWith(t, "");
    const bus = createMemoryBus({ capacity: 10 });
    await bus.start();
    t.after(() => bus.stop());
    const woken = { count: 0 };
    const publisher: OutboxPublisher = new OutboxPublisher({
      store: rig.store,
      bus,
      metrics: NOOP_METRICS,
      now: () => rig.now,
      keyPrefix: "db",
      wakeAt: () => {
        woken.count += 1;
        void publisher.sweep();
      },
      onProblem: (error) => assert.fail(error),
      report: () => assert.fail(),
    });
    const { outbox } = await rig.store.enqueue(
      Array.from({ length: 100 }, (_, n) => ({ topic: "a", payload: String(n) })),
      rig.now,
    );
    publisher.send(outbox);
    await setImmediate();
    await setImmediate();
    assert.equal((await rig.store.reads.counts()).outbox, 100);
    const seen = new Set<string>();
    const all = Promise.withResolvers<void>();
    await bus.subscribe("a", { channel: "a", maxInFlight: 5 }, (delivery) => {
      seen.add(delivery.payload);
      delivery.ack();
      if (seen.size === 100) all.resolve();
    });
    await all.promise;
    await setImmediate();
    await rig.store.flush();
    assert.equal((await rig.store.reads.counts()).outbox, 0);
    assert.ok(woken.count > 0);
  });

  it("that the bus never accepts ends its task with the reason, and keeps no other message waiting", async (t) => {
    const { rig, bus, publisher, problems } = await publishing(t);
    const error = new BusError("refused", 'Invalid topic "load data".');
    bus.answer = ({ topic }) => (topic === "load data" ? { status: "failed", error } : { status: "sent" });
    const request = { job: "", at: null, workflow: "", info: "?d=1", meta: "", by: "ada" };
    await createTask({ ...request, type: "load data" }, rig.context);
    const alertsNow = (): string[] =>
      rig.stored.alerts().map(({ type, record_id, count, message }) => `${type} ${record_id} ${count} ${message}`);
    publisher.send(rig.sent.splice(0));
    await until(() => rig.stored.tasks()[0]?.result === "error");
    assert.partialDeepStrictEqual(rig.stored.tasks()[0], {
      state: "finished",
      msg: 'not sent, the bus refuses it: Invalid topic "load data".',
    });
    assert.ok(alertsNow().includes('send_failed 1 1 record 1 cannot be sent: Invalid topic "load data".'));
    assert.deepEqual(problems, [], "it is not a failure of the bus");
    await rig.store.flush();
    assert.deepEqual(rig.stored.outbox(), []);

    rig.now += HOUR;
    const { offered } = bus;
    await publisher.sweep();
    assert.equal(bus.offered, offered, "it is not offered again");

    // A crash between the refusal and the end of its task: told once all the same.
    await createTask({ ...request, info: "?d=2", type: "load data" }, rig.context);
    const [row = assert.fail()] = rig.stored.outbox();
    const refusal = { id: row.id, topic: "load data", reason: error.message, isNew: true };
    const told = newAlert("send_failed", "told", {});
    assert.deepEqual(await rig.store.refuseOutbox([refusal], () => told, rig.now, rig.now), [row.id]);
    await rig.store.refuseOutbox([refusal], () => assert.fail("told again"), rig.now, rig.now);
  });

  it("that the bus never accepts and that is of no task is offered again, and told once", async (t) => {
    const { rig, bus, publisher } = await publishing(t);
    const error = new BusError("refused", 'Invalid topic "a b".');
    bus.answer = () => ({ status: "failed", error });
    publisher.send((await rig.store.enqueue([{ topic: "a b", payload: "x" }], rig.now)).outbox);
    await until(() => rig.stored.alerts().length === 1);
    const { offered } = bus;
    rig.now += HOUR;
    await publisher.sweep();
    await until(() => bus.offered > offered);
    await setImmediate();
    assert.equal(rig.stored.alerts()[0]?.count, 1);
  });

  it("that the bus never accepts counts as failed for the joins that wait for its task", async (t) => {
    const { rig, bus, publisher } = await publishing(t);
    const join = { dependsOn: "a, load data", join: "all" };
    const parents = phase("root") + phase("a", { dependsOn: "root" }) + phase("load data", { dependsOn: "root" });
    await rig.write("flow.toml", parents + phase("all", join) + phase("any", { ...join, join_when: "all_done" }));
    await rig.reload();
    const error = new BusError("refused", 'Invalid topic "load data".');
    bus.answer = ({ topic }) => (topic === "load data" ? { status: "failed", error } : { status: "sent" });
    await report(rig, rootTask(rig), "complete");
    publisher.send(rig.sent.splice(0));
    await until(() => rig.stored.tasks().some(({ type, result }) => type === "load data" && result === "error"));
    rig.sent.splice(0);
    const [a = assert.fail()] = bus.taken.splice(0);
    await report(rig, parseTaskMessage(a.payload), "complete");
    assert.deepEqual(
      rig.sent
        .splice(0)
        .map(({ payload }) => parseTaskMessage(payload))
        .map(({ type, meta }) => [type, meta]),
      [["any", "workflow=flow.toml&cron=2026-11-24T00&failed=1"]],
    );
    const [refused = assert.fail()] = bus.refused;
    await report(rig, parseTaskMessage(refused.payload), "complete");
    assert.deepEqual(
      rig.sent.splice(0).map(({ topic }) => topic),
      ["all"],
      "somebody did it by hand",
    );
  });
});
