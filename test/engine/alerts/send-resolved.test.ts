import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { HOUR, MINUTE, SECOND } from "../../../src/contract/time/time-units.ts";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import { newAlert } from "../../../src/core/decide/new-alert.ts";
import { NotifyError } from "../../../src/notify/notify.ts";
import { phase, report, rigWith, rootTask } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { alertRig, type AlertRig, type RouteInput } from "./alert-rig.ts";

const ADA = { by: "ada", note: "moved the disks" };

async function opened(
  t: TestContext,
  ...routes: RouteInput[]
): Promise<{ readonly rig: Rig; readonly alerts: AlertRig }> {
  const rig = await rigWith(t, phase("root", { retry: 0, cron: "@yearly" }));
  const alerts = alertRig(rig, routes.length === 0 ? [{ name: "ops" }] : routes);
  await alerts.turn();
  return { rig, alerts };
}

async function raise(rig: Rig, ...types: readonly string[]): Promise<void> {
  const alerts = types.map((taskType) => newAlert("retry_exhausted", "boom", { taskType, atOnce: taskType === "now" }));
  await rig.store.record({ alerts, decisions: [] }, rig.now);
}

async function later(rig: Rig, alerts: AlertRig, ms = 2 * HOUR): Promise<void> {
  rig.now += ms;
  await alerts.turn();
}

/** What was accepted since the last call, a line each: the channel, and what it says of which alert. */
function taken({ received }: AlertRig): readonly string[] {
  return received
    .splice(0)
    .flatMap(({ channel, alerts }) =>
      alerts.map(({ id, state, recovered }) => `${channel}: ${id} ${recovered ? "recovered" : state}`),
    );
}

describe("a channel that was notified of an alert", () => {
  it("is notified once when its task completes or somebody resolves it, over restarts", async (t) => {
    const { rig, alerts } = await opened(t);
    await report(rig, rootTask(rig), "error", { msg: "disk full" });
    await raise(rig, "load:eu");
    await later(rig, alerts);
    assert.deepEqual(taken(alerts), ["ops: 1 open", "ops: 2 open"]);
    await report(rig, rootTask(rig, { id: "again" }), "complete");
    await rig.store.alerts.resolve([2], ADA, rig.now);
    await rig.reopen();
    alerts.restart();
    await alerts.turn();
    const [{ text, kind, resolvedCount, alerts: told } = assert.fail()] = alerts.received;
    assert.equal(
      text,
      "resolved: root, retry_exhausted (alert 1) since 2026-11-24 12:00; each of its tasks completed\n" +
        "resolved: load:eu, retry_exhausted (alert 2) since 2026-11-24 12:00; by ada: moved the disks\n",
    );
    assert.deepEqual([kind, resolvedCount, told[1]?.resolved_at, told[1]?.resolved_by], ["summary", 2, rig.now, "ada"]);
    assert.deepEqual(taken(alerts), ["ops: 1 resolved", "ops: 2 resolved"]);
    await rig.reopen();
    alerts.restart();
    for (let turn = 0; turn < 3; turn += 1) await later(rig, alerts);
    assert.deepEqual(taken(alerts), []);
  });

  it("is told in the summary of new alerts, and of an alert that opens again as new", async (t) => {
    const { rig, alerts } = await opened(t);
    await raise(rig, "load");
    await later(rig, alerts);
    await rig.store.alerts.resolve([1], ADA, rig.now);
    await raise(rig, "load");
    taken(alerts);
    await later(rig, alerts);
    assert.equal(alerts.received.length, 1);
    assert.match(alerts.received[0]?.text ?? "", /^load: +1\n {4}boom; 1 open\nresolved: load, .* \(alert 1\)/);
    assert.deepEqual(taken(alerts), ["ops: 2 open", "ops: 1 resolved"]);
  });

  it("is told at once of what it was told at once", async (t) => {
    const { rig, alerts } = await opened(t);
    await raise(rig, "now");
    await alerts.turn();
    assert.deepEqual(taken(alerts), ["ops: 1 open"]);
    await later(rig, alerts, MINUTE);
    await rig.store.alerts.resolve([1], ADA, rig.now);
    await later(rig, alerts, SECOND);
    const [{ kind, text } = assert.fail()] = alerts.received;
    assert.equal(kind, "at_once");
    assert.match(text, /^resolved: now, retry_exhausted \(alert 1\) since .*; by ada: moved the disks\n$/);
    taken(alerts);
    await later(rig, alerts);
    assert.deepEqual(taken(alerts), []);
  });

  it("is not told twice of one that recovers after it occurred again", async (t) => {
    const { rig, alerts } = await opened(t);
    await report(rig, rootTask(rig), "error");
    await later(rig, alerts);
    await report(rig, rootTask(rig, { id: "again" }), "error");
    await report(rig, rootTask(rig, { id: "third" }), "complete");
    taken(alerts);
    await later(rig, alerts);
    await later(rig, alerts);
    assert.deepEqual(taken(alerts), ["ops: 1 recovered"]);
  });

  it("is not told of what ends during a silence", async (t) => {
    const { rig, alerts } = await opened(t);
    await raise(rig, "load", "pull");
    await later(rig, alerts);
    taken(alerts);
    const span = { startsAt: rig.now, endsAt: rig.now + HOUR, author: "ada", reason: "" };
    await rig.store.alerts.addSilence({ alertId: 1, matcher: ANY_ALERT, ...span }, rig.now);
    await alerts.turn();
    await rig.store.alerts.resolve([1, 2], ADA, rig.now);
    await later(rig, alerts);
    assert.deepEqual(taken(alerts), ["ops: 2 resolved"]);
  });

  it("gets a list of the first fifty of 10,000, and their number", async (t) => {
    const { rig, alerts } = await opened(t);
    const types = Array.from({ length: 10_000 }, (_, n) => `t${n}`);
    await raise(rig, ...types);
    await later(rig, alerts);
    taken(alerts);
    await rig.store.alerts.resolve(
      rig.stored.alerts().map(({ id }) => id),
      ADA,
      rig.now,
    );
    await later(rig, alerts);
    const [{ text, alertCount, resolvedCount, criticalCount } = assert.fail()] = alerts.received;
    assert.deepEqual([alertCount, resolvedCount, criticalCount], [10_000, 10_000, 0]);
    assert.equal(text.split("\n").length, 52);
    assert.match(text, /\nand 9950 more resolved\n$/);
    taken(alerts);
    await later(rig, alerts);
    assert.deepEqual(taken(alerts), []);
    assert.deepEqual(rig.stored.notified(), []);
  });
});

