import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { startWorkers } from "../../src/worker/start-workers.ts";
import type { WorkerOptions } from "../../src/contract/worker-options.ts";
import { WorkerOptionsError } from "../../src/worker/worker-options-error.ts";
import { execOptions, scratchFolder, sh } from "./exec/exec-fixture.ts";
import { gone, hostOf, textIn } from "./exec/processes.ts";
import { TaskBus } from "./task-bus.ts";

test("a task goes to the worker of its job, else to the one for all jobs, else it is answered with an error", async (t) => {
  const tasks = await TaskBus.start(t);
  const logDir = await scratchFolder(t);
  const section = (type: string, job: string | null, says: string): WorkerOptions =>
    execOptions({ logDir, type, job, command: ["echo", says, "{info}"] });
  const worker = await startWorkers(
    [
      section("clean", "a", "for a"),
      section("clean", null, "for all"),
      section("load", "x", "for x"),
      section("load", "y", "for y"),
    ],
    { bus: tasks.bus, doneTopic: "done", onProblem: tasks.onProblem, now: Date.now },
  );
  t.after(() => worker.stop());
  const msg = async (type: string, job: string): Promise<string> => (await tasks.result({ type, job, info: "i" })).msg;
  assert.equal(await msg("clean", "a"), "for a i");
  assert.equal(await msg("clean", "b"), "for all i");
  assert.equal(await msg("clean", ""), "for all i");
  assert.equal(await msg("load", "y"), "for y i");
  assert.equal(
    await msg("load", "z"),
    'No worker of "load" runs job "z": they run "x", "y". Add a [[worker]] for it, or one without job.',
  );
  assert.match(await msg("load", ""), /runs a task without a job/);
  assert.deepEqual(tasks.problems, []);
});

test("built-in workers report milliseconds", async (t) => {
  const tasks = await TaskBus.start(t);
  const at = Date.UTC(2026, 4, 6, 7, 8, 9, 42);
  const worker = await startWorkers([execOptions({ logDir: await scratchFolder(t), type: "a", command: ["true"] })], {
    bus: tasks.bus,
    doneTopic: "done",
    onProblem: tasks.onProblem,
    now: () => at,
  });
  t.after(() => worker.stop());
  const { started, ended } = await tasks.result({ type: "a" });
  assert.deepEqual([started, ended], ["2026-05-06T07:08:09.042Z", "2026-05-06T07:08:09.042Z"]);
});

test("each worker keeps its own concurrency while its tasks wait behind another's", async (t) => {
  const tasks = await TaskBus.start(t);
  const folder = await scratchFolder(t);
  // The directory is the lock: a second command of the job at the same time fails to make it.
  const script = `mkdir "$1/$FLOWLORD_JOB" && sleep 0.02; rmdir "$1/$FLOWLORD_JOB"`;
  const section = (job: string): WorkerOptions =>
    execOptions({ logDir: join(folder, "logs"), job, ...sh(script, folder) });
  const worker = await startWorkers([section("a"), section("b")], {
    bus: tasks.bus,
    doneTopic: "done",
    onProblem: tasks.onProblem,
    now: Date.now,
  });
  t.after(() => worker.stop());
  await Promise.all(Array.from({ length: 16 }, (_, n) => tasks.send({ id: String(n), job: n < 8 ? "a" : "b" })));
  assert.deepEqual(
    tasks.dones.filter(({ result }) => result !== "complete"),
    [],
  );
  assert.equal(tasks.dones.length, 16);
});

