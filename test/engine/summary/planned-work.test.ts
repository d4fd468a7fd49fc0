import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { PlannedAhead, plannedWork } from "../../../src/engine/summary/planned-work.ts";
import { phase, rigWith } from "../rig/drive.ts";

test("planned work counts the ticks of the coming day by hour, without paused phases", async (t) => {
  const flow =
    phase("a", { cron: "0 * * * *" }) +
    phase("b:x", { cron: "30 13 * * *" }) +
    phase("c", { cron: "* * * * *", paused: true });
  const rig = await rigWith(t, flow + phase("d", { files: "/in/*.csv" }));
  const work = await plannedWork(rig.context.graph(), rig.now, async () => undefined);
  assert.equal(work.until, rig.now + 24 * HOUR);
  assert.equal(work.hours.length, 23, "of the 24 hours the first has begun, and the last is not there to its end");
  assert.deepEqual(work.hours.find(({ at }) => at === Date.UTC(2026, 10, 24, 13))?.ticks, 2);
  assert.deepEqual(work.next.slice(0, 2), [
    { at: Date.UTC(2026, 10, 24, 13), type: "a", job: "", workflow: "flow.toml" },
    { at: Date.UTC(2026, 10, 24, 13, 30), type: "b", job: "x", workflow: "flow.toml" },
  ]);
  assert.equal(work.next.length, 10);
});

test("planned work looks at so many ticks, and says how far that reaches", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "* * * * * *" }) + phase("b", { cron: "0 0 * * *" }));
  const graph = rig.context.graph();
  const work = await plannedWork(graph, rig.now, async () => undefined);
  assert.equal(work.until, rig.now + 2000 * 1000 + 1000);
  assert.equal(
    work.hours.reduce((sum, { ticks }) => sum + ticks, 0),
    2000,
  );
  const ahead = new PlannedAhead(() => 0);
  assert.equal(ahead.of(graph, rig.now), ahead.of(graph, rig.now + 59_000));
  assert.notEqual(ahead.of(graph, rig.now), ahead.of(graph, rig.now + 60_000));
  await rig.write("more.toml", phase("c", { cron: "0 1 * * *" }));
  await rig.reload();
  assert.notEqual(ahead.of(graph, rig.now), ahead.of(rig.context.graph(), rig.now));
});

test("planned work of many phases lets others go first", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }) + phase("b", { cron: "0 0 * * *" }));
  let now = 0;
  // Each look at the clock is 10 ms later: too long for a step.
  const work = new PlannedAhead(() => (now += 10)).of(rig.context.graph(), rig.now);
  let isDone = false;
  void work.then(() => (isDone = true));
  await setImmediate();
  assert.equal(isDone, false);
  assert.equal((await work).next.length, 10);
});
