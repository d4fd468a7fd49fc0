/** A worker to kill: `exec-in-child.ts LOGDIR SCRIPT` runs one task with the script, which gets `LOGDIR/pids`. */
import { join } from "node:path";
import { execHandler } from "../../../src/worker/exec/exec.ts";
import { execOptions, sh } from "./exec-fixture.ts";
import { taskMessage } from "../task-bus.ts";

const [, , logDir = "", script = ""] = process.argv;
const options = execOptions({ ...sh(script, join(logDir, "pids")), logDir });
const { run } = execHandler(options, () => undefined, Date.now);
await run(taskMessage(), { signal: new AbortController().signal, attempt: 0 });
