import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "node:test";
import { report, takeSent } from "../../engine/rig/drive.ts";
import { logTask, writeLog } from "../../task-logs/fixture.ts";
import { jsonLines } from "../harness.ts";
import { seeded } from "./seeded.ts";

test("what changes something is done by the instance elsewhere, with an operator's key", async (t) => {
  const { rig, there } = await seeded(t);
  const as = (role: string, ...args: readonly string[]) => there(args, null, role);
  assert.match((await as("operator", "retry", "7", "--yes")).out, /^record 7 retried as record \d+\n1 task retried\n$/);
  const many = await as("operator", "cancel", "-q", "type:quarter", "--yes", "--expect", "2");
  assert.equal(many.code, 0, many.err);
  assert.match(many.out, /2 tasks cancelled\n$/);
  assert.equal((await as("operator", "alerts", "ack", "2")).out, "1 alert acknowledged\n");
  assert.match((await as("operator", "note", "3", "looks good")).out, /^note \d+ on load:daily, record 3\n$/);
  assert.match((await as("viewer", "note", "3")).out, /by ada, .*looks good\n$/);
  const made = await as(
    "operator",
    "backfill",
    "load:daily",
    "--workflow",
    "sales/flow.toml",
    "--from",
    "2026-11-10",
    "--execute",
    "--yes",
  );
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^backfill 2 begun: 1 task;/);
  assert.match((await as("operator", "dead-letters", "redrive", "--all")).out, /^2 dead letters redriven\n$/);
  const refused = await as("viewer", "retry", "3", "--yes");
  assert.deepEqual([refused.code, refused.out], [1, ""]);
  assert.match(refused.err, /needs the role operator/);
  assert.ok(rig.stored.tasks().length > 9);
});

test("trigger --wait stays until the task is done elsewhere", async (t) => {
  const { rig, there } = await seeded(t);
  rig.sent.splice(0);
  const waiting = there(["trigger", "clean", "--info", "?x=1", "--wait", "--json"], null, "operator");
  let [task] = takeSent(rig);
  for (; task === undefined; [task] = takeSent(rig)) await setTimeout(20);
  await report(rig, task, "complete", { msg: "done" });
  const { code, out, err } = await waiting;
  assert.equal(code, 0, err);
  assert.deepEqual(jsonLines(out).at(-1), {
    record_id: 10,
    attempt: 0,
    state: "finished",
    result: "complete",
    msg: "done",
  });
});

test("logs --follow shows what comes until the task ends elsewhere", async (t) => {
  const { rig, there } = await seeded(t);
  const [running] = await rig.store.reads.logs.tasks("8");
  assert.ok(running !== undefined);
  const path = writeLog(join(rig.dir, "logs"), logTask({ ...running }), "one\ntwo\n", ".log", running.decided_at);
  const following = there(["logs", "8", "--follow", "--tail", "1"], null, "viewer");
  await setTimeout(400);
  appendFileSync(path, "three\n");
  await setTimeout(400);
  assert.equal((await there(["cancel", "8", "--yes"], null, "operator")).code, 0);
  const { code, out, err } = await following;
  assert.deepEqual({ code, out, err }, { code: 0, out: "two\nthree\n", err: "" });
});
