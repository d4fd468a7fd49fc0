import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
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

test("a process detached from the pipes and the group lives on", { skip: process.platform !== "linux" }, async (t) => {
  const pids = join(await scratchFolder(t), "pids");
  const exec = await startExec(
    t,
    sh(`setsid sleep 600 </dev/null >/dev/null 2>&1 3>&- & echo "$!" > "$1"; echo done`, pids),
  );
  assert.equal((await exec.run()).msg, "done");
  const [pid] = await familyIn(pids);
  assert(pid !== undefined && (await runs(pid)));
  process.kill(pid, "SIGKILL");
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
    assert.equal(await endOrphans(folder), 0);
    dead.kill("SIGKILL");
    await once(dead, "exit");
    for (const pid of left) assert(await runs(pid));
    assert.equal(await endOrphans(`${folder}-other`), 0);
    assert.equal(await endOrphans(folder), 2);
    for (const pid of left) await gone(pid);
  },
);
