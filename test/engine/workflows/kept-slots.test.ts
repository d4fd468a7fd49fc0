import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { why } from "../../../src/core/why/why.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import {
  alerts,
  arrive,
  dataOf,
  fireAt,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  schedule,
  takeOne,
  takeSent,
} from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

type Keys = Readonly<Record<string, string | number | boolean>>;

const FILES = { files: "/in/*.csv", timeout: "10m" };
const HOLDS = "INCOMPLETE: unfinished task detected; it keeps its slot until it ends or is cancelled";

const trigger = (rig: Rig): Promise<unknown> =>
  createTask({ type: "a", job: "", at: null, workflow: "", info: null, meta: "", by: "a test" }, rig.context);

async function load(rig: Rig, flow: string): Promise<void> {
  await rig.write("flow.toml", flow);
  await rig.reload();
  while (await releaseHeld(rig.context));
}

async function restart(rig: Rig): Promise<void> {
  await rig.reopen();
  while (await releaseHeld(rig.context));
}

/** One task of the phase that is past its deadline; `more` wait for its slot. */
async function overdue(t: TestContext, keys: Keys, more: number): Promise<[Rig, TaskMessage]> {
  const rig = await rigWith(t, phase("a", { ...FILES, ...keys }));
  await arrive(rig, "/in/0.csv");
  const late = takeOne(rig);
  for (let n = 1; n <= more; n += 1) await arrive(rig, `/in/${n}.csv`);
  assert.deepEqual(takeSent(rig), []);
  rig.now += HOUR;
  await checkIncomplete(rig.context);
  return [rig, late];
}

describe("the slot of a task past its deadline", () => {
  const ways: Readonly<Record<string, (rig: Rig) => Promise<unknown>>> = {
    tick: async (rig) => fireAt(rig, await schedule(rig), rig.now + MINUTE),
    child: (rig) => report(rig, rootTask(rig), "complete"),
    file: (rig) => arrive(rig, "/in/1.csv"),
    trigger,
  };
  for (const [way, come] of Object.entries(ways)) {
    for (const cap of [{ overlap: "skip" }, { overlap: "queue" }, { max_active: 1 }] as readonly Keys[]) {
      it(`is said by its alert, made by a ${way}, ${JSON.stringify(cap)}`, async (t) => {
        const keys: Keys = { ...FILES, ...cap, cron: "* * * * *", dependsOn: "root" };
        const rig = await rigWith(t, phase("a", keys));
        await come(rig);
        rig.now += HOUR;
        await checkIncomplete(rig.context);
        assert.deepEqual(
          alerts(rig).map(({ message }) => message),
          [HOLDS],
        );
        assert.equal(dataOf(rig, "incomplete")["holds_slot"], true);
        const late = rig.stored.tasks().findIndex(({ state }) => state === "overdue") + 1;
        const [facts] = await rig.store.reads.lineage.why(String(late));
        assert.ok(facts !== undefined);
        assert.match(
          why(facts, rig.now, "UTC").standing[0]?.sentence ?? "",
          /^overdue: .*; it keeps its slot until one comes$/,
        );
      });
    }
  }

  it("is kept over restarts and reloads that make the cap smaller, larger, or the overlap another", async (t) => {
    const [rig, late] = await overdue(t, { max_active: 1 }, 3);
    const caps: readonly Keys[] = [{ max_active: 1, overlap: "queue" }, { overlap: "queue" }, { overlap: "skip" }];
    for (const keys of caps) {
      await load(rig, phase("a", { ...FILES, ...keys }));
      await restart(rig);
      assert.deepEqual(takeSent(rig), [], JSON.stringify(keys));
    }
    await load(rig, phase("a", { ...FILES, max_active: 3 }));
    assert.equal(takeSent(rig).length, 2, "two beside it");
    await load(rig, phase("a", { ...FILES, max_active: 1 }));
    await report(rig, late, "complete");
    assert.deepEqual(takeSent(rig), [], "two are unfinished, and one may be");
  });

  it("is kept when the cap goes and comes back, with what went in between", async (t) => {
    const [rig, late] = await overdue(t, { max_active: 1 }, 1);
    await load(rig, phase("a", FILES));
    const second = takeOne(rig);
    await arrive(rig, "/in/2.csv");
    const third = takeOne(rig);
    await load(rig, phase("a", { ...FILES, max_active: 1 }));
    await arrive(rig, "/in/3.csv");
    for (const task of [second, third]) {
      await report(rig, task, "complete");
      assert.deepEqual(takeSent(rig), []);
    }
    await restart(rig);
    await report(rig, late, "complete");
    assert.match(takeSent(rig).at(-1)?.meta ?? "", /3\.csv/);
  });

  it("is kept when its phase is taken out and put back", async (t) => {
    const [rig, late] = await overdue(t, { max_active: 1 }, 0);
    await load(rig, phase("b"));
    rig.now += HOUR;
    await load(rig, phase("a", { ...FILES, max_active: 1 }));
    await arrive(rig, "/in/1.csv");
    assert.deepEqual(takeSent(rig), []);
    await report(rig, late, "complete");
    assert.match(takeOne(rig).meta, /1\.csv/);
  });

  it("blocks what waits for the cap of a renamed phase until it ends", async (t) => {
    const [rig, late] = await overdue(t, { max_active: 1 }, 1);
    await load(rig, phase("b", { ...FILES, max_active: 1 }));
    await restart(rig);
    assert.deepEqual(takeSent(rig), []);
    await report(rig, late, "complete");
    while (await releaseHeld(rig.context));
    assert.match(takeOne(rig).meta, /1\.csv/);
  });
});

