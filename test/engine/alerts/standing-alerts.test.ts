import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMemoryBus } from "../../../src/bus/memory.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/contract/time/time-units.ts";
import { PauseCheck } from "../../../src/engine/alerts/check-pauses.ts";
import { WorkerCheck } from "../../../src/engine/alerts/check-workers.ts";
import { pauseControl } from "../../../src/engine/steering/pauses.ts";
import { alerts, fireAt, phase, rigWith, schedule } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { alertRig } from "./alert-rig.ts";

function states(rig: Rig, type: string): string[] {
  return alerts(rig)
    .filter((one) => one.type === type)
    .map(({ state, task_type: task, workflow, count }) => `${task} of ${workflow || "-"} ${state} ${count}`);
}

describe("no_worker", () => {
  async function withBus(t: Parameters<typeof rigWith>[0], flow: string, options = {}) {
    const rig = await rigWith(t, flow, options);
    const bus = createMemoryBus({ now: () => rig.now });
    await bus.start();
    t.after(() => bus.stop());
    const newCheck = (): WorkerCheck => new WorkerCheck({ ...rig.context, bus, store: rig.store });
    const publish = (topic: string, key: string): void =>
      void bus.publish([{ key, topic, payload: "{}" }]).map((one) => one.catch(() => undefined));
    return { rig, bus, newCheck, publish };
  }

  it("is raised once a type after a minute, and resolved when a worker is there", async (t) => {
    const { rig, bus, newCheck, publish } = await withBus(t, phase("load:eu") + phase("load:us"));
    const check = newCheck();
    publish("load", "1");
    rig.now += MINUTE - 1;
    publish("load", "2");
    await check.run();
    assert.deepEqual(states(rig, "no_worker"), []);
    rig.now += 1;
    await check.run();
    rig.now += 5 * MINUTE;
    await check.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml open 1"]);
    assert.match(
      alerts(rig)[0]?.message ?? "",
      /no worker takes tasks of type load, .*: 2 messages wait; add a \[\[worker\]\]/,
    );
    await bus.subscribe("load", { channel: "c", maxInFlight: 5 }, (delivery) => delivery.ack());
    await check.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml resolved 1"]);
  });

  it("is not raised again by a restart, and resolved after one when nothing waits", async (t) => {
    const { rig, newCheck, publish } = await withBus(t, phase("load"));
    publish("load", "1");
    rig.now += MINUTE;
    await newCheck().run();
    const bus = createMemoryBus({ now: () => rig.now });
    await bus.start();
    t.after(() => bus.stop());
    const restarted = new WorkerCheck({ ...rig.context, bus, store: rig.store });
    await restarted.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml open 1"], "the bus has not got its messages yet");
    void bus.publish([{ key: "1", topic: "load", payload: "{}" }])[0]?.catch(() => undefined);
    rig.now += 2 * MINUTE;
    await restarted.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml open 1"]);
    const empty = createMemoryBus({ now: () => rig.now });
    const again = new WorkerCheck({ ...rig.context, bus: empty, store: rig.store });
    rig.now += MINUTE;
    await again.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml resolved 1"]);
  });

  it("is not raised again when somebody resolved it, until a worker was there", async (t) => {
    const { rig, bus, newCheck, publish } = await withBus(t, phase("load"));
    const check = newCheck();
    publish("load", "1");
    rig.now += MINUTE;
    await check.run();
    await rig.store.alerts.resolve([1], { by: "ada", note: "" }, rig.now);
    rig.now += HOUR;
    await check.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml resolved 1"]);
    const worker = await bus.subscribe("load", { channel: "c", maxInFlight: 5 }, (delivery) => delivery.ack());
    await check.run();
    await worker.stop();
    publish("load", "2");
    rig.now += MINUTE;
    await check.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml resolved 1", "load of flow.toml open 1"]);
  });

  it("is raised in the first minute for messages that have waited long, and resolves no other then", async (t) => {
    const { rig, bus, newCheck, publish } = await withBus(t, phase("load") + phase("sum"));
    publish("load", "1");
    rig.now += MINUTE;
    await newCheck().run();
    await bus.subscribe("load", { channel: "c", maxInFlight: 5 }, (delivery) => delivery.ack());
    publish("sum", "2");
    rig.now += MINUTE;
    const restarted = newCheck();
    await restarted.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml open 1", "sum of flow.toml open 1"]);
    rig.now += MINUTE;
    await restarted.run();
    assert.deepEqual(states(rig, "no_worker"), ["load of flow.toml resolved 1", "sum of flow.toml open 1"]);
  });

  it("goes to the channels of its phases, to all when one names none, and costs no query while nothing waits", async (t) => {
    const flow = [
      phase("load:eu", { notify: "ops" }),
      phase("load:us", { notify: "data" }),
      phase("sum:eu", { notify: "ops" }),
      phase("sum:us"),
      phase("half:eu", { no_alert: true }),
      phase("half:us"),
    ].join("");
    const { rig, bus, publish } = await withBus(t, flow);
    const queries = t.mock.method(rig.store.alerts, "lasting");
    const check = new WorkerCheck({ ...rig.context, bus, store: rig.store });
    for (let turn = 0; turn < 3; turn++, rig.now += MINUTE) await check.run();
    assert.equal(queries.mock.callCount(), 1, "those of an earlier run");
    for (const topic of ["load", "sum", "half"]) publish(topic, topic);
    rig.now += MINUTE;
    await check.run();
    assert.deepEqual(
      alerts(rig).map(({ task_type: task, notify }) => `${task}: ${notify}`),
      ["load: ops,data", "sum: ", "half: "],
    );
  });

  it("belongs to no workflow when several have the type, and to nobody with no_alert", async (t) => {
    const workflows = {
      "a.toml": phase("load"),
      "b.toml": phase("load"),
      "c.toml": phase("quiet", { no_alert: true }),
    };
    const { rig, newCheck, publish } = await withBus(t, "", { workflows });
    for (const topic of ["load", "quiet", "unknown"]) publish(topic, topic);
    rig.now += MINUTE;
    await newCheck().run();
    assert.deepEqual(states(rig, "no_worker"), ["load of - open 1", "unknown of - open 1"]);
  });
});

