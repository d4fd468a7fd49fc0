import assert from "node:assert/strict";
import { it } from "node:test";
import { writeTaskMessage } from "../../src/contract/task-message.ts";
import { handleDone } from "../../src/engine/handle-done.ts";
import { NOOP_METRICS } from "../../src/engine/metrics-sink.ts";
import type { Store } from "../../src/store/store.ts";
import { phase, rigWith, rootTask } from "./rig/drive.ts";

it("counts a result when it is committed, not each time that it is decided", async (t) => {
  const rig = await rigWith(t, phase("root", { cron: "@yearly" }));
  const counted: string[] = [];
  let fails = true;
  const store: Store = Object.create(rig.context.store, {
    ingestDone: {
      value: async (...args: Parameters<Store["ingestDone"]>) => {
        const committed = await rig.context.store.ingestDone(...args);
        if (fails) throw new Error("no commit");
        return committed;
      },
    },
  });
  const context = {
    ...rig.context,
    store,
    metrics: { ...NOOP_METRICS, result: (each: string) => void counted.push(each) },
  };
  const payload = (id: string): string => writeTaskMessage({ ...rootTask(rig), id, result: "warn" });

  await assert.rejects(handleDone([{ topic: "done", payload: payload("run-1") }], context), /no commit/);
  assert.deepEqual(counted, []);
  fails = false;
  await handleDone([{ topic: "done", payload: payload("run-2") }], context);
  assert.deepEqual(counted, ["warn"]);
});
