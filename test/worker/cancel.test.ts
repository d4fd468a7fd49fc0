import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { startWorkers } from "../../src/worker/start-workers.ts";
import { execOptions, scratchFolder, sh } from "./exec/exec-fixture.ts";
import { gone, textIn } from "./exec/processes.ts";
import { TaskBus, taskMessage } from "./task-bus.ts";

test("a cancelled task is stopped where it runs, and not run when it waits or is delivered later; none has a result", async (t) => {
  const tasks = await TaskBus.start(t);
  const folder = await scratchFolder(t);
  const script = `echo $$ > "$1/{info}"; exec sleep 60`;
  const worker = await startWorkers(
    [execOptions({ logDir: join(folder, "logs"), type: "clean", concurrency: 1, ...sh(script, folder) })],
    { bus: tasks.bus, doneTopic: "done", onProblem: tasks.onProblem, now: Date.now },
  );
  t.after(() => worker.stop());
  const running = tasks.send({ info: "running" });
  const pid = Number(await textIn(join(folder, "running")));
  const waiting = tasks.send({ info: "waiting" });
  worker.cancel(["running", "waiting", "later"].map((info) => taskMessage({ info })));
  const later = tasks.send({ info: "later" });
  assert.deepEqual(await Promise.all([running, waiting, later]), ["sent", "sent", "sent"]);
  await gone(pid);
  void tasks.send({ info: "other" });
  await textIn(join(folder, "other"));
  assert.deepEqual(tasks.dones, []);
});

test("the commands of 500 cancelled tasks are gone, also those that ignore SIGTERM", async (t) => {
  const tasks = await TaskBus.start(t);
  const folder = await scratchFolder(t);
  const script = `test {info} = 7 && trap '' TERM; echo $$ > "$1/{info}"; sleep 60; sleep 60`;
  const options = { logDir: join(folder, "logs"), type: "clean", concurrency: 500, killAfter: 100 };
  const worker = await startWorkers([execOptions({ ...options, ...sh(script, folder) })], {
    bus: tasks.bus,
    doneTopic: "done",
    onProblem: tasks.onProblem,
    now: Date.now,
  });
  t.after(() => worker.stop());
  const infos = Array.from({ length: 500 }, (_, n) => String(n));
  const sent = infos.map((info) => tasks.send({ info }));
  const pids: number[] = [];
  for (const info of infos) pids.push(Number(await textIn(join(folder, info))));
  worker.cancel(infos.map((info) => taskMessage({ info })));
  await Promise.all(sent);
  for (const pid of pids) await gone(pid);
  assert.deepEqual(tasks.dones, []);
});

test("the request of a cancelled task of an http worker is aborted", async (t) => {
  const tasks = await TaskBus.start(t);
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const section = { kind: "http", type: "clean", job: null, url, concurrency: 1, timeout: 0 } as const;
  const worker = await startWorkers([section], {
    bus: tasks.bus,
    doneTopic: "done",
    onProblem: tasks.onProblem,
    now: Date.now,
  });
  t.after(() => worker.stop());
  const asked = once(server, "request");
  const sent = tasks.send({ info: "i" });
  const [, response] = (await asked) as [unknown, NodeJS.EventEmitter];
  const closed = once(response, "close");
  worker.cancel([taskMessage({ info: "i" })]);
  await Promise.all([sent, closed]);
  assert.deepEqual(tasks.dones, []);
});
