import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import type { Store } from "../../src/store/store.ts";
import { TickScheduler } from "../../src/engine/fire-ticks.ts";
import { alerts, codes, dataOf, fireAt, phase, report, rigWith, rootTask, schedule, takeSent } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

const hourly = { cron: "0 * * * *", template: "?t={TS}" };
/** The rig begins at noon. */
const NOON = Date.UTC(2026, 10, 24, 12);

function times(tasks: readonly { readonly info: string }[]): string[] {
  return tasks.map(({ info }) => info.replace("?t=20261124T", "").replace("?t=", ""));
}

function cursors(rig: Rig): number[] {
  return rig.stored.cursors().map((at) => at - NOON);
}

/** The engine on a store of which some methods are replaced. */
function withStore(rig: Rig, own: (store: Store) => Partial<Store>): TickScheduler {
  const context = Object.create(rig.context, {
    store: {
      get: () =>
        new Proxy(rig.context.store, {
          get: (store, key) => Reflect.get(own(store), key) ?? Reflect.get(store, key),
        }),
    },
  }) as typeof rig.context;
  return new TickScheduler(context);
}

describe("ticks", () => {
  it("fire once each, with tasks of their own; the schedule of a new phase begins now", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, offset: "-2h" }) + phase("b:j", hourly));
    const scheduler = await schedule(rig);
    assert.deepEqual([scheduler.count, scheduler.nextAt], [2, NOON + HOUR]);
    assert.deepEqual(await fireAt(rig, scheduler, NOON + HOUR - 1), []);
    const tasks = await fireAt(rig, scheduler, NOON + HOUR);
    assert.deepEqual(
      tasks.map(({ type, job, info, meta }) => [type, job, info, meta]),
      [
        ["a", "", "?t=20261124T110000", "workflow=flow.toml&cron=2026-11-24T11"],
        ["b", "j", "?t=20261124T130000", "workflow=flow.toml&cron=2026-11-24T13&job=j"],
      ],
    );
    assert.deepEqual(await fireAt(rig, scheduler, NOON + HOUR + 1), []);
    assert.equal(scheduler.nextAt, NOON + 2 * HOUR);
    assert.deepEqual(cursors(rig), [HOUR, HOUR]);
  });

  it("continue after a restart from their cursor", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    await rig.reopen();
    const again = await schedule(rig);
    assert.deepEqual(await fireAt(rig, again, NOON + HOUR), []);
    assert.deepEqual(times(await fireAt(rig, again, NOON + 2 * HOUR)), ["140000"]);
  });

  it("that are a little late all fire", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, cron: "*/10 * * * * *" }));
    const scheduler = await schedule(rig);
    assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 35_000)), ["120010", "120020", "120030"]);
    assert.ok(!codes(rig).includes("tick_missed"));
  });

  it("of more schedules than fit one transaction all fire", async (t) => {
    const flow = Array.from({ length: 260 }, (_, n) => phase(`type-${n}`, hourly)).join("");
    const rig = await rigWith(t, flow);
    const scheduler = await schedule(rig);
    rig.now = NOON + HOUR;
    assert.equal(await scheduler.fire(), true);
    assert.equal(takeSent(rig).length, 250);
    assert.equal(await scheduler.fire(), false);
    assert.equal(takeSent(rig).length, 10);
  });

  it("that cannot be committed fire a moment later, none twice", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    let isFull = true;
    const scheduler = withStore(rig, (store) => ({
      fireTicks: (...input) => (isFull ? Promise.reject(new Error("disk full")) : store.fireTicks(...input)),
    }));
    await scheduler.load(rig.context.graph());
    rig.now = NOON + HOUR;
    await assert.rejects(scheduler.fire(), /disk full/);
    assert.deepEqual([takeSent(rig), cursors(rig)], [[], [0]]);
    assert.equal(await scheduler.fire(), false, "not again at once");
    isFull = false;
    rig.now += 1000;
    await scheduler.fire();
    assert.deepEqual(times(takeSent(rig)), ["130000"]);
    assert.equal(scheduler.nextAt, NOON + 2 * HOUR);
  });

  it("that were committed before a crash do not fire again", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    const scheduler = withStore(rig, (store) => ({
      fireTicks: async (...input) => {
        await store.fireTicks(...input);
        throw new Error("the answer got lost");
      },
    }));
    await scheduler.load(rig.context.graph());
    rig.now = NOON + HOUR;
    await assert.rejects(scheduler.fire(), /lost/);
    await rig.reopen();
    assert.deepEqual(await fireAt(rig, await schedule(rig), NOON + HOUR), []);
    await rig.sweep();
    assert.deepEqual(times(takeSent(rig)), ["130000"]);
  });

  it("whose rows cannot be read create no task, and raise an alert that counts them", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, "meta-file": "<dir>/none.json" }) + phase("b", hourly));
    const scheduler = await schedule(rig);
    assert.equal((await fireAt(rig, scheduler, NOON + HOUR)).length, 1);
    await fireAt(rig, scheduler, NOON + 2 * HOUR);
    assert.deepEqual(
      alerts(rig).map(({ type, task_type, count }) => `${type} ${task_type} ${count}`),
      ["workflow_invalid a 2"],
    );
  });
});

