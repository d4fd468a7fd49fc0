import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTask, type TaskRequest } from "../../../src/engine/create-task.ts";
import { phase, rigWith, takeSent } from "../rig/drive.ts";

const REQUEST: TaskRequest = { type: "a", job: "", at: null, workflow: "", info: null, meta: "", by: "a test" };
const BATCH = {
  cron: "0 5 * * *",
  rule: "meta=region:eu,us|kind:x,y",
  template: "?day={yyyy}-{mm}-{dd}T{hh}&r={meta:region}&k={meta:kind}",
};

describe("a task by hand", () => {
  it("of one row of a batch is that row alone", async (t) => {
    const rig = await rigWith(t, phase("a", BATCH));
    await createTask({ ...REQUEST, row: "region=us" }, rig.context);
    assert.deepEqual(
      takeSent(rig).map(({ info }) => info.replace(/^.*?&/, "")),
      ["r=us&k=y"],
    );
    await assert.rejects(createTask({ ...REQUEST, row: "region=asia" }, rig.context), {
      code: "no_task",
      message:
        "a of flow.toml creates no task: no row of its batch has region=asia; its rows have region=eu, region=us",
    });
    await assert.rejects(createTask({ ...REQUEST, row: "zone=eu" }, rig.context), /name keys that its template uses/);
    assert.deepEqual(takeSent(rig), []);
  });

  it("for yesterday is for the tick of that day, by the clock of the phase", async (t) => {
    const rig = await rigWith(t, phase("a", { ...BATCH, timezone: "Asia/Tokyo" }));
    // In Tokyo the next day has begun.
    rig.now = Date.UTC(2026, 10, 24, 16);
    for (const days of [1, 0])
      await createTask({ ...REQUEST, row: "region=eu", at: { kind: "ago", days } }, rig.context);
    assert.deepEqual(
      takeSent(rig).map(({ info }) => info),
      ["?day=2026-11-24T05&r=eu&k=x", "?day=2026-11-25T05&r=eu&k=x"],
    );
  });
});
