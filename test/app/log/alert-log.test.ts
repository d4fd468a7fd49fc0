import assert from "node:assert/strict";
import { test } from "node:test";
import { AlertLog } from "../../../src/app/log/alert-log.ts";
import { phase, report, rigWith, rootTask } from "../../engine/rig/drive.ts";
import { RecordingLog } from "./recording-log.ts";

test("each occurrence of an alert since the start is a line, with its task and how severe it is", async (t) => {
  const rig = await rigWith(t, phase("root", {}) + phase("mild", { severity: "info" }));
  const log = new RecordingLog();
  const alerts = new AlertLog(rig.store.reads.alerts, log);
  await report(rig, rootTask(rig, { id: "before" }), "error", { msg: "old" });
  await alerts.run();
  assert.equal(log.lines.length, 0, "what was raised before the start is not logged again");
  const meta = "workflow=flow.toml&cron=2026-11-24T00";
  await report(rig, rootTask(rig, { id: "one", meta }), "error", { msg: "no\nfile" });
  await report(rig, rootTask(rig, { id: "two", meta }), "error", { msg: "none" });
  await report(rig, rootTask(rig, { id: "three", type: "mild" }), "error", { msg: "mild" });
  await alerts.run();
  await alerts.run();
  assert.deepEqual(
    log.lines.map(({ level, component, sentence, fields }) => [level, component, sentence, fields["task_id"]]),
    [
      ["error", "alerts", "no\nfile", "one"],
      ["error", "alerts", "none", "two"],
      ["info", "alerts", "mild", "three"],
    ],
  );
  assert.deepEqual(log.lines[0]?.fields, {
    alert: 1,
    type: "retry_exhausted",
    task: "root",
    task_time: "2026-11-24T00:00:00Z",
    workflow: "flow.toml",
    task_id: "one",
    times: 1,
    occurrence: 2,
  });
});

test("more than a page of them are all logged at once", async () => {
  const log = new RecordingLog();
  const row = { alert: 1, type: "incomplete", severity: "warning", task: "a", job: "", task_time: null } as const;
  const alerts = new AlertLog(
    {
      occurrencesAfter: async (id, limit) => {
        if (id === null) return { cursor: 10, rows: [] };
        const ids = Array.from({ length: Math.min(limit, 1210 - id) }, (_, index) => id + index + 1);
        const rows = ids.map((id) => ({ ...row, id, workflow: "", task_id: "", times: 1, message: `${id}` }));
        return { cursor: ids.at(-1) ?? id, rows };
      },
    },
    log,
  );
  await alerts.run();
  await alerts.run();
  assert.deepEqual([log.lines.length, log.lines.at(-1)?.sentence, log.lines[0]?.level], [1200, "1210", "warn"]);
});
