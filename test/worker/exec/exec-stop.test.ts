import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { endOrphans } from "../../../src/worker/exec/orphans.ts";
import { TaskRequeued } from "../../../src/worker/task.ts";
import { scratchFolder, sh, startExec } from "./exec-fixture.ts";
import { gone, runs, textIn } from "./processes.ts";

/** Starts a grandchild, writes both ids to `$1`, and waits. */
const FAMILY = `sleep 600 & echo "$$ $!" > "$1"; wait`;
const STUBBORN = `trap '' TERM; sleep 600 & echo "$$ $!" > "$1"; while :; do wait; done`;

async function familyIn(path: string): Promise<number[]> {
  return (await textIn(path)).split(" ").map(Number);
}

test("a time-out ends the whole process group and is an error", async (t) => {
  const pids = join(await scratchFolder(t), "pids");
  const exec = await startExec(t, { ...sh(`echo begun; ${FAMILY}`, pids), timeout: 300 });
  const outcome = await exec.run();
  assert.deepEqual([outcome.result, outcome.msg], ["error", "stopped after the time-out of 0.3 s: begun"]);
  for (const pid of await familyIn(pids)) await gone(pid);
});

test("a group that ignores SIGTERM gets SIGKILL", async (t) => {
  const pids = join(await scratchFolder(t), "pids");
  const exec = await startExec(t, { ...sh(STUBBORN, pids), timeout: 300, killAfter: 100 });
  assert.equal((await exec.run()).result, "error");
  for (const pid of await familyIn(pids)) await gone(pid);
});

test("a grandchild that closes the pipes and ignores SIGTERM is killed before the task counts as ended", async (t) => {
  const pids = join(await scratchFolder(t), "pids");
  const script = `(trap '' TERM; sleep 600) </dev/null >/dev/null 2>&1 3>&- & echo "$$ $!" > "$1"; exec sleep 600`;
  const exec = await startExec(t, { ...sh(script, pids), timeout: 300, killAfter: 200 });
  await exec.run();
  for (const pid of await familyIn(pids)) await gone(pid);
});

test("an abort ends the group and requeues the task, whatever the exit code", async (t) => {
  const pids = join(await scratchFolder(t), "pids");
  const stop = new AbortController();
  const exec = await startExec(t, sh(`sleep 600 & trap 'exit 0' TERM; echo "$$ $!" > "$1"; wait`, pids));
  const run = exec.run({}, stop.signal);
  const family = await familyIn(pids);
  stop.abort();
  await assert.rejects(run, TaskRequeued);
  for (const pid of family) await gone(pid);
  await assert.rejects(exec.run({}, stop.signal), TaskRequeued);
});

test("a background process that keeps the pipes open does not block the task", async (t) => {
  const pids = join(await scratchFolder(t), "pids");
  const exec = await startExec(t, sh(`sleep 600 & echo "$!" > "$1"; echo done; exit 0`, pids));
  assert.deepEqual(await exec.run(), { result: "complete", msg: "done", meta: undefined });
  for (const pid of await familyIn(pids)) await gone(pid);
});

describe("a process in a session of its own", { skip: process.platform !== "linux" }, () => {
  const DETACHED = `setsid sleep 600 </dev/null >/dev/null 2>&1 3>&- & echo "$!" > "$1"`;

  test("is ended after the command", async (t) => {
    const pids = join(await scratchFolder(t), "pids");
    const exec = await startExec(t, sh(`${DETACHED}; echo done`, pids));
    assert.equal((await exec.run()).msg, "done");
    for (const pid of await familyIn(pids)) await gone(pid);
  });

  test("does not run beside the next attempt: it is gone when the task counts as failed", async (t) => {
    const pids = join(await scratchFolder(t), "pids");
    const failing = await startExec(t, sh(`${DETACHED}; exit 3`, pids));
    assert.equal((await failing.run()).result, "error");
    for (const pid of await familyIn(pids)) assert.equal(await runs(pid), false);
    const reporting = await startExec(t, sh(`${DETACHED}; echo '{"result":"error"}' >&3`, pids));
    assert.equal((await reporting.run()).result, "error");
    for (const pid of await familyIn(pids)) assert.equal(await runs(pid), false);
    const late = await startExec(t, { ...sh(`${DETACHED}; exec sleep 600`, pids), timeout: 300 });
    assert.equal((await late.run()).result, "error");
    for (const pid of await familyIn(pids)) assert.equal(await runs(pid), false);
  });

  test("is gone when the task was requeued by a stop", async (t) => {
    const pids = join(await scratchFolder(t), "pids");
    const stop = new AbortController();
    const exec = await startExec(t, sh(`${DETACHED}; exec sleep 600`, pids));
    const run = exec.run({}, stop.signal);
    const [pid = 0] = await familyIn(pids);
    assert(await runs(pid));
    stop.abort();
    await assert.rejects(run, TaskRequeued);
    assert.equal(await runs(pid), false);
  });

  test("of another task, and without the mark, lives on", async (t) => {
    const folder = await scratchFolder(t);
    const [mine, other] = [join(folder, "mine"), join(folder, "other")];
    const exec = await startExec(
      t,
      sh(`setsid sleep 600 </dev/null >/dev/null 2>&1 3>&- & echo "$!" > "$1"; sleep 600`, other),
    );
    const stop = new AbortController();
    const running = exec.run({}, stop.signal);
    const [pid = 0] = await familyIn(other);
    const loose = await startExec(
      t,
      sh(`env -u FLOWLORD_OWNER setsid sleep 600 </dev/null >/dev/null 2>&1 3>&- & echo "$!" > "$1"; exit 1`, mine),
    );
    await loose.run();
    const [free = 0] = await familyIn(mine);
    assert(await runs(pid));
    assert(await runs(free));
    process.kill(free, "SIGKILL");
    stop.abort();
    await assert.rejects(running, TaskRequeued);
  });
});

test(
  "the next worker kills the commands of a killed worker, but not those of a running one",
  { skip: process.platform !== "linux" },
  async (t) => {
    const folder = await scratchFolder(t);
    const dead = spawn(process.execPath, [fileURLToPath(import.meta.resolve("./exec-in-child.ts")), folder, FAMILY], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const left = await familyIn(join(folder, "pids"));
    assert.equal(endOrphans(folder), 0);
    dead.kill("SIGKILL");
    await once(dead, "exit");
    for (const pid of left) assert(await runs(pid));
    assert.equal(endOrphans(`${folder}-other`), 0);
    assert.equal(endOrphans(folder), 2);
    for (const pid of left) await gone(pid);
  },
);