describe("missed ticks", () => {
  for (const [name, keys, fired, missed] of [
    ["none: are passed over", {}, [], 5],
    ["last: the last one is made up for", { catchup: "last" }, ["170000"], 4],
    ["all: each is made up for", { catchup: "all" }, ["130000", "140000", "150000", "160000", "170000"], null],
    ["all, within the window", { catchup: "all", catchup_window: "2h" }, ["160000", "170000"], 3],
    ["last, outside of the window", { catchup: "last", catchup_window: "10m" }, [], 5],
  ] as const) {
    it(name, async (t) => {
      const rig = await rigWith(t, phase("a", { ...hourly, ...keys }));
      await schedule(rig);
      await rig.reopen();
      rig.now = NOON + 5 * HOUR + 30 * MINUTE;
      const scheduler = await schedule(rig);
      assert.deepEqual(times(await fireAt(rig, scheduler, rig.now)), fired);
      if (missed === null) assert.ok(!codes(rig).includes("tick_missed"));
      else assert.equal(dataOf(rig, "tick_missed")["count"], missed);
      assert.equal(rig.stored.decisions("tick_late").length, fired.length);
      assert.deepEqual(cursors(rig), [5 * HOUR]);
      assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 6 * HOUR)), ["180000"]);
    });
  }

  it("that are too many for one step let others in between, and none is lost", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, cron: "* * * * *", catchup: "all" }));
    await schedule(rig);
    rig.now = NOON + 20 * HOUR;
    const scheduler = await schedule(rig);
    assert.equal(await scheduler.fire(), true);
    assert.equal(takeSent(rig).length, 1000);
    assert.equal(await scheduler.fire(), false);
    assert.equal(takeSent(rig).length, 200);
    const ticks = rig.stored.tasks().map((task) => task.scheduled_at);
    assert.deepEqual([ticks.length, new Set(ticks).size], [1200, 1200]);
  });

  it("obey overlap when they are caught up", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, catchup: "all", overlap: "skip" }));
    await schedule(rig);
    rig.now = NOON + 3 * HOUR + 30 * MINUTE;
    assert.deepEqual(times(await fireAt(rig, await schedule(rig), rig.now)), ["130000"]);
    assert.equal(rig.stored.decisions("tick_skipped").length, 2);
  });
});

describe("the clock", () => {
  it("set forward by more than a minute is like a downtime", async (t) => {
    const rig = await rigWith(t, phase("none", hourly) + phase("last", { ...hourly, catchup: "last" }));
    const scheduler = await schedule(rig);
    const tasks = await fireAt(rig, scheduler, NOON + 3 * HOUR + 5 * MINUTE);
    assert.deepEqual(
      tasks.map(({ type, info }) => `${type} ${info}`),
      ["last ?t=20261124T150000"],
    );
    assert.deepEqual(dataOf(rig, "tick_missed")["first"], NOON + HOUR);
  });

  it("set back never fires a tick twice, even after a restart", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, catchup: "all" }));
    let scheduler = await schedule(rig);
    assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 2 * HOUR)), ["130000", "140000"]);
    for (const minutes of [-90, -60, -1, 0, 59]) {
      assert.deepEqual(await fireAt(rig, scheduler, NOON + 2 * HOUR + minutes * MINUTE), [], `${minutes}`);
      await rig.reopen();
      scheduler = await schedule(rig);
    }
    assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 3 * HOUR)), ["150000"]);
  });
});

