import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MINUTE, SECOND } from "../../../src/contract/time/time-units.ts";
import { alerts, arrive, deliver, fireAt, phase, report, rigWith, rootTask, schedule, takeSent } from "../rig/drive.ts";
import { alertRig } from "./alert-rig.ts";

const NO_COPIES = { failedTopic: null };

describe("what a notification says", () => {
  it("counts the alerts that are cut, in the text and beside the list", async (t) => {
    const rig = await rigWith(t, phase("root", { cron: "@daily" }), NO_COPIES);
    const told = alertRig(rig);
    await told.turn();
    const tasks = Array.from({ length: 250 }, (_, n) => rootTask(rig, { id: `r${n}`, info: `?n=${n}`, job: `j${n}` }));
    await deliver(
      rig,
      tasks.map((task) => ({ ...task, result: "error", msg: "no" })),
    );
    rig.now += 10 * MINUTE;
    await told.turn();
    const [summary = assert.fail(), ...more] = told.received;
    assert.deepEqual(
      [more.length, summary.alerts.length, summary.alertCount, summary.criticalCount],
      [0, 200, 250, 250],
    );
    assert.match(summary.text, /\nand 200 more: +200  flowlord alerts lists them\n$/);
  });

  it("counts the recovered ones that an immediate one does not name", async (t) => {
    const rig = await rigWith(t, phase("root", { cron: "@daily" }), NO_COPIES);
    const told = alertRig(rig);
    await told.turn();
    const tasks = Array.from({ length: 15 }, (_, n) => rootTask(rig, { id: `r${n}`, info: `?n=${n}`, job: `j${n}` }));
    await deliver(
      rig,
      tasks.map((task) => ({ ...task, result: "alert", msg: "no" })),
    );
    await deliver(
      rig,
      tasks.map((task) => ({ ...task, result: "complete" })),
    );
    await told.turn();
    rig.now += SECOND;
    await told.turn();
    const text = told.received.map((one) => one.text).join("\n");
    assert.equal(text.match(/^recovered: /gm)?.length, 10);
    assert.match(text, /^and 5 more recovered$/m);
    assert.equal(told.received.length, 1, "once");
  });

  it("gives the newest reason of what is still open, and counts what recovered meanwhile", async (t) => {
    const flow = phase("load", { rule: "cron=0 0 5 * * *&meta=r:a,b,c", template: "?r={meta:r}" });
    const rig = await rigWith(t, flow, NO_COPIES);
    const told = alertRig(rig);
    await told.turn();
    const tasks = await fireAt(rig, await schedule(rig), Date.UTC(2026, 10, 25, 5));
    for (const [row, task] of tasks.entries()) await report(rig, task, "error", { msg: `reason ${row}` });
    await report(rig, tasks[2] ?? rootTask(rig), "complete");
    rig.now += 10 * MINUTE;
    await told.turn();
    assert.match(told.received[0]?.text ?? "", /^load: +3 .*\n    reason 1; record 2; 2 open; 1 recovered\n$/);
    assert.deepEqual(
      told.received[0]?.alerts.map(({ message, record_id: id, new_recovered: recovered }) => [message, id, recovered]),
      [["reason 1", 2, 1]],
    );
  });

  it("begins with the page of the alert, or of all alerts, where it is known how people reach the instance", async (t) => {
    const rig = await rigWith(t, phase("root", { cron: "@daily" }), NO_COPIES);
    const told = alertRig(rig, [{ name: "ops" }], () => rig.store, "https://flowlord.example.com");
    await told.turn();
    await deliver(rig, [rootTask(rig, { result: "error", msg: "no" })]);
    rig.now += 10 * MINUTE;
    await told.turn();
    const [one] = told.received;
    assert.match(one?.text ?? "", /^see https:\/\/flowlord\.example\.com\/alerts\/1\nroot: /);
    assert.equal(one?.alerts[0]?.url, "https://flowlord.example.com/alerts/1");
    const more = ["a", "b"].map((job) => rootTask(rig, { id: job, job, result: "error", msg: "no" }));
    await deliver(rig, more);
    rig.now += 90 * MINUTE;
    await told.turn();
    assert.match(told.received.at(-1)?.text ?? "", /^see https:\/\/flowlord\.example\.com\/alerts\n/);
  });

  it("names the owner and the runbook of the phase, once, in the text and in the fields", async (t) => {
    const about = { owner: "sales", runbook: "https://wiki.example.com/load", description: "not told" };
    const rig = await rigWith(
      t,
      phase("root", { cron: "@daily", ...about }) + phase("other", { cron: "@daily" }),
      NO_COPIES,
    );
    const told = alertRig(rig);
    await told.turn();
    for (const n of [1, 2]) await report(rig, rootTask(rig, { id: `r${n}`, info: `?n=${n}` }), "error", { msg: "no" });
    await report(rig, rootTask(rig, { id: "r3", type: "other" }), "error", { msg: "no" });
    await report(rig, rootTask(rig, { id: "r4" }), "alert", { msg: "at once" });
    await told.turn();
    rig.now += 10 * MINUTE;
    await told.turn();
    assert.ok(told.received.length > 0);
    for (const { text, alerts: sent } of told.received) {
      assert.equal(text.match(/^root: owner sales, runbook https:\/\/wiki\.example\.com\/load$/gm)?.length, 1, text);
      assert.doesNotMatch(text, /not told|other: owner/);
      for (const alert of sent)
        assert.deepEqual(
          [alert.owner, alert.runbook],
          alert.task_type === "root" ? [about.owner, about.runbook] : [undefined, undefined],
        );
    }
  });

  it("has no date where no task time is known, and no link while no page is served", async (t) => {
    const flow = phase("root", { files: "/in/*.csv" });
    const rig = await rigWith(t, flow, NO_COPIES);
    const told = alertRig(rig);
    await told.turn();
    await arrive(rig, "/in/a.csv");
    const [task = rootTask(rig)] = takeSent(rig);
    await report(rig, task, "error", { msg: "no rows" });
    rig.now += 10 * MINUTE;
    await told.turn();
    assert.equal(alerts(rig)[0]?.task_time, null);
    assert.equal(told.received[0]?.text, `root:${" ".repeat(30)}    1\n    no rows; record 1; 1 open\n`);
  });
});
