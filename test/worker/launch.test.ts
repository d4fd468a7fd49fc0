import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Bus, OutMessage, PublishResult } from "../../src/bus/bus.ts";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { launch, TaskError, WorkerOptionsError, type Outcome, type Task } from "../../src/worker/launch.ts";
import { TaskBus } from "./task-bus.ts";

const AT = Date.UTC(2026, 4, 6, 7, 8, 9);

test("the result is the task with result, msg and times, and is confirmed before the task is acknowledged", async (t) => {
  const tasks = await TaskBus.start(t);
  tasks.hold = true;
  const worker = await launch("clean", () => ({ msg: "cleaned 3 rows" }), { bus: tasks.bus, now: () => AT });
  t.after(() => worker.stop());
  let acknowledged = false;
  const sent = tasks
    .send({ job: "hourly", info: "s3://b/f?day=1", meta: "workflow=w.toml&cron=2026-01-02T03" })
    .then(() => (acknowledged = true));
  const [done] = await tasks.done();
  assert.deepEqual(done, {
    type: "clean",
    job: "hourly",
    info: "s3://b/f?day=1",
    created: "2026-01-02T03:04:05Z",
    id: "0190",
    meta: "workflow=w.toml&cron=2026-01-02T03",
    result: "complete",
    msg: "cleaned 3 rows",
    started: "2026-05-06T07:08:09Z",
    ended: "2026-05-06T07:08:09Z",
  });
  await turn();
  assert.equal(acknowledged, false);
  for (const delivery of tasks.held) delivery.ack();
  await sent;
});

test("times are reported to the millisecond", async (t) => {
  const tasks = await TaskBus.start(t);
  let now = AT + 7;
  const handler = (): Outcome => {
    now += 1238;
    return {};
  };
  const worker = await launch("clean", handler, { bus: tasks.bus, now: () => now });
  t.after(() => worker.stop());
  await tasks.send({});
  const [done] = await tasks.done();
  assert.deepEqual([done?.started, done?.ended], ["2026-05-06T07:08:09.007Z", "2026-05-06T07:08:10.245Z"]);
});

const endings: [string, () => Promise<Outcome | void> | Outcome | void, Pick<Task, "result" | "msg" | "meta">][] = [
  ["nothing", () => undefined, { result: "complete", msg: "", meta: "workflow=w.toml" }],
  [
    "a promise",
    async () => ({ result: "warn", msg: "late" }),
    { result: "warn", msg: "late", meta: "workflow=w.toml" },
  ],
  [
    "an error",
    () => {
      throw new Error("no such table: rows\nat line 3");
    },
    { result: "error", msg: "no such table: rows at line 3", meta: "workflow=w.toml" },
  ],
  [
    "a rejected TaskError",
    async () => {
      throw new TaskError("feed is empty", { result: "alert", meta: { rows: "0" } });
    },
    { result: "alert", msg: "feed is empty", meta: "workflow=w.toml&rows=0" },
  ],
  [
    "a TaskError with a result that there is not",
    () => {
      throw new TaskError("feed is empty", { result: "failed" as "error" });
    },
    { result: "error", msg: 'feed is empty (thrown with the unknown result "failed")', meta: "workflow=w.toml" },
  ],
  [
    "meta as values",
    () => ({ meta: { a: "x&y=%", workflow: "other" } }),
    { result: "complete", msg: "", meta: "workflow=w.toml&a=x%26y%3D%25" },
  ],
  [
    "meta as a query",
    () => ({ meta: "b=1&b=2&retry=9" }),
    { result: "complete", msg: "", meta: "workflow=w.toml&b=1&b=2" },
  ],
  [
    "an unknown result",
    () => JSON.parse('{"result":"done"}') as Outcome,
    { result: "error", msg: 'The handler returned the unknown result "done".', meta: "workflow=w.toml" },
  ],
];
for (const [what, handler, expected] of endings) {
  test(`a handler that ends with ${what}`, async (t) => {
    const tasks = await TaskBus.start(t);
    const worker = await launch("clean", handler, { bus: tasks.bus, onProblem: tasks.onProblem });
    t.after(() => worker.stop());
    const { result, msg, meta } = await tasks.result();
    assert.deepEqual({ result, msg, meta }, expected);
  });
}

test("the attempt is the retry of meta, and the concurrency is never exceeded", async (t) => {
  const tasks = await TaskBus.start(t);
  let running = 0;
  let max = 0;
  const attempts: number[] = [];
  const worker = await launch(
    "clean",
    async (_task, { attempt }) => {
      max = Math.max(max, ++running);
      attempts.push(attempt);
      await turn();
      running -= 1;
    },
    { bus: tasks.bus, concurrency: 3 },
  );
  t.after(() => worker.stop());
  const metas = ["", "retry=2", "a=1&retry=3", "retry=failed", "retry=-1", "xretry=4"];
  await Promise.all(Array.from({ length: 30 }, (_, i) => tasks.send({ meta: metas[i % 6] ?? "" })));
  assert.equal(max, 3);
  assert.deepEqual(attempts.slice(0, 6), [0, 2, 3, 0, 0, 0]);
});

