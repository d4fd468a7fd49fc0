import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import type { TickScheduler } from "../../../src/engine/fire-ticks.ts";
import { fireAt, phase, report, rigWith, schedule, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const hourly = { cron: "0 * * * *", timeout: "2h", retry: 3, retry_delay: "30m" };

/** A task that was sent an hour ago, one that is tried again in half an hour, and two notifications that are tried again. */
async function begun(t: TestContext): Promise<{ rig: Rig; scheduler: TickScheduler }> {
  const rig = await rigWith(t, phase("a", hourly) + phase("b", hourly));
  const scheduler = await schedule(rig);
  const [a, b] = await fireAt(rig, scheduler, Math.ceil(rig.now / HOUR) * HOUR + HOUR);
  assert.ok(a !== undefined && b !== undefined);
  rig.now += MINUTE;
  await report(rig, b, "error");
  const one = { alert: 1, state: "waiting", channel: "x", after: 0, until: 1, attempts: 1, answer: "" } as const;
  rig.stored.plantNotification({ ...one, at: rig.now - MINUTE, due: rig.now + 9 * MINUTE, finishedAt: null });
  await rig.store.flush();
  return { rig, scheduler };
}

/** How long each has still to wait, in minutes. */
function waits({ stored, now }: Rig): unknown {
  const left = (at: unknown): number => Math.round((Number(at) - now) / MINUTE);
  return {
    deadlines: stored.tasks().flatMap((one) => (one.state === "finished" ? [] : [left(one.deadline_at)])),
    // The messages of the ticks are with the bus.
    retry: stored
      .outboxDue()
      .map(left)
      .filter((one) => one > 0 && one < 60),
    notifications: stored.notificationsDue().map(left),
  };
}

describe("a clock that is set back", () => {
  it("leaves deadlines and notifications that are tried again as long as they are", async (t) => {
    const { rig, scheduler } = await begun(t);
    assert.deepEqual(waits(rig), { deadlines: [119, 150], retry: [30], notifications: [9] });
    const before = waits(rig);
    rig.clockSetBy -= 3 * HOUR;
    await fireAt(rig, scheduler, rig.now - 3 * HOUR);
    assert.deepEqual(waits(rig), before);
  });

  it("leaves what was decided, released or told by the new clock as it is", async (t) => {
    const rows = { dependsOn: "a", rule: "meta=n:1,2", template: "?n={meta:n}", max_active: 1, timeout: "2h" };
    const rig = await rigWith(t, phase("a", hourly) + phase("b", rows));
    const scheduler = await schedule(rig);
    const [a] = await fireAt(rig, scheduler, Math.ceil(rig.now / HOUR) * HOUR + HOUR);
    assert.ok(a !== undefined);
    await report(rig, a, "complete");
    const [first] = takeSent(rig);
    assert.ok(first !== undefined, "the second waits for its slot");
    rig.now += MINUTE;
    await fireAt(rig, scheduler, rig.now);
    rig.clockSetBy -= 3 * HOUR;
    rig.now -= 3 * HOUR - MINUTE;
    await report(rig, first, "complete");
    const told = { alert: 1, state: "waiting", channel: "x", after: 0, until: 1, attempts: 1, answer: "" } as const;
    rig.stored.plantNotification({ ...told, at: rig.now, due: rig.now + 10 * MINUTE, finishedAt: null });
    await rig.store.flush();
    const before = waits(rig);
    assert.deepEqual(before, { deadlines: [120], retry: [], notifications: [10] });
    await fireAt(rig, scheduler, rig.now);
    assert.deepEqual(waits(rig), before);
  });

  it("while Flowlord is down leaves none of them behind", async (t) => {
    const { rig } = await begun(t);
    await rig.reopen();
    rig.now -= 3 * HOUR;
    await schedule(rig);
    // How long each had waited then is not known: it waits for its whole delay once more.
    assert.deepEqual(waits(rig), { deadlines: [120, 150], retry: [30], notifications: [10] });
  });
});
