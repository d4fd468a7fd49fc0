import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { loadConfig } from "../../src/config/load-config.ts";
import { statusAnswer } from "../../src/contract/api/instance/status-answer.ts";
import { serve } from "../../src/app/serve.ts";
import { version } from "../../src/app/version.ts";
import { RecordingLog } from "./log/recording-log.ts";
import { freePort } from "../servers/server-process.ts";

const WORKFLOW = `
[[phase]]
task = "load"
rule = "files=/in/*.csv"
template = "{meta:file}"

[[phase]]
task = "check"
dependsOn = "load"
`;

const CONFIG = `
workflow = "{config_dir}/flow.toml"
file_topic = "files, uploads"
[bus]
in_bus = "file"
out_bus = "nop"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/tasks.db"
`;

test("reads from one bus and writes to another, and listens to each file topic", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-serve-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, "flow.toml"), WORKFLOW);
  mkdirSync(join(dir, "bus"));
  const append = (topic: string, message: object): void =>
    appendFileSync(join(dir, "bus", `${topic}.jsonl`), `${JSON.stringify(message)}\n`);
  append("files", { path: "/in/a.csv" });
  append("uploads", { path: "/in/b.csv" });
  append("done", {
    type: "load",
    id: "elsewhere",
    created: "2026-01-01T00:00:00Z",
    meta: "workflow=flow.toml",
    result: "complete",
  });

  const { options } = loadConfig({
    file: join(dir, "flowlord.toml"),
    readFile: () => CONFIG,
    env: {},
    flags: new Map([["status_port", "0"]]),
    cwd: dir,
  });
  const stop = new AbortController();
  const log = new RecordingLog();
  const port = await freePort();
  const running = serve({ ...options, statusPort: port }, { log, signal: stop.signal });
  try {
    const published = /^flowlord_published_messages_total (\d+)$/m;
    let text = "";
    while (Number(published.exec(text)?.[1] ?? 0) < 3) {
      t.signal.throwIfAborted();
      await Promise.race([
        pause(10),
        running.then((code) => assert.fail(`ended with ${code}: ${JSON.stringify(log.problems)}`)),
      ]);
      text = (await (await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null))?.text()) ?? "";
    }
    assert.match(text, /^flowlord_file_events_total 2$/m);
    assert.match(text, /^flowlord_results_total\{result="complete"\} 1$/m);
    const status = await fetch(`http://127.0.0.1:${port}/status?verbose=1`);
    const { link, connections } = statusAnswer.parse(await status.json());
    assert.deepEqual([status.status, link.name, link.state, connections], [200, "file+nop", "connected", []]);
  } finally {
    stop.abort();
    assert.equal(await running, 0);
  }
  assert.deepEqual(log.problems, []);
  const said = log.lines.map(({ component, sentence }) => `${component}: ${sentence}`);
  const started = log.lines.find(({ sentence }) => sentence.startsWith("Flowlord runs 2 phases"));
  assert.deepEqual(started?.fields, { version: version(), pid: process.pid });
  assert.ok(said.some((line) => line.includes("Bus file+nop")));
  assert.ok(said.includes("bus: Connected to bus file+nop."));
  assert.equal(said.at(-1), "serve: Stopped.");
});
