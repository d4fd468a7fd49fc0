/** Goes on with a cleanup as a running instance does, without its pauses, to be killed meanwhile. */
import { advance } from "../../../src/engine/retention/cleanup-runner.ts";
import { openStore } from "../../../src/store/sqlite/open.ts";
import { args, say } from "./victim.ts";

/** Small steps: there are many moments between two of them, and in them. */
const ROWS = 20;
const [path = ""] = args();
await say("open");
const now = Date.now;
const store = await openStore({ path, now, newId: () => "child" });
const runtime = { now, monotonic: () => performance.now(), zone: "UTC" };
await say("step");
for (;;) {
  const cleanup = await store.retention.running();
  if (cleanup === null) break;
  await advance(cleanup, ROWS, { runtime, store, archiver: null });
}
await store.close();
process.disconnect();