test("on stop the signal aborts, a task whose handler throws is requeued, and a finished one is acknowledged", async (t) => {
  const tasks = await TaskBus.start(t);
  const started = Promise.withResolvers<void>();
  let running = 0;
  const worker = await launch(
    "clean",
    (task, { signal }) => {
      if (++running === 2) started.resolve();
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => (task.info === "keep" ? resolve() : reject(new Error("stopped"))));
      });
    },
    { bus: tasks.bus, concurrency: 2 },
  );
  void tasks.send({ info: "keep" });
  void tasks.send({ info: "give up" });
  void tasks.send({ info: "never taken" });
  await started.promise;
  await worker.stop();
  await worker.stop();
  assert.deepEqual(
    (await tasks.done()).map(({ info, result }) => [info, result]),
    [["keep", "complete"]],
  );
  const seen: string[] = [];
  const next = await launch("clean", (task) => void seen.push(task.info), { bus: tasks.bus });
  await tasks.done(3);
  await next.stop();
  assert.deepEqual(seen.toSorted(), ["give up", "never taken"]);
});

test("a task whose handler ignores the signal is requeued after the grace period, and its late result is not sent", async (t) => {
  const tasks = await TaskBus.start(t);
  const started = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  const worker = await launch(
    "clean",
    () => {
      started.resolve();
      return late.promise;
    },
    { bus: tasks.bus },
  );
  void tasks.send();
  await started.promise;
  await worker.stop(5);
  late.resolve();
  await turn();
  assert.equal(tasks.dones.length, 0);
  const again = await launch("clean", () => ({ msg: "again" }), { bus: tasks.bus });
  t.after(() => again.stop());
  assert.equal((await tasks.done())[0]?.msg, "again");
});

test("an invalid task is answered when type and id can be read, otherwise reported; neither is redelivered", async (t) => {
  const tasks = await TaskBus.start(t);
  const worker = await launch("clean", () => assert.fail("not for the handler"), {
    bus: tasks.bus,
    onProblem: tasks.onProblem,
  });
  t.after(() => worker.stop());
  assert.equal(await tasks.sendText("clean", "{not json"), "sent");
  assert.equal(await tasks.sendText("clean", '{"type":"clean","id":"7","info":"i","meta":{"a":1}}'), "sent");
  assert.deepEqual(
    tasks.problems.map(({ code }) => code),
    ["unreadable_task", "unreadable_task"],
  );
  assert.equal(tasks.dones.length, 1);
  assert.equal(tasks.dones[0]?.result, "error");
  assert.equal(tasks.dones[0]?.id, "7");
  assert.match(tasks.dones[0]?.msg ?? "", /^The worker cannot read this task: /);
});

test("a task of another job is answered with an error", async (t) => {
  const tasks = await TaskBus.start(t);
  const worker = await launch("clean", () => undefined, { bus: tasks.bus, job: "a" });
  t.after(() => worker.stop());
  assert.equal((await tasks.result({ job: "a" })).result, "complete");
  assert.deepEqual(
    (await tasks.result({ job: "b" })).msg,
    'This worker of "clean" only runs job "a", not "b"; start a worker for that job.',
  );
});

test("results that the bus refuses are sent again in order when it has drained or reconnected", async (t) => {
  const memory = createMemoryBus();
  const answers: PublishResult[] = [{ status: "full" }, { status: "failed", error: new Error("broker away") }];
  let onDrain: (topic: string) => void = () => undefined;
  const bus: Bus = new Proxy(memory, {
    get(target, name) {
      if (name === "onRoom") return (listener: (topic: string) => void) => (onDrain = listener);
      if (name === "publish") return publish;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  function publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    const answer = batch[0]?.topic === "done" ? answers.shift() : undefined;
    if (answer === undefined) return memory.publish(batch);
    if (answer.status === "full") setImmediate(() => onDrain("done"));
    return batch.map(() => Promise.resolve(answer));
  }
  const tasks = await TaskBus.start(t, bus);
  const worker = await launch("clean", () => undefined, { bus, concurrency: 4, onProblem: tasks.onProblem });
  t.after(() => worker.stop());
  await Promise.all(["1", "2", "3", "4"].map((info) => tasks.send({ info })));
  assert.deepEqual(
    tasks.dones.map(({ info }) => info),
    ["1", "2", "3", "4"],
  );
  assert.deepEqual(
    tasks.problems.map(({ code }) => code),
    ["done_not_sent"],
  );
});

test("invalid options are refused", async (t) => {
  const tasks = await TaskBus.start(t);
  await assert.rejects(
    launch("clean", () => undefined, { bus: tasks.bus, concurrency: 0 }),
    WorkerOptionsError,
  );
  await assert.rejects(
    launch("", () => undefined, { bus: tasks.bus }),
    WorkerOptionsError,
  );
});
