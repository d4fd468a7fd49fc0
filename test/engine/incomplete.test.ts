import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import { checkIncomplete } from "../../src/engine/check-incomplete.ts";
import { alerts, codes, phase, records, report, rigWith, rootTask, takeOne, takeSent } from "./rig/drive.ts";

const next = { dependsOn: "root" };

describe("a task without a result", () => {
  it("is incomplete after its phase's timeout, or the configured time, and alerts once", async (t) => {
    const rig = await rigWith(
      t,
      phase("fast", { ...next, timeout: "10m", severity: "critical" }) + phase("slow", next),
    );
    await report(rig, rootTask(rig), "complete");
    for (const [after, told] of [
      [10 * MINUTE - 1, []],
      [1, ["fast"]],
      [4 * HOUR - 10 * MINUTE - 1, ["fast"]],
      [1, ["fast", "slow"]],
      [HOUR, ["fast", "slow"]],
    ] as const) {
      rig.now += after;
      await checkIncomplete(rig.context);
      assert.deepEqual(
        alerts(rig).map(({ task_type }) => task_type),
        told,
      );
    }
    assert.deepEqual(
      alerts(rig).map(({ type, severity, message, record_id }) => [type, severity, message, record_id]),
      [
        ["incomplete", "critical", "INCOMPLETE: unfinished task detected", 2],
        ["incomplete", "warning", "INCOMPLETE: unfinished task detected", 3],
      ],
    );
    assert.deepEqual(records(rig).slice(1), ["fast overdue - 0", "slow overdue - 0"]);
  });

  it("is detected after a downtime over midnight too", async (t) => {
    const rig = await rigWith(t, phase("a", next));
    await report(rig, rootTask(rig), "complete");
    await rig.reopen();
    rig.now += 40 * HOUR;
    await checkIncomplete(rig.context);
    assert.equal(alerts(rig).length, 1);
  });

  it("counts when its result arrives after all", async (t) => {
    const rig = await rigWith(t, phase("a", { ...next, timeout: "1m" }) + phase("b", { dependsOn: "a" }));
    await report(rig, rootTask(rig), "complete");
    const late = takeOne(rig);
    rig.now += HOUR;
    await checkIncomplete(rig.context);
    await report(rig, late, "complete");
    assert.equal(takeOne(rig).type, "b");
    assert.equal(records(rig)[1], "a finished complete 0");
  });

  it("is retried when its error arrives after all", async (t) => {
    const rig = await rigWith(t, phase("a", { ...next, timeout: "1m", retry: 1 }));
    await report(rig, rootTask(rig), "complete");
    const late = takeOne(rig);
    rig.now += HOUR;
    await checkIncomplete(rig.context);
    await report(rig, late, "error");
    assert.equal(records(rig)[2], "a waiting - 1");
  });

  it("raises no alert with no_alert, and records that", async (t) => {
    const rig = await rigWith(t, phase("a", { ...next, timeout: "1m", no_alert: true }));
    await report(rig, rootTask(rig), "complete");
    rig.now += HOUR;
    await checkIncomplete(rig.context);
    assert.deepEqual([alerts(rig), codes(rig).slice(-2)], [[], ["incomplete", "alert_suppressed"]]);
  });

  it("is not late while it waits for its due time or its slot", async (t) => {
    const rig = await rigWith(
      t,
      phase("a", { ...next, meta: "x:1,2", max_active: 1, timeout: "1m", retry: 1, retry_delay: "8h" }),
    );
    await report(rig, rootTask(rig), "complete");
    await report(rig, takeOne(rig), "error");
    rig.now += HOUR;
    await checkIncomplete(rig.context);
    assert.deepEqual([alerts(rig), takeSent(rig)], [[], []]);
  });

  it("is detected in groups when many are late at once", async (t) => {
    const rig = await rigWith(t, phase("a", { ...next, "meta-file": "<dir>/rows.json", template: "?{meta:n}" }), {
      files: { "rows.json": Array.from({ length: 501 }, (_, n) => `{"n":${n}}\n`).join("") },
    });
    await report(rig, rootTask(rig), "complete");
    rig.now += 5 * HOUR;
    assert.equal(await checkIncomplete(rig.context), true);
    assert.equal(await checkIncomplete(rig.context), false);
    assert.deepEqual(
      alerts(rig).map(({ task_type, count }) => `${task_type} ${count}`),
      ["a 501"],
    );
  });
});
