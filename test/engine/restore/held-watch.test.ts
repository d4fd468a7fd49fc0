import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldWatch } from "../../../src/engine/restore/held-watch.ts";
import { fireAt, phase, rigWith, schedule } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { controlOf, heldIn, restored } from "./restored-rig.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;

function watchOf(rig: Rig): HeldWatch {
  return new HeldWatch({ context: rig.context, bus: {}, pausesMoved: async () => undefined, onFound: () => undefined });
}

const alertsOf = (rig: Rig) =>
  rig.stored
    .alerts()
    .filter(({ type }) => type === "restore_held")
    .map(({ state, message }) => ({ state, message }));

test("what a restore holds raises one alert, also over a restart, which ends when somebody has decided", async (t) => {
  const rig = await rigWith(t, phase("root", { rule: "cron=0 0 * * * *" }), { now: NOON - 1000 });
  await fireAt(rig, await schedule(rig), NOON);
  await restored(rig, NOON, NOON + 6 * HOUR);
  const watch = watchOf(rig);
  assert.notEqual(await watch.run(), null);
  assert.equal(watch.held?.ticks, 6);
  const [alert] = alertsOf(rig);
  assert.equal(alert?.state, "open");
  assert.match(
    alert.message,
    /restored to 2026-11-24 12:00:00Z.*1 message and 6 ticks of 1 schedule.*flowlord restore accept or drop/,
  );
  await watchOf(rig).run();
  assert.equal(alertsOf(rig).length, 1);
  await controlOf(rig).decide({ act: "drop", by: "ann", reason: "" });
  for (let step = 0; step < 20; step += 1) await watch.run();
  assert.equal(watch.held, null);
  assert.deepEqual(
    alertsOf(rig).map(({ state }) => state),
    ["resolved"],
  );
});

test("a restore that holds nothing is over after an hour, and nobody is told", async (t) => {
  const rig = await rigWith(t, phase("root", { rule: "cron=@yearly" }), { now: NOON - 1000 });
  await schedule(rig);
  await restored(rig, NOON, NOON + 1000);
  const watch = watchOf(rig);
  await watch.run();
  assert.equal((await heldIn(rig)).restore?.state, "held");
  rig.now += HOUR + 2000;
  await watch.run();
  assert.equal((await heldIn(rig)).restore?.state, "none");
  assert.deepEqual(alertsOf(rig), []);
});
