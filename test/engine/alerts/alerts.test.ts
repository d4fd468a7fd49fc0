import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import { newAlert } from "../../../src/core/decide/new-alert.ts";
import { BusAlerts } from "../../../src/engine/alerts/bus-alerts.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { NotifyError, PartlyDeliveredError } from "../../../src/notify/notify.ts";
import { ALL_ALERTS } from "../../../src/store/alert-store.ts";
import { alertRig } from "./alert-rig.ts";
import { alerts, arrive, deliver, fireAt, phase, report, rigWith, rootTask, schedule } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FLOW = phase("root", { retry: 0, cron: "@yearly" });
const ANYBODY = { by: "ada", note: "on it" };

function states(rig: Rig): string[] {
  return rig.stored.alerts().map(({ type, state, count }) => `${type} ${state} ${count}`);
}

function changes(rig: Rig): string[] {
  return rig.stored.alertChanges().map(({ state, by, note }) => `${state} by ${by}: ${note}`);
}

async function raise(rig: Rig, about: Parameters<typeof newAlert>[2]): Promise<void> {
  await rig.store.record({ alerts: [newAlert("retry_exhausted", "boom", about)], decisions: [] }, rig.now);
}

describe("an alert", () => {
  it("is one row for 10,000 equal failures, notified in a few messages", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    await afterChange.turn();
    for (let group = 0; group < 50; group++) {
      const tasks = Array.from({ length: 200 }, (_, n) =>
        rootTask(rig, { id: `${group}-${n}`, result: "error", msg: "disk full" }),
      );
      await deliver(rig, tasks);
      rig.now += 1000;
      await afterChange.turn();
    }
    rig.now += HOUR;
    await afterChange.turn();
    assert.deepEqual(states(rig), ["retry_exhausted open 10000"]);
    const counted = afterChange.received.map(({ alerts: [alert] }) => alert?.new_count ?? 0);
    assert.ok(counted.length <= 3, `${counted.length} messages`);
    assert.equal(
      counted.reduce((sum, count) => sum + count, 0),
      10_000,
    );
    assert.match(
      afterChange.received.at(-1)?.text ?? "",
      /^root: {30}10000 {2}2026\/11\/24T00\n {4}disk full; record 10000; 10000 open\n$/,
    );
  });

  it("is resolved when its task is made again and completes; then a new one begins", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig), "error");
    await report(rig, rootTask(rig, { id: "other", meta: "workflow=flow.toml&cron=2026-11-23T00" }), "complete");
    assert.deepEqual(states(rig), ["retry_exhausted open 1"]);
    await report(rig, rootTask(rig, { id: "again" }), "complete");
    assert.deepEqual(
      [states(rig), changes(rig)],
      [["retry_exhausted resolved 1"], ["resolved by flowlord: each of its tasks completed"]],
    );
    await report(rig, rootTask(rig, { id: "third" }), "error");
    assert.deepEqual(states(rig), ["retry_exhausted resolved 1", "retry_exhausted open 1"]);
  });

  it("names its subject", async (t) => {
    const rig = await rigWith(t, phase("root", { severity: "info", notify: "ops,sales" }));
    await report(rig, rootTask(rig, { meta: "workflow=flow.toml&cron=2026-11-24T00&team=eu" }), "error", { msg: "no" });
    const page = await rig.store.reads.alerts.list({
      ...ALL_ALERTS,
      limit: 10,
      before: null,
      state: "unresolved",
      severity: "info",
      type: "retry_exhausted",
      taskType: "root",
      job: "",
      since: rig.now,
    });
    const [alert] = page.alerts;
    assert.deepEqual(
      [alert?.workflow, alert?.message, alert?.task_id, alert?.record_id],
      ["flow.toml", "no", "run-1", 1],
    );
    const history = await rig.store.reads.alerts.one(alert?.id ?? 0);
    assert.deepEqual([history?.alert.notify, history?.alert.labels.includes("team=eu")], [["ops", "sales"], true]);
    assert.equal(history?.occurrences.length, 1);
    assert.deepEqual(await rig.store.reads.alerts.counts(), [{ state: "open", severity: "info", count: 1 }]);
  });

  it("about dead letters counts per topic and code, and is resolved when they were redriven", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    await handleDone(
      [
        { topic: "done", payload: "{" },
        { topic: "done", payload: "[" },
      ],
      rig.context,
    );
    await afterChange.turn();
    assert.deepEqual(
      states(rig).map((state) => state.split(" ").slice(0, 2)),
      [["dead_letter", "open"]],
    );
    await afterChange.turn();
    assert.equal(states(rig).length, 1, "told of once");
    await rig.store.redriveDeadLetters("all", { by: "ann", reason: "", edited: false }, rig.now);
    rig.now += MINUTE;
    await afterChange.turn();
    assert.equal(states(rig)[0]?.split(" ")[1], "resolved");
  });

  it("about missed ticks is raised once per phase, and not for ticks that are caught up", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "@hourly" }) + phase("b", { cron: "@hourly", catchup: "last" }));
    await schedule(rig);
    await rig.reopen();
    await fireAt(rig, await schedule(rig), rig.now + 5 * HOUR);
    assert.deepEqual(
      alerts(rig).map(({ type, task_type, count }) => [type, task_type, count]),
      [["schedule_missed", "a", 1]],
    );
    assert.match(alerts(rig)[0]?.message ?? "", /^a of flow\.toml missed \d ticks from .* while Flowlord was down/);
  });

  it("about a missing file is resolved when the file arrives after all", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*/*/*/*.csv", expect_by: "0 13 * * *" }));
    const afterChange = alertRig(rig);
    await fireAt(rig, await schedule(rig), rig.now + 2 * HOUR);
    await afterChange.turn();
    assert.deepEqual(states(rig), ["file_missing open 1"]);
    await arrive(rig, "/in/2026/11/24/a.csv");
    rig.now += MINUTE;
    await afterChange.turn();
    assert.deepEqual(states(rig), ["file_missing resolved 1"]);
  });

  it("about unmatched files is one per folder, where it is configured", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv" }));
    await arrive(rig, "/out/1.gz");
    assert.deepEqual(states(rig), []);
    Object.assign(rig.context, { alertOnUnmatched: true });
    await arrive(rig, "/out/1.gz", "/out/2.gz", "/else/3.gz", "/in/4.csv");
    assert.deepEqual(states(rig), ["file_unmatched open 2", "file_unmatched open 1"]);
  });

  it("about a bus is resolved when the bus reconnects, also after a restart", async (t) => {
    const rig = await rigWith(t, FLOW);
    const now = (): number => rig.now;
    await new BusAlerts(rig.store, now).unreachable("nsq", "nobody there");
    await rig.reopen();
    await new BusAlerts(rig.store, now).reconnected("other");
    assert.deepEqual(states(rig), ["bus_down open 1"]);
    await new BusAlerts(rig.store, now).reconnected("nsq");
    assert.deepEqual(states(rig), ["bus_down resolved 1"]);
  });

  it("about a workflow file is resolved when the file is valid again", async (t) => {
    const rig = await rigWith(t, FLOW);
    await rig.write("flow.toml", "broken");
    await rig.reload();
    await rig.reopen();
    assert.deepEqual(states(rig), ["workflow_invalid open 1"]);
    await rig.write("flow.toml", FLOW);
    await rig.reload();
    assert.deepEqual(states(rig), ["workflow_invalid resolved 1"]);
  });
});