test(
  "a stop kills running commands, requeues their tasks, and leaves no process behind",
  { skip: process.platform !== "linux" },
  async (t) => {
    const tasks = await TaskBus.start(t);
    const folder = await scratchFolder(t);
    const section = execOptions({
      logDir: join(folder, "logs"),
      ...sh(`trap '' TERM; echo "$$" > "$1/$FLOWLORD_ID"; while :; do sleep 0.05; done`, folder),
      concurrency: 2,
      killAfter: 100,
    });
    const options = { bus: tasks.bus, doneTopic: "done", onProblem: tasks.onProblem, now: Date.now };
    const worker = await startWorkers([section], options);
    void tasks.send({ id: "1" });
    void tasks.send({ id: "2" });
    const pids = await Promise.all(["1", "2"].map(async (id) => Number(await textIn(join(folder, id)))));
    const host = await hostOf();
    await worker.stop();
    for (const pid of [...pids, host]) await gone(pid);
    assert.equal(tasks.dones.length, 0);
    const again = await startWorkers([{ ...section, command: ["echo", "again"] }], options);
    t.after(() => again.stop());
    assert.deepEqual(
      (await tasks.done(2)).map(({ msg }) => msg),
      ["again", "again"],
    );
  },
);

test(
  "when the host process is killed, its commands are killed too, and their tasks run again",
  { skip: process.platform !== "linux" },
  async (t) => {
    const tasks = await TaskBus.start(t);
    const folder = await scratchFolder(t);
    const script = `if mkdir "$1/first"; then echo "$$" > "$1/pid"; exec sleep 600; fi; echo second`;
    const worker = await startWorkers([execOptions({ logDir: join(folder, "logs"), ...sh(script, folder) })], {
      bus: tasks.bus,
      doneTopic: "done",
      onProblem: tasks.onProblem,
      now: Date.now,
    });
    t.after(() => worker.stop());
    void tasks.send();
    const pid = Number(await textIn(join(folder, "pid")));
    process.kill(await hostOf(), "SIGKILL");
    await gone(pid);
    assert.deepEqual(
      (await tasks.done()).map(({ msg }) => msg),
      ["second"],
    );
    assert.deepEqual(
      tasks.problems.map(({ code }) => code),
      ["host_ended", "leftovers"],
    );
  },
);

test(
  "a task that ends the host each time is an error after three times, and the tasks beside it are done",
  { skip: process.platform !== "linux" },
  async (t) => {
    const tasks = await TaskBus.start(t);
    const folder = await scratchFolder(t);
    const logDir = join(folder, "logs");
    // The second command runs, once, until the first has ended its host.
    const beside = `if mkdir "$1/began"; then sleep 600; fi; echo done`;
    const poison = `while ! test -d "$1/began"; do sleep 0.02; done; echo x >> "$1/ran"; kill -9 $PPID; sleep 600`;
    const worker = await startWorkers(
      [
        execOptions({ type: "clean", job: "poison", logDir, ...sh(poison, folder) }),
        execOptions({ type: "clean", job: "beside", logDir, ...sh(beside, folder) }),
      ],
      { bus: tasks.bus, doneTopic: "done", onProblem: tasks.onProblem, now: Date.now },
    );
    t.after(() => worker.stop());
    void tasks.send({ id: "1", job: "poison" });
    void tasks.send({ id: "2", job: "beside" });
    const dones = await tasks.done(2);
    assert.deepEqual(Object.fromEntries(dones.map(({ job, result }) => [job, result])), {
      beside: "complete",
      poison: "error",
    });
    assert.match(dones.find(({ job }) => job === "poison")?.msg ?? "", /ended 3 times while this task ran/);
    assert.equal(await textIn(join(folder, "ran")), "x\nx\nx");
  },
);

test("invalid workers are refused, and nothing stays subscribed", async (t) => {
  const tasks = await TaskBus.start(t);
  const options = { bus: tasks.bus, doneTopic: "done", onProblem: tasks.onProblem, now: Date.now };
  const section = execOptions({ logDir: await scratchFolder(t) });
  await assert.rejects(
    startWorkers([section, section], options),
    /Two workers have the same tasks: type "clean", every job/,
  );
  await assert.rejects(startWorkers([{ ...section, command: [] }], options), WorkerOptionsError);
  const none = await startWorkers([], options);
  await none.stop();
});
