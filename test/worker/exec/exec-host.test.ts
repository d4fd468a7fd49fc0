import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { FromHost, ToHost } from "../../../src/worker/exec/exec-messages.ts";
import { taskMessage } from "../task-bus.ts";
import { execOptions, scratchFolder, sh } from "./exec-fixture.ts";
import { gone, textIn } from "./processes.ts";

const HOST = fileURLToPath(import.meta.resolve("../../../src/worker/exec/exec-host.ts"));
/** Writes its id to `$1`, and reports progress for as long as it may. */
const REPORTING = `echo "$$" > "$1"; while :; do echo '{"progress":0.5}' >&3; done`;

test("a host that reports to a worker which is gone ends without an error, and its command with it", async (t) => {
  const dir = await scratchFolder(t);
  const pids = join(dir, "pids");
  const host = fork(HOST, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  t.after(() => host.kill("SIGKILL"));
  const errors = text(host.stderr ?? assert.fail("no stderr"));
  const send = (message: ToHost): boolean => host.send(message);
  send({ kind: "section", section: 0, options: execOptions({ ...sh(REPORTING, pids), logDir: dir }) });
  send({ kind: "run", run: 1, section: 0, task: taskMessage(), attempt: 0 });
  const ended = once(host, "exit");
  let reports = 0;
  host.on("message", ({ kind }: FromHost) => {
    if (kind === "progress") reports += 1;
    if (reports === 100 && host.connected) host.disconnect();
  });
  assert.deepEqual(await ended, [0, null]);
  assert.equal(await errors, "");
  await gone(Number(await textIn(pids)));
});
