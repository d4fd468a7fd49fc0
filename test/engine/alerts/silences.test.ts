import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import { newAlert } from "../../../src/core/decide/new-alert.ts";
import { alertRig } from "./alert-rig.ts";
import { phase, rigWith } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FLOW = phase("root", { retry: 0, cron: "@yearly" });

function states(rig: Rig): string[] {
  return rig.stored.alerts().map(({ type, state, count }) => `${type} ${state} ${count}`);
}

function changes(rig: Rig): string[] {
  return rig.stored.alertChanges().map(({ state, by, note }) => `${state} by ${by}: ${note}`);
}

async function raise(rig: Rig, about: Parameters<typeof newAlert>[2]): Promise<void> {
  await rig.store.record({ alerts: [newAlert("retry_exhausted", "boom", about)], decisions: [] }, rig.now);
}

describe("a silence", () => {
  it("suppresses notifications, names what it covers, and sends them once when it ends", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    await afterChange.turn();
    const matcher = { ...ANY_ALERT, types: ["load*"] };
    const span = { startsAt: rig.now, endsAt: rig.now + 2 * HOUR };
    const id = await rig.store.alerts.addSilence(
      { alertId: null, matcher, ...span, author: "ada", reason: "disks" },
      rig.now,
    );
    for (let n = 0; n < 3; n++) {
      await raise(rig, { taskType: "load" });
      rig.now += 10 * MINUTE;
      await afterChange.turn();
    }
    await raise(rig, { taskType: "other" });
    rig.now += 10 * MINUTE;
    await afterChange.turn();
    assert.deepEqual(
      afterChange.received.map(({ alerts: of }) => of.map((one) => one.task_type)),
      [["other"]],
    );
    const [silence] = await rig.store.reads.alerts.silences({ limit: 5, before: null, includeEnded: false });
    assert.deepEqual(
      [silence?.id, silence?.state, silence?.covers, silence?.covered[0]?.task_type, silence?.matcher],
      [id, "in_force", 1, "load", matcher],
    );
    rig.now += 2 * HOUR;
    await afterChange.turn();
    rig.now += 2 * HOUR;
    await afterChange.turn();
    const after = afterChange.received
      .slice(1)
      .map(({ alerts: of }) => of.map((one) => `${one.task_type} ${one.new_count}`));
    assert.deepEqual(after, [["load 3"]]);
    assert.deepEqual(changes(rig), ["silenced by ada: silence 1: disks", "open by flowlord: silence 1 ended"]);
  });

  it("of one alert leaves the others alone, and can be ended before its time", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    await raise(rig, { taskType: "a" });
    await raise(rig, { taskType: "b" });
    const span = { startsAt: rig.now, endsAt: rig.now + HOUR };
    const silence = { alertId: 1, matcher: ANY_ALERT, ...span, author: "ada", reason: "" };
    const id = await rig.store.alerts.addSilence(silence, rig.now);
    await afterChange.turn();
    assert.deepEqual(
      states(rig).map((state) => state.split(" ")[1]),
      ["silenced", "open"],
    );
    assert.equal(await rig.store.alerts.removeSilence(id, "bob", rig.now), true);
    assert.equal(await rig.store.alerts.removeSilence(id, "bob", rig.now), false);
    rig.now += HOUR;
    await afterChange.turn();
    assert.deepEqual(
      afterChange.received.map(({ alerts: of }) => of.map((one) => one.task_type)),
      [["b"], ["a"]],
    );
  });

  it("hands over to another that covers the same, and works for very many alerts", async (t) => {
    const rig = await rigWith(t, FLOW);
    const afterChange = alertRig(rig);
    const many = Array.from({ length: 1200 }, (_, n) =>
      newAlert("incomplete", "late", { taskType: "load", taskTime: wallOf(n * HOUR) }),
    );
    await rig.store.record({ alerts: many, decisions: [] }, rig.now);
    const silence = { alertId: null, matcher: ANY_ALERT, author: "ada", reason: "" };
    await rig.store.alerts.addSilence({ ...silence, startsAt: rig.now, endsAt: rig.now + HOUR }, rig.now);
    await rig.store.alerts.addSilence({ ...silence, startsAt: rig.now, endsAt: rig.now + 2 * HOUR }, rig.now);
    await afterChange.turn();
    rig.now += HOUR;
    await afterChange.turn();
    const found = rig.stored.alerts().map(({ state, silence_id: silence }) => `${state} by ${silence}`);
    assert.deepEqual([...new Set(found)], ["silenced by 2"]);
    assert.equal(afterChange.received.length, 0);
    rig.now += HOUR;
    await afterChange.turn();
    rig.now += HOUR;
    await afterChange.turn();
    assert.deepEqual(
      afterChange.received.map(({ alerts: of, text }) => [of.length, /load: +(\d+)/.exec(text)?.[1]]),
      [[200, "1200"]],
    );
  });
});
