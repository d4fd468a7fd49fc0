import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { run } from "../../../src/cli/main.ts";
import { paintFor } from "../../../src/cli/output/paint.ts";
import { type TaskReport, writeTaskReport } from "../../../src/contract/task-report.ts";
import { MINUTE, SECOND } from "../../../src/contract/time/time-units.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { phase, report, rigWith, rootTask, takeSent } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { jsonLines, type Ran } from "../harness.ts";

const REPORT: TaskReport = {
  progress: 0.416,
  worker: "exec",
  host: "host-1",
  pid: 7,
  log: "/var/log/load.log",
  leaseMs: null,
  requeued: false,
};

/** Of two tasks `load` one runs, the other was sent; a third failed. */
async function busy(t: TestContext): Promise<Rig> {
  const rig = await rigWith(
    t,
    phase("root") + phase("load", { dependsOn: "root", meta: "n:1,2,3", template: "?n={meta:n}" }),
  );
  await report(rig, rootTask(rig), "complete");
  rig.store.outboxSent(rig.sent);
  const [first, , third] = takeSent(rig);
  assert.ok(first !== undefined && third !== undefined);
  await report(rig, third, "error");
  rig.now += 2 * SECOND;
  await rig.store.flush();
  await handleDone(
    [{ topic: "done", payload: writeTaskReport({ ...first, msg: "3 of 7 files" }, REPORT) }],
    rig.context,
  );
  rig.now += MINUTE;
  return rig;
}

async function type(rig: Rig, args: readonly string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await run([...args, "--set", `sqlite.local_path=${join(rig.dir, "tasks.db")}`], {
    out: (text) => void (out += `${text}\n`),
    write: async (bytes) => void (out += Buffer.from(bytes).toString("utf8")),
    redraw: () => assert.fail("the output is no terminal"),
    serverOutput: () => assert.fail("no server runs here"),
    err: (text) => void (err += `${text}\n`),
    env: {},
    cwd: rig.dir,
    input: (async function* () {})(),
    now: () => rig.now,
    paint: paintFor(false, {}),
    width: null,
  });
  return { code, out, err };
}

test("ps shows what runs, then what was sent", async (t) => {
  const rig = await busy(t);
  const { code, out } = await type(rig, ["ps"]);
  assert.equal(code, 0);
  const [head = "", running = "", sent = "", ...more] = out.trimEnd().split("\n");
  assert.match(head, /^RECORD +TASK +STATE +SINCE +DONE +WORKER +HOST +PID +ATTEMPT +INFO$/);
  assert.match(running, /^2 +load +running +1m 00s +41 % +exec +host-1 +7 +3 of 7 files/);
  assert.match(sent, /^3 +load +sent +1m 02s/);
  assert.deepEqual(more, []);
  assert.equal((await type(rig, ["ps", "--type", "other"])).out, "Nothing runs, and no task waits for a worker.\n");
  assert.match((await type(rig, ["ps", "-n", "1"])).out, /There are more: -n shows them\.\n$/);
});

test("ps --json has the rest", async (t) => {
  const rig = await busy(t);
  const [row] = jsonLines((await type(rig, ["ps", "--json"])).out);
  assert.deepEqual(
    [row?.["record_id"], row?.["state"], row?.["progress"], row?.["log"], row?.["began_at"]],
    [2, "running", 0.416, "/var/log/load.log", "2026-11-24T12:00:02Z"],
  );
});

test("ps --watch is refused where it cannot be shown", async (t) => {
  const rig = await busy(t);
  const { code, err } = await type(rig, ["ps", "--watch"]);
  assert.equal(code, 2);
  assert.match(err, /--watch needs a terminal/);
  assert.equal((await type(rig, ["ps", "--watch", "--json"])).code, 2);
});

test("workers lists who was heard of today, and the built-in ones", async (t) => {
  const rig = await busy(t);
  await rig.write("../flowlord.toml", '[[worker]]\ntype = "idle"\nexec = ["true"]\n');
  const { code, out } = await type(rig, ["workers"]);
  assert.equal(code, 0);
  assert.match(out, /^idle +exec \(1\) +0 +0 +0 +0$/m);
  assert.match(out, /^load +bus +1m 00s ago +1 +1 +0 +1 +exec on host-1 \(7\): 1$/m);
  const rows = jsonLines((await type(rig, ["workers", "--json"])).out);
  const load = rows.find((row) => row["type"] === "load");
  assert.deepEqual(load?.["instances"], [
    { worker: "exec", host: "host-1", pid: 7, running: 1, last_heard: "2026-11-24T12:00:02Z" },
  ]);
});

test("why says where a task runs, and how far it is", async (t) => {
  const rig = await busy(t);
  const { out } = await type(rig, ["why", "2"]);
  assert.match(
    out.replaceAll(/\s+/g, " "),
    /runs since 2026-11-24 12:00:02Z \(1m 00s\) at exec on host-1 \(pid 7\): 41 %, 3 of 7 files \(1m 00s ago\); .*its output is in \/var\/log\/load\.log/,
  );
});