describe("a notification", () => {
  it("that is immediate goes out per alert; a storm is one message a second", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    await afterChange.turn();
    for (let n = 0; n < 100; n++) {
      await report(rig, rootTask(rig, { id: `run-${n}` }), "alert", { msg: `<${n}>` });
      await afterChange.turn();
      rig.now += 20;
    }
    rig.now += 1000;
    await afterChange.turn();
    const counts = afterChange.received.map(({ alerts: of }) => of.reduce((sum, one) => sum + one.new_count, 0));
    assert.deepEqual(counts, [1, 50, 49]);
    assert.match(afterChange.received[0]?.text ?? "", /^\{\n "type": "root",\n[^]*"msg": "\\u003c0\\u003e"\n\}$/);
    assert.match(afterChange.received[1]?.text ?? "", /\nand 40 more: flowlord alerts lists them$/);
  });

  it("goes where the rule says, else where the matchers say; a channel is not notified of its own failure", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig, [
      { name: "ops" },
      { name: "load", matcher: { ...ANY_ALERT, types: ["load*"], labels: { team: "e*" } } },
    ]);
    await afterChange.turn();
    await raise(rig, { taskType: "load-a", labels: "team=eu" });
    await raise(rig, { taskType: "load-b", labels: "team=us" });
    await raise(rig, { taskType: "named", notify: ["load", "nobody"] });
    await raise(rig, { taskType: "unnamed", notify: ["nobody"] });
    rig.now += 5 * MINUTE;
    await afterChange.turn();
    const heard = afterChange.received.map(({ channel, alerts: of }) => [channel, of.map((one) => one.task_type)]);
    assert.deepEqual(Object.fromEntries(heard), {
      ops: ["load-a", "load-b", "unnamed"],
      load: ["load-a", "named"],
    });
  });

  it("is retried under the same id; once exhausted, other channels are notified, and the next one includes it", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig, [{ name: "ops" }, { name: "mail" }]);
    const ids: string[] = [];
    let isDown = true;
    afterChange.onSend = (channel, { deliveryId }) => {
      if (channel !== "ops" || !isDown) return;
      ids.push(deliveryId);
      throw new NotifyError("unreachable", "nobody there", true);
    };
    await raise(rig, { taskType: "a" });
    for (
      let at = await afterChange.turn(), end = rig.now + 6 * MINUTE;
      at !== null && at < end;
      at = await afterChange.turn()
    )
      rig.now = at;
    assert.ok(new Set(ids).size <= 2 && ids.length > 5, "many attempts of one notification");
    assert.deepEqual(states(rig), ["retry_exhausted open 1", "send_failed open 1"]);
    assert.deepEqual(
      afterChange.received.map(({ channel, kind }) => `${channel} ${kind}`),
      ["mail summary", "mail at_once"],
    );
    isDown = false;
    rig.now += HOUR;
    await afterChange.turn();
    const [ops, ...more] = afterChange.received.filter(({ channel }) => channel === "ops");
    assert.deepEqual([ops?.alerts.map((one) => one.task_type), more.length], [["a"], 0]);
    assert.deepEqual(states(rig), ["retry_exhausted open 1", "send_failed resolved 1"]);
  });

  it("waits as long as the receiver requests", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    afterChange.onSend = () => {
      throw new NotifyError("busy", "too many", true, 90_000);
    };
    await raise(rig, { taskType: "a" });
    assert.equal(await afterChange.turn(), rig.now + 90_000);
  });

  it("raises one alert about recipients that are refused, until all get it, and repeats nothing", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    let isRefused = true;
    afterChange.onSend = (_channel, _notification, _signal, onRefused) => {
      if (isRefused) onRefused?.("bob@example.com (550 no such mailbox)");
    };
    await raise(rig, { taskType: "a" });
    await afterChange.turn();
    rig.now += HOUR;
    await afterChange.turn();
    rig.now += HOUR;
    await raise(rig, { taskType: "b" });
    await afterChange.turn();
    assert.deepEqual(states(rig), ["retry_exhausted open 1", "send_failed open 1", "retry_exhausted open 1"]);
    assert.match(rig.stored.alerts()[1]?.message ?? "", /bob@example\.com \(550/);
    isRefused = false;
    rig.now += HOUR;
    await raise(rig, { taskType: "c" });
    await afterChange.turn();
    assert.equal(states(rig)[1], "send_failed resolved 1");
  });

  it("does not repeat for those who have it what others could not get in time", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    let attempts = 0;
    afterChange.onSend = () => {
      attempts += 1;
      throw new PartlyDeliveredError("recipients_deferred", "not yet for carl@example.com", true);
    };
    await raise(rig, { taskType: "a" });
    for (const end = rig.now + 7 * 60_000; rig.now < end; rig.now += 10_000) await afterChange.turn();
    const before = attempts;
    assert.ok(before > 3, String(before));
    const [row] = await rig.store.reads.alerts.notifications({ limit: 5, before: null, channel: "ops" });
    assert.deepEqual(states(rig), ["retry_exhausted open 1", "send_failed open 1"]);
    assert.match(rig.stored.alerts()[1]?.message ?? "", /carl@example\.com/);
    assert.ok(row !== undefined);
  });

  it("is awaited at a clean stop, and sent again after a stop that interrupted it", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    const ids: string[] = [];
    afterChange.onSend = (_, { deliveryId }, signal) => {
      ids.push(deliveryId);
      if (ids.length > 1) return;
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    };
    await raise(rig, { taskType: "a" });
    await afterChange.planner().run();
    await afterChange.sender().sendDue();
    await afterChange.sender().stop();
    await rig.reopen();
    afterChange.restart();
    await afterChange.turn();
    assert.deepEqual([new Set(ids).size, ids.length, afterChange.received.length], [1, 2, 1]);
    const [row] = await rig.store.reads.alerts.notifications({ limit: 1, before: null, channel: "ops" });
    assert.deepEqual([row?.state, row?.attempts, row?.answer], ["sent", 1, "ok"]);
  });

  it("leaves out acknowledged and resolved alerts", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    await afterChange.turn();
    await raise(rig, { taskType: "a" });
    await raise(rig, { taskType: "b" });
    assert.deepEqual(await rig.store.alerts.acknowledge([1, 1, 99], ANYBODY, rig.now), [1]);
    assert.deepEqual(await rig.store.alerts.resolve([2], ANYBODY, rig.now), [2]);
    await raise(rig, { taskType: "a" });
    rig.now += HOUR;
    await afterChange.turn();
    assert.deepEqual(afterChange.received, []);
    assert.deepEqual(states(rig), ["retry_exhausted acknowledged 2", "retry_exhausted resolved 1"]);
    assert.deepEqual(changes(rig), ["acknowledged by ada: on it", "resolved by ada: on it"]);
  });

  it("covers the alerts of today, for a new channel", async (t) => {
    const rig = await rigWith(t, FLOW);
    rig.now -= 24 * HOUR;
    await raise(rig, { taskType: "yesterday" });
    rig.now += 24 * HOUR;
    await raise(rig, { taskType: "today" });
    const afterChange = alertRig(rig);
    await afterChange.turn();
    assert.deepEqual(
      afterChange.received.flatMap(({ alerts: of }) => of.map((one) => one.task_type)),
      ["today"],
    );
  });
});