describe("a phase whose parents are edited", () => {
  const of = (dependsOn: string, keys: Keys = {}): string => phase("a", { ...FILES, dependsOn, ...keys });

  it("is the same phase: its tasks keep their slots, and what waits goes on", async (t) => {
    const rig = await rigWith(t, of("root", { max_active: 1 }));
    await arrive(rig, "/in/0.csv", "/in/1.csv");
    const first = takeOne(rig);
    await load(rig, of("root, other", { max_active: 1 }));
    await restart(rig);
    rig.sent.length = 0;
    await arrive(rig, "/in/2.csv");
    assert.deepEqual(takeSent(rig), []);
    await report(rig, first, "complete");
    assert.match(takeOne(rig).meta, /1\.csv/);
    assert.deepEqual(rig.stored.decisions("phase_retired"), []);
  });

  it("keeps what waits for its resume, and the cursor of its schedule", async (t) => {
    const rig = await rigWith(t, of("root", { paused: true }));
    await arrive(rig, "/in/0.csv");
    await load(rig, of("", { paused: true }));
    rig.now += HOUR;
    await load(rig, of("other"));
    assert.equal(takeSent(rig).length, 1);
    const ticking = (parent: string): string => of(parent, { cron: "0 * * * *", catchup: "all" });
    await load(rig, ticking("root"));
    await schedule(rig);
    await rig.write("flow.toml", ticking("other"));
    rig.now += 2 * HOUR;
    await rig.reopen();
    rig.sent.length = 0;
    assert.equal((await fireAt(rig, await schedule(rig), rig.now + HOUR)).length, 3);
  });

  it("is another one where two of the same task could be meant, or where it is a join", async (t) => {
    const rig = await rigWith(t, of("b", { max_active: 1 }) + of("c", { max_active: 1 }));
    await arrive(rig, "/in/0.csv");
    takeSent(rig);
    await load(rig, of("d", { max_active: 1 }));
    await arrive(rig, "/in/1.csv");
    assert.equal(takeSent(rig).length, 1);
    await load(rig, of("d, e", { max_active: 1, join: "all" }));
    await arrive(rig, "/in/2.csv");
    assert.equal(takeSent(rig).length, 1);
  });
});

describe("a cap that a reload gives to a phase", () => {
  for (const [cap, expected] of [
    [{ max_active: 2 }, ["1 sent"]],
    [{ max_active: 1 }, ["0 sent"]],
    [{ overlap: "queue" }, ["0 sent"]],
    [{ overlap: "skip" }, ["0 sent"]],
  ] as const) {
    it(`counts the tasks that it has already: ${JSON.stringify(cap)}`, async (t) => {
      const rig = await rigWith(t, phase("a", FILES) + phase("b", FILES));
      await arrive(rig, "/in/0.csv");
      takeSent(rig);
      await load(rig, phase("a", { ...FILES, ...cap }) + phase("b", FILES));
      await arrive(rig, "/in/1.csv", "/in/2.csv");
      assert.deepEqual([`${takeSent(rig).filter(({ type }) => type === "a").length} sent`], expected);
    });
  }

  it("counts those that a start finds, and a retry that waits, but not what has been lost for days", async (t) => {
    const rig = await rigWith(t, phase("a", { ...FILES, retry: 1, retry_delay: "3h" }));
    await arrive(rig, "/in/0.csv");
    takeOne(rig);
    rig.now += 2 * DAY;
    await checkIncomplete(rig.context);
    await arrive(rig, "/in/1.csv");
    await report(rig, takeOne(rig), "error");
    await rig.write("flow.toml", phase("a", { ...FILES, retry: 1, retry_delay: "3h", max_active: 1 }));
    await restart(rig);
    rig.sent.length = 0;
    await arrive(rig, "/in/2.csv");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(dataOf(rig, "held")["active"], 1);
    assert.deepEqual(records(rig), ["a overdue - 0", "a finished error 0", "a waiting - 1", "a waiting - 0"]);
  });
});
