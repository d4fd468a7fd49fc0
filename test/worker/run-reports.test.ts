import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { launch } from "../../src/worker/launch.ts";
import { startWorkers } from "../../src/worker/start-workers.ts";
import { execOptions, scratchFolder, sh } from "./exec/exec-fixture.ts";
import { TaskBus } from "./task-bus.ts";

test("a handler that takes a while says that it runs, where, and how far it is", async (t) => {
  const tasks = await TaskBus.start(t);
  const end = Promise.withResolvers<void>();
  const worker = await launch(
    "clean",
    async (task) => {
      task.progress(0.4, "3 of 7\nfiles");
      await end.promise;
    },
    { bus: tasks.bus, name: "clean-eu" },
  );
  t.after(() => worker.stop());
  void tasks.send();
  const report = await tasks.report();
  assert.deepEqual(
    [report.id, report.info, report.meta, report.progress, report.msg, report.worker, report.host, report.pid],
    ["0190", "", "workflow=w.toml", 0.4, "3 of 7 files", "clean-eu", hostname(), process.pid],
  );
  assert.notEqual(report.started, "");
  assert.equal(report.leaseMs, 60_000);
  end.resolve();
  const [done] = await tasks.done();
  assert.deepEqual([done?.result, done?.msg], ["complete", ""]);
});

test("a handler that is quick says nothing", async (t) => {
  const tasks = await TaskBus.start(t);
  const worker = await launch("clean", (task) => task.progress(0.5), { bus: tasks.bus });
  t.after(() => worker.stop());
  await tasks.result();
  assert.deepEqual(tasks.reports, []);
});

test("a worker that stops says which of its tasks no longer run", async (t) => {
  const tasks = await TaskBus.start(t);
  const handler = (_: unknown, { signal }: { signal: AbortSignal }): Promise<void> =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
  const worker = await launch("clean", handler, { bus: tasks.bus });
  void tasks.send();
  await tasks.report();
  await worker.stop();
  assert.equal((await tasks.report(({ requeued }) => requeued)).id, "0190");
  assert.deepEqual(tasks.dones, []);
});

test("a command says by lines on descriptor 3 how far it is, and its report comes last", async (t) => {
  const tasks = await TaskBus.start(t);
  const folder = await scratchFolder(t);
  const script = `echo starting; echo '{"progress":0.4,"msg":"3 of 7 files"}' >&3; while [ ! -e "$1/go" ]; do sleep 0.05; done
    echo '{"progress":1}' >&3; printf '{"result":"warn",\\n"msg":"two were empty"}' >&3`;
  const section = execOptions({ logDir: join(folder, "logs"), type: "clean", ...sh(script, folder) });
  const worker = await startWorkers([section], {
    bus: tasks.bus,
    doneTopic: "done",
    onProblem: tasks.onProblem,
    now: Date.now,
  });
  t.after(() => worker.stop());
  void tasks.send();
  const report = await tasks.report(({ log, progress }) => log !== "" && progress !== null);
  assert.deepEqual([report.progress, report.msg, report.worker], [0.4, "3 of 7 files", "exec"]);
  assert.notEqual(report.pid, process.pid);
  assert.ok(report.log.startsWith(join(folder, "logs", "clean")) && report.log.endsWith(".log"), report.log);
  await writeFile(join(folder, "go"), "");
  const [done] = await tasks.done();
  assert.deepEqual([done?.result, done?.msg], ["warn", "two were empty"]);
});