describe("a sending that fails", () => {
  it("tells of no end when the channel never got the alert, and of one that came meanwhile when it did", async (t) => {
    const { rig, alerts } = await opened(t, { name: "lost" }, { name: "late" });
    alerts.onSend = (channel) => {
      if (channel === "lost") throw new NotifyError("refused", "no such hook", false);
      throw new NotifyError("unreachable", "nobody there", true);
    };
    await raise(rig, "load");
    await later(rig, alerts);
    await rig.store.alerts.resolve([1], ADA, rig.now);
    alerts.onSend = () => undefined;
    await later(rig, alerts, MINUTE);
    assert.deepEqual(
      taken(alerts).filter((line) => line.includes(": 1 ")),
      ["late: 1 open"],
    );
    for (let turn = 0; turn < 3; turn += 1) await later(rig, alerts);
    assert.deepEqual(
      taken(alerts).filter((line) => line.includes(": 1 ")),
      ["late: 1 resolved"],
    );
    assert.ok(!rig.stored.notified().some(({ alert_id: id }) => id === 1), "nothing is left of it");
  });

  it("of the end itself is repeated until it is accepted, and then no more", async (t) => {
    const { rig, alerts } = await opened(t);
    await raise(rig, "load");
    await later(rig, alerts);
    await rig.store.alerts.resolve([1], ADA, rig.now);
    taken(alerts);
    let attempts = 0;
    alerts.onSend = () => {
      attempts += 1;
      throw new NotifyError("refused", "no such hook", attempts > 2);
    };
    for (let turn = 0; turn < 3; turn += 1) await later(rig, alerts);
    assert.ok(attempts >= 2, String(attempts));
    assert.deepEqual(taken(alerts), []);
    alerts.onSend = () => undefined;
    await rig.reopen();
    alerts.restart();
    for (let turn = 0; turn < 4; turn += 1) await later(rig, alerts);
    assert.deepEqual(taken(alerts), ["ops: 1 resolved"]);
  });
});

describe("a channel", () => {
  it("without send_resolved, or that did not get the alert, is not told of its end", async (t) => {
    const { rig, alerts } = await opened(
      t,
      { name: "ops" },
      { name: "mail", sendResolved: false },
      { name: "other", matcher: { ...ANY_ALERT, types: ["other"] } },
    );
    await raise(rig, "load");
    await later(rig, alerts);
    await rig.store.alerts.resolve([1], ADA, rig.now);
    taken(alerts);
    await later(rig, alerts);
    assert.deepEqual(taken(alerts), ["ops: 1 resolved"]);
  });

  it("that is not configured any more leaves nothing behind", async (t) => {
    const { rig, alerts } = await opened(t, { name: "ops" }, { name: "mail" });
    await raise(rig, "load");
    await later(rig, alerts);
    assert.deepEqual(
      rig.stored.notified().map(({ channel }) => channel),
      ["mail", "ops"],
    );
    const others = alertRig(rig, [{ name: "ops" }, { name: "mail", sendResolved: false }]);
    await others.turn();
    assert.deepEqual(
      rig.stored.notified().map(({ channel }) => channel),
      ["ops"],
    );
  });

  it("with a limit of alerts gets the rest at once, ends too", async (t) => {
    const { rig, alerts } = await opened(t, { name: "pager", maxAlerts: 4 });
    await raise(rig, ...Array.from({ length: 10 }, (_, n) => `t${n}`));
    // A notification that was sent wakes the planner.
    for (const ms of [10 * MINUTE, 0, 0]) await later(rig, alerts, ms);
    assert.deepEqual(
      alerts.received.map((one) => one.alerts.length),
      [4, 4, 2],
    );
    await rig.store.alerts.resolve(
      rig.stored.alerts().map(({ id }) => id),
      ADA,
      rig.now,
    );
    taken(alerts);
    for (const ms of [10 * MINUTE, 0, 0]) await later(rig, alerts, ms);
    assert.equal(new Set(taken(alerts)).size, 10);
    await later(rig, alerts);
    assert.deepEqual(taken(alerts), []);
  });
});