describe("the clock while Flowlord runs", () => {
  /** Sets the clock without time passing. */
  async function setClock(rig: Rig, scheduler: TickScheduler, now: number): Promise<string[]> {
    rig.clockSetBy += now - rig.now;
    return times(await fireAt(rig, scheduler, now));
  }

  it("set forward by mistake and put right: schedules go on, and one alert tells", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, cron: "*/10 * * * *" }));
    const scheduler = await schedule(rig);
    await setClock(rig, scheduler, NOON + 2 * HOUR + 5 * MINUTE);
    assert.match(alerts(rig)[0]?.message ?? "", /missed 12 ticks .* when the clock was set forward by 2h 05m/);
    assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 2 * HOUR + 10 * MINUTE)), ["141000"]);
    assert.deepEqual(await setClock(rig, scheduler, NOON + 10 * MINUTE - 1), []);
    assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 10 * MINUTE)), ["121000"]);
    assert.deepEqual(
      alerts(rig)
        .map(({ type, message }) => [type, message])
        .slice(1),
      [
        [
          "clock_set_back",
          "the clock was set back by 2h 00m: schedules go on from 2026-11-24T12:09:59Z, and no tick is fired twice",
        ],
      ],
    );
    const until = times(await fireAt(rig, scheduler, NOON + 2 * HOUR + 20 * MINUTE));
    assert.ok(!until.includes("141000"), "fired when the clock was wrong");
  });

  it("set back leaves delays as long as they are, and what was due is due", async (t) => {
    const flow = phase("a", { retry: 9, retry_delay: "30s" }) + phase("b", { retry: 9, retry_delay: "3h" });
    const rig = await rigWith(t, flow);
    const scheduler = await schedule(rig);
    const waits = async (): Promise<number[]> => {
      await rig.store.flush();
      return rig.stored.outboxDue().map((due) => due - rig.now);
    };
    await report(rig, rootTask(rig, { type: "b" }), "error");
    assert.deepEqual(await fireAt(rig, scheduler, rig.now + HOUR), []);
    await report(rig, rootTask(rig, { type: "a" }), "error");
    await fireAt(rig, scheduler, rig.now + 10_000);
    assert.deepEqual(await waits(), [20_000, 2 * HOUR - 10_000]);
    await setClock(rig, scheduler, rig.now - 30 * MINUTE);
    assert.deepEqual(await waits(), [20_000, 2 * HOUR - 10_000]);
    rig.now += 25_000;
    // Due for five seconds, but not sent: the bus was full.
    await setClock(rig, scheduler, rig.now - HOUR);
    assert.deepEqual(await waits(), [0, 2 * HOUR - 35_000]);
  });

  it("set back while Flowlord was down leaves no retry behind", async (t) => {
    const rig = await rigWith(t, phase("a", { retry: 9, retry_delay: "30s" }));
    await schedule(rig);
    await report(rig, rootTask(rig, { type: "a" }), "error");
    await rig.reopen();
    rig.now -= 5 * HOUR;
    await schedule(rig);
    assert.deepEqual(
      rig.stored.outboxDue().map((due) => due - rig.now),
      [30_000],
    );
  });

  it("set back while Flowlord was down is told at the start", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    await fireAt(rig, await schedule(rig), NOON + 5 * HOUR);
    await rig.reopen();
    rig.now = NOON + HOUR + MINUTE;
    const scheduler = await schedule(rig);
    assert.deepEqual(
      alerts(rig)
        .map(({ type }) => type)
        .filter((type) => type === "clock_set_back").length,
      1,
    );
    assert.equal(scheduler.nextAt, NOON + 2 * HOUR);
  });
});
