import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { why } from "../../../src/core/why/why.ts";
import { explain } from "../../../src/core/why/explain.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import {
  arrive,
  codes,
  dataOf,
  fireAt,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  schedule,
  takeSent,
} from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const WAYS_IN = { files: "/in/*.csv", dependsOn: "root" };
const PAUSED = phase("a", { ...WAYS_IN, paused: true });

async function load(rig: Rig, flow: string): Promise<void> {
  await rig.write("flow.toml", flow);
  await rig.reload();
  while (await releaseHeld(rig.context));
}

async function standing(rig: Rig, record: number): Promise<string> {
  const [facts] = await rig.store.reads.lineage.why(String(record));
  assert.ok(facts !== undefined);
  return why(facts, rig.now, "UTC").standing[0]?.sentence ?? "";
}

/** A file event and a finished parent that a paused phase keeps. */
async function kept(t: Parameters<typeof rigWith>[0]): Promise<Rig> {
  const rig = await rigWith(t, PAUSED);
  await arrive(rig, "/in/1.csv");
  await report(rig, rootTask(rig), "complete");
  assert.deepEqual(takeSent(rig), []);
  return rig;
}

describe("a paused phase", () => {
  it("is named by what waits for it, since when and how it goes on, over reloads and restarts", async (t) => {
    const rig = await kept(t);
    const expected =
      /^not sent yet: its phase `a` is paused since 2026-11-24 12:00:00Z \(1h 00m\); it goes on when `paused` is removed from the phase in line 1 of flow\.toml$/;
    rig.now += HOUR;
    await load(rig, `${PAUSED}\n# touched\n`);
    await rig.reopen();
    assert.match(await standing(rig, 1), expected);
    await load(rig, phase("a", { ...WAYS_IN, max_active: 1 }));
    assert.match(await standing(rig, 3), /it waits for a slot of its phase$/);
    rig.now += HOUR;
    await load(rig, phase("a", { ...WAYS_IN, max_active: 1, paused: true }));
    assert.match(await standing(rig, 3), /paused since 2026-11-24 14:00:00Z \(0 ms\)/);
  });

  it("is said of a task that waited for a slot before the pause", async (t) => {
    const rig = await rigWith(t, phase("a", { ...WAYS_IN, max_active: 1 }));
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    await load(rig, phase("a", { ...WAYS_IN, max_active: 1, paused: true }));
    assert.match(await standing(rig, 2), /is paused since/);
  });

  for (const [what, after] of [
    ["removed", phase("b")],
    ["renamed", phase("b", WAYS_IN)],
    ["renamed and resumed", phase("a:x", { ...WAYS_IN, max_active: 1 })],
  ] as const) {
    it(`starts nothing of what it kept when it is ${what}, and that is said`, async (t) => {
      const rig = await kept(t);
      await load(rig, after);
      assert.partialDeepStrictEqual(dataOf(rig, "phase_retired"), { held: 2, paused: true });
      assert.deepEqual(records(rig).at(-1), "a waiting - 0", "a file that is swapped loses nothing");
      rig.now += 2 * MINUTE;
      await rig.reopen();
      while (await releaseHeld(rig.context));
      assert.deepEqual(takeSent(rig), []);
      assert.deepEqual(records(rig), ["a cancelled - 0", "root finished complete 0", "a cancelled - 0"]);
      const said = rig.stored.decisions("held_cancelled").map(({ record_id }) => record_id);
      assert.deepEqual(said, [1, 3]);
      const sentence = explain(
        { code: "held_cancelled", phase: null, data: dataOf(rig, "held_cancelled") } as never,
        "UTC",
      );
      assert.match(sentence, /waited for the resume: .* removed from its file while it was paused/);
      await load(rig, phase("a", WAYS_IN));
      assert.deepEqual(takeSent(rig), [], "nor when it comes back");
    });
  }

  it("goes on with what it kept when its file is swapped and it is resumed within a minute", async (t) => {
    const rig = await kept(t);
    await load(rig, phase("b"));
    rig.now += MINUTE / 2;
    await load(rig, phase("a", WAYS_IN));
    assert.equal(takeSent(rig).length, 2);
  });

  it("keeps nothing of a trigger that it does not know", async (t) => {
    const rig = await kept(t);
    const before = codes(rig).length;
    await report(rig, rootTask(rig, { info: "?1", meta: "workflow=gone.toml" }), "complete");
    await report(rig, rootTask(rig, { type: "stranger" }), "complete");
    await report(rig, rootTask(rig, { type: "stranger", info: "?2" }), "error");
    await arrive(rig, "/elsewhere/1.csv");
    assert.deepEqual(codes(rig).slice(before), [
      "external_task",
      "result_recorded",
      "external_task",
      "result_recorded",
      "external_task",
      "phase_unknown",
      "file_unmatched",
    ]);
    await load(rig, phase("a", WAYS_IN));
    assert.equal(takeSent(rig).length, 2, "the file and the parent that it knows");
  });

  it("skips the ticks of its pause and keeps the cursor of its schedule", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 * * * *", paused: true }));
    const scheduler = await schedule(rig);
    assert.deepEqual(await fireAt(rig, scheduler, rig.now + 3 * HOUR), []);
    await load(rig, phase("a", { cron: "0 * * * *" }));
    await scheduler.load(rig.context.graph());
    assert.equal((await fireAt(rig, scheduler, rig.now + HOUR)).length, 1);
  });
});
