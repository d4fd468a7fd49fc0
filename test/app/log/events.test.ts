import { DEFAULT_REDACT } from "../../support/default-redact.ts";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { consumers, logInbox } from "../../../src/app/intake.ts";
import { connectionLog } from "../../../src/app/loops.ts";
import { createMemoryBus } from "../../../src/bus/memory.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { phase, report, rigWith, rootTask } from "../../engine/rig/drive.ts";
import { RecordingLog } from "./recording-log.ts";

/** Handles one result, in a group that takes that long. */
async function handled(t: TestContext, ms: number): Promise<RecordingLog> {
  const rig = await rigWith(t, phase("root"));
  const log = new RecordingLog();
  const bus = createMemoryBus({ now: () => rig.now });
  const { options } = loadConfig({ file: null, env: {}, flags: new Map(), readFile: () => "", cwd: "/" });
  const context = {
    ...rig.context,
    send: () => {
      rig.now += ms;
    },
  };
  const onProblem = (_: string, error: Error): void => assert.fail(error);
  const [done = assert.fail()] = consumers(
    options,
    { own: bus, workers: bus },
    context,
    { onProblem, log },
    logInbox(options, context, onProblem, DEFAULT_REDACT),
  );
  await bus.start();
  done.start();
  t.after(async () => {
    await done.stop();
    await bus.stop();
  });
  const message = JSON.stringify({ ...rootTask(rig), result: "complete" });
  await Promise.all(bus.publish([{ key: "1", topic: "done", payload: message }]));
  while (done.lastRunAt === null) await setImmediate();
  return log;
}

test("a group of messages that takes 250 ms is a line, a quicker one is none", async (t) => {
  assert.deepEqual((await handled(t, 249)).lines, []);
  assert.deepEqual((await handled(t, 250)).lines, [
    {
      level: "warn",
      component: "done",
      sentence: "A group of messages took 250 ms.",
      fields: { messages: 1, ms: 250 },
    },
  ]);
});

test("each connection and each outage is a line, a reconnection one and not two", () => {
  const log = new RecordingLog();
  const connection = connectionLog("nsq", log, "It waits.");
  connection.connected();
  connection.unreachable("it refuses");
  connection.reconnected();
  connection.connected();
  connection.connected();
  assert.deepEqual(
    log.lines.map(({ level, sentence }) => `${level} ${sentence}`),
    [
      "info Connected to bus nsq.",
      "error Bus nsq is unreachable: it refuses. It waits.",
      "info Reconnected to bus nsq.",
      "info Connected to bus nsq.",
    ],
  );
});

test("a task that gave up without an alert is told of, after the commit; with an alert, the alert is the line", async (t) => {
  const rig = await rigWith(
    t,
    phase("quiet", { no_alert: true }) + phase("loud", {}) + phase("patient", { retry: 2, no_alert: true }),
  );
  const heard: string[] = [];
  Object.assign(rig.context, {
    unalerted: ({ task }: { task: { type: string; msg: string } }) => heard.push(`${task.type} ${task.msg}`),
  });
  for (const type of ["quiet", "loud", "patient"]) await report(rig, rootTask(rig, { type }), "error", { msg: "no" });
  await report(rig, rootTask(rig, { type: "quiet", id: "well" }), "complete");
  assert.deepEqual(heard, ["quiet no"]);
});