describe("phase_paused", () => {
  const paused = (task: string): string => phase(task, { cron: "0 * * * *", paused: true });

  it("is raised once after a day, through restarts and reloads, and resolved at the resume", async (t) => {
    const rig = await rigWith(t, paused("load"));
    const check = (): Promise<void> => new PauseCheck(rig.context).run();
    rig.now += 23 * HOUR;
    await rig.write("flow.toml", `${paused("load")}${phase("other", { cron: "@daily" })}`);
    await rig.reload();
    await rig.reopen();
    await check();
    assert.deepEqual(states(rig, "phase_paused"), []);
    rig.now += HOUR;
    await check();
    await rig.reopen();
    await check();
    assert.deepEqual(states(rig, "phase_paused"), ["load of flow.toml open 1"]);
    assert.match(alerts(rig)[0]?.message ?? "", /^load of flow\.toml has been paused since 2026-11-24T12:00:00Z: /);
    await rig.write("flow.toml", phase("load", { cron: "0 * * * *" }));
    await rig.reload();
    await check();
    assert.deepEqual(states(rig, "phase_paused"), ["load of flow.toml resolved 1"]);
    await rig.write("flow.toml", paused("load"));
    await rig.reload();
    rig.now += 23 * HOUR;
    await check();
    assert.equal(states(rig, "phase_paused").length, 1, "another pause begins anew");
    rig.now += HOUR;
    await check();
    assert.equal(states(rig, "phase_paused").length, 2);
  });

  it("tells two files with the same phases apart, and ends when the phase is removed", async (t) => {
    const rig = await rigWith(t, "", { workflows: { "a.toml": paused("load"), "b.toml": paused("load") } });
    const check = new PauseCheck(rig.context);
    rig.now += DAY;
    await check.run();
    assert.deepEqual(states(rig, "phase_paused"), ["load of a.toml open 1", "load of b.toml open 1"]);
    rig.now -= HOUR;
    await check.run();
    assert.equal(states(rig, "phase_paused")[0], "load of a.toml open 1", "a clock that is set back ends no pause");
    rig.now += HOUR;
    await rig.write("a.toml", phase("other", { cron: "@daily" }));
    await rig.reload();
    rig.now += MINUTE;
    await check.run();
    assert.deepEqual(states(rig, "phase_paused"), ["load of a.toml resolved 1", "load of b.toml open 1"]);
  });

  it("names who paused a phase, or all, in the zone of the phase, and how to resume", async (t) => {
    const rig = await rigWith(
      t,
      phase("load:eu", { cron: "0 * * * *", timezone: "Europe/Berlin" }) + phase("both", { paused: true }),
    );
    const person = { until: null, by: "ann", reason: "new disk" };
    const control = pauseControl(rig.context, async () => undefined);
    await control.pause({ ...person, type: "load", job: "eu", workflow: null });
    await control.pause({ ...person, type: "both", job: null, workflow: null });
    await control.pause({ ...person, type: null, job: null, workflow: null });
    rig.now += DAY;
    await new PauseCheck(rig.context).run();
    const told = alerts(rig).map(({ message }) => message);
    assert.deepEqual(told.toSorted(), [
      "all phases have been paused since 2026-11-24T12:00:00Z by ann: flowlord resume --all",
      "both of flow.toml has been paused since 2026-11-24T12:00:00Z: take `paused` out of its rule, or remove the phase",
      "load:eu of flow.toml has been paused since 2026-11-24T13:00:00+01:00 by ann: flowlord resume load:eu --workflow flow.toml",
    ]);
  });

  it("is resolved when a phase that a person paused is removed", async (t) => {
    const rig = await rigWith(t, phase("load", { cron: "0 * * * *" }) + phase("b", { cron: "@daily" }));
    const control = pauseControl(rig.context, async () => undefined);
    await control.pause({ type: "load", job: null, workflow: null, until: null, by: "ann", reason: "x" });
    rig.now += DAY;
    const check = new PauseCheck(rig.context);
    await check.run();
    assert.deepEqual(states(rig, "phase_paused"), ["load of flow.toml open 1"]);
    await rig.write("flow.toml", phase("b", { cron: "@daily" }));
    await rig.reload();
    rig.now += MINUTE;
    await check.run();
    assert.deepEqual(states(rig, "phase_paused"), ["load of flow.toml resolved 1"]);
  });

  it("is raised again for a pause that began between two checks", async (t) => {
    const rig = await rigWith(t, phase("load", { cron: "0 * * * *" }));
    const control = pauseControl(rig.context, async () => undefined);
    const load = { type: "load", job: null, workflow: null };
    await control.pause({ ...load, until: null, by: "ann", reason: "x" });
    rig.now += DAY;
    const check = new PauseCheck(rig.context);
    await check.run();
    rig.now += SECOND;
    await control.resume({ ...load, drop: false, by: "ann", reason: "" });
    await control.pause({ ...load, until: null, by: "bob", reason: "y" });
    rig.now += DAY;
    await check.run();
    assert.deepEqual(states(rig, "phase_paused"), ["load of flow.toml open 2"]);
  });

  it("costs one query in 15 seconds, and the clock may be set back meanwhile", async (t) => {
    const rig = await rigWith(t, paused("load"));
    const checks = t.mock.method(rig.store, "pausedPhases");
    const check = new PauseCheck({ ...rig.context, store: rig.store });
    for (const seconds of [0, 14, 1, -60]) {
      rig.now += seconds * SECOND;
      await check.run();
    }
    assert.equal(checks.mock.callCount(), 3);
  });

  it("is not raised again when somebody resolved it, nor for a phase with no_alert", async (t) => {
    const rig = await rigWith(t, paused("load") + phase("quiet", { cron: "@daily", paused: true, no_alert: true }));
    rig.now += DAY;
    await new PauseCheck(rig.context).run();
    await rig.store.alerts.resolve([1], { by: "ada", note: "" }, rig.now);
    rig.now += HOUR;
    await rig.reopen();
    await new PauseCheck(rig.context).run();
    assert.deepEqual(states(rig, "phase_paused"), ["load of flow.toml resolved 1"]);
  });
});

it("clock_set_back is told at once, and resolved when the clock has caught up", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }));
  const told = alertRig(rig);
  const scheduler = await schedule(rig);
  await told.turn();
  rig.clockSetBy -= 10 * MINUTE;
  await fireAt(rig, scheduler, rig.now - 10 * MINUTE);
  await told.turn();
  assert.deepEqual(
    told.received.map(({ alerts: list }) => list.map(({ type }) => type)),
    [["clock_set_back"]],
  );
  rig.now += 9 * MINUTE;
  await told.turn();
  assert.equal(alerts(rig)[0]?.state, "open");
  rig.now += 2 * MINUTE;
  await told.turn();
  assert.equal(alerts(rig)[0]?.state, "resolved");
});
