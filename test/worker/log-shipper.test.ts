import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { isLogChunk, MAX_CHUNK_INFO, readLogChunk, type LogChunk } from "../../src/task-logs/log-chunk.ts";
import { parseTaskMessage, writeTaskMessage, type TaskMessage } from "../../src/contract/task-message.ts";
import { RUNNING } from "../../src/contract/task-report.ts";
import type { ExecWorkerOptions } from "../../src/contract/worker-options.ts";
import { startWorkers } from "../../src/worker/start-workers.ts";
import type { WorkerProblem } from "../../src/worker/task.ts";
import { endOf } from "../task-logs/chunks.ts";
import { execOptions, scratchFolder, sh } from "./exec/exec-fixture.ts";
import { taskMessage } from "./task-bus.ts";

/** What came on the done topic until the result of one task. */
async function ran(
  t: TestContext,
  fields: Partial<ExecWorkerOptions>,
  { sendsLogs = true, task = {} }: { readonly sendsLogs?: boolean; readonly task?: Partial<TaskMessage> } = {},
) {
  const bus = createMemoryBus();
  await bus.start();
  const problems: WorkerProblem[] = [];
  const chunks: LogChunk[] = [];
  const result = Promise.withResolvers<TaskMessage>();
  await bus.subscribe("done", { channel: "done", maxInFlight: 100 }, (delivery) => {
    delivery.ack();
    const chunk = isLogChunk(delivery.payload) ? readLogChunk(delivery.payload) : null;
    if (chunk !== null) chunks.push(chunk);
    else if (parseTaskMessage(delivery.payload).result !== RUNNING) result.resolve(parseTaskMessage(delivery.payload));
  });
  const logDir = await scratchFolder(t);
  const workers = await startWorkers([execOptions({ logDir, ...fields })], {
    bus,
    doneTopic: "done",
    sendsLogs,
    onProblem: (problem) => problems.push(problem),
    now: () => Date.UTC(2026, 0, 2),
  });
  t.after(async () => {
    await workers.stop();
    await bus.stop();
  });
  await Promise.all(bus.publish([{ key: "1", topic: "clean", payload: writeTaskMessage(taskMessage(task)) }]));
  return { result: await result.promise, chunks, problems, logDir };
}

function textOf(chunks: readonly LogChunk[]): string {
  return chunks.map(({ gzip }) => (gzip === "" ? "" : gunzipSync(Buffer.from(gzip, "base64")).toString())).join("");
}

test("a short task sends its log in one message, before its result", async (t) => {
  const { result, chunks } = await ran(t, sh("echo one; echo two"));
  assert.equal(result.result, "complete");
  assert.equal(chunks.length, 1);
  const [chunk] = chunks;
  assert.equal(textOf(chunks), "one\ntwo\n");
  assert.deepEqual([chunk?.offset, chunk?.end, chunk?.attempt], [0, endOf("one\ntwo\n"), 0]);
  assert.equal(readFileSync(chunk?.path ?? "", "utf8"), "one\ntwo\n");
});

test("a failed task sends its log too", async (t) => {
  const { result, chunks } = await ran(t, sh("echo lost; exit 3"));
  assert.equal(result.result, "error");
  assert.equal(textOf(chunks), "lost\n");
});

test("a task without output, and a worker inside the instance, send nothing", async (t) => {
  assert.deepEqual((await ran(t, { command: ["true"] })).chunks, []);
  assert.deepEqual((await ran(t, sh("echo one"), { sendsLogs: false })).chunks, []);
});

test("a long log is sent in pieces that follow one another, what is new every two seconds, before the task ends", async (t) => {
  const script = "head -c 500000 /dev/urandom | base64; sleep 2.5; echo end";
  const { chunks, logDir } = await ran(t, { ...sh(script), logMaxBytes: 1e7 });
  assert.ok(chunks.length >= 5, `${chunks.length} pieces`);
  let offset = 0;
  for (const chunk of chunks) {
    assert.equal(chunk.offset, offset);
    offset += gunzipSync(Buffer.from(chunk.gzip, "base64")).length;
  }
  const text = textOf(chunks);
  assert.equal(text, readFileSync(chunks[0]?.path ?? "", "utf8"));
  assert.ok(chunks[0]?.path.startsWith(join(logDir, "clean")));
  assert.deepEqual(
    chunks.map(({ end }) => end),
    [...chunks.slice(1).map(() => null), endOf(text)],
  );
});

test("the log of a task with a very long info stays with its worker", async (t) => {
  const task = { info: "x".repeat(MAX_CHUNK_INFO + 1) };
  const { result, chunks } = await ran(t, sh("cat >/dev/null; echo one"), { task });
  assert.equal(result.result, "complete");
  assert.deepEqual(chunks, []);
});

test("a log that cannot be read is reported, and the result is sent", async (t) => {
  const logDir = await scratchFolder(t);
  const script = `echo one; sleep 0.5; rm -r ${logDir}/clean; echo two`;
  const { result, problems } = await ran(t, { ...sh(script), logDir });
  t.after(() => rmSync(logDir, { recursive: true, force: true }));
  assert.equal(result.result, "complete");
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["log_not_sent"],
  );
});
