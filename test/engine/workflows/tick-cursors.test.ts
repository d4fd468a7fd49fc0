import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import type { Store } from "../../../src/store/store.ts";
import { TickScheduler } from "../../../src/engine/fire-ticks.ts";
import { alerts, codes, dataOf, fireAt, phase, rigWith, schedule, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

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

describe("a paused phase", () => {
  const paused = { ...hourly, paused: true };

  it("fires no ticks, records that, and continues from the moment it is resumed", async (t) => {
    const rig = await rigWith(t, phase("a", paused));
    const scheduler = await schedule(rig);
    assert.deepEqual(await fireAt(rig, scheduler, NOON + 2 * HOUR + MINUTE), []);
    const { reason, count } = dataOf(rig, "tick_skipped");
    assert.deepEqual([reason, count], ["the phase is paused", 2]);
    await rig.write("flow.toml", phase("a", hourly));
    await scheduler.load((await rig.reload()).graph);
    assert.deepEqual(await fireAt(rig, scheduler, rig.now), []);
    assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 3 * HOUR)), ["150000"]);
  });

  it("that was paused while Flowlord ran catches up nothing by default, also when resumed during a downtime", async (t) => {
    const rig = await rigWith(t, phase("a", paused));
    await fireAt(rig, await schedule(rig), NOON + 5 * HOUR);
    await rig.write("flow.toml", phase("a", hourly));
    await rig.reopen();
    assert.deepEqual(times(await fireAt(rig, await schedule(rig), NOON + 6 * HOUR)), ["180000"]);
  });

  it("does not expect its files", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*", expect_by: "0 * * * *", paused: true }));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    assert.deepEqual([alerts(rig), codes(rig)], [[], []]);
  });
});

describe("a cursor", () => {
  const flow = (cron: string, timezone = "UTC"): string =>
    phase("a", { ...hourly, cron, timezone, catchup: "all" }) +
    phase("f", { files: "/in/*", expect_by: cron, timezone });
  const nothing = (rig: Rig): void => {
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(alerts(rig), []);
    assert.deepEqual(codes(rig), []);
  };

  for (const [name, later] of [
    ["another expression", flow("*/30 * * * *")],
    ["another zone", flow("0 * * * *", "Asia/Kolkata")],
  ] as const) {
    it(`does not belong to a schedule of ${name}, also one that was changed during a downtime`, async (t) => {
      const rig = await rigWith(t, flow("0 * * * *"));
      await schedule(rig);
      await rig.write("flow.toml", later);
      await rig.reopen();
      rig.now = NOON + 2 * HOUR + 10 * MINUTE;
      const scheduler = await schedule(rig);
      await fireAt(rig, scheduler, rig.now);
      nothing(rig);
      assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 2 * HOUR + 30 * MINUTE)).length, 1);
    });
  }

  const schedules: Readonly<Record<string, string>> = {
    "its phases": phase("other"),
    "its schedules": phase("a", { template: "?t={TS}" }) + phase("f", { files: "/in/*" }),
  };
  for (const [name, without] of Object.entries(schedules)) {
    it(`begins anew when ${name} return, but for a file that is swapped`, async (t) => {
      const rig = await rigWith(t, flow("0 * * * *"));
      let scheduler = await schedule(rig);
      const put = async (text: string): Promise<void> => {
        await rig.write("flow.toml", text);
        await scheduler.load((await rig.reload()).graph);
      };
      rig.now = NOON + HOUR - 10_000;
      await put(without);
      rig.now += 40_000;
      await put(flow("0 * * * *"));
      assert.deepEqual(times(await fireAt(rig, scheduler, rig.now)), ["130000"], "no tick is lost");
      const before = [alerts(rig).length, codes(rig).length];
      await put(without);
      await rig.reopen();
      scheduler = await schedule(rig);
      rig.now += 2 * HOUR;
      await put(flow("0 * * * *"));
      assert.deepEqual(await fireAt(rig, scheduler, rig.now), []);
      assert.deepEqual([alerts(rig).length, codes(rig).length], before);
      assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 4 * HOUR)), ["160000"]);
    });
  }

  it("of an earlier version goes on", async (t) => {
    const rig = await rigWith(t, flow("0 * * * *"));
    await schedule(rig);
    const rows = await rig.store.schedules();
    await rig.store.moveCursors(
      rows.map((row) => ({ ...row, spec: null })),
      rig.now,
    );
    await rig.reopen();
    assert.equal((await fireAt(rig, await schedule(rig), NOON + 2 * HOUR)).length, 2);
  });
});

describe("a reload", () => {
  it("keeps the cursor of a phase; an edited schedule begins now", async (t) => {
    const rig = await rigWith(t, phase("a", hourly) + phase("b", { ...hourly, catchup: "all" }));
    const scheduler = await schedule(rig);
    rig.now = NOON + 5 * MINUTE;
    const edited = phase("b", { ...hourly, catchup: "all", cron: "*/2 * * * *" });
    await rig.write("flow.toml", phase("a", { ...hourly, template: "?t=new" }) + edited);
    await scheduler.load((await rig.reload()).graph);
    assert.deepEqual(cursors(rig), [0, 5 * MINUTE]);
    assert.deepEqual(times(await fireAt(rig, scheduler, NOON + 6 * MINUTE)), ["120600"]);
  });

  it("drops the ticks of a removed phase, also one in progress", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, "meta-file": "<dir>/rows.json" }) + phase("b", hourly), {
      files: { "rows.json": '{"x":1}\n' },
    });
    const scheduler = await schedule(rig);
    rig.now = NOON + HOUR;
    // The tick reads its rows, and the reload happens meanwhile.
    await rig.write("flow.toml", phase("b", { ...hourly, template: "?t=new" }));
    const reload = rig.reload().then(({ graph }) => scheduler.load(graph));
    const firing = scheduler.fire();
    await Promise.all([firing, reload]);
    while (await scheduler.fire());
    const sent = takeSent(rig).map(({ type }) => type);
    assert.equal(sent.filter((type) => type === "b").length, 1);
    assert.ok(sent.length === 2 || codes(rig).includes("tick_skipped"));
    assert.deepEqual([scheduler.count, scheduler.nextAt], [1, NOON + 2 * HOUR]);
  });

  it("while a tick is decided does not decide it again", async (t) => {
    const rig = await rigWith(t, phase("a", hourly) + phase("f", { files: "/in/*", expect_by: "0 * * * *" }));
    let reload = async (): Promise<void> => {};
    const scheduler = withStore(rig, (store) => ({
      fireTicks: async (...input) => {
        // Both read the cursor before the tick is committed.
        await reload();
        return await store.fireTicks(...input);
      },
    }));
    await scheduler.load(rig.context.graph());
    rig.now = NOON + HOUR;
    reload = async () => await scheduler.load(rig.context.graph());
    await scheduler.fire();
    reload = async () => {};
    await scheduler.fire();
    assert.equal(takeSent(rig).length, 1);
    assert.equal(alerts(rig).length, 1);
    assert.equal(rig.stored.decisions("file_missing").length, 1);
  });

  it("swaps a batch of schedules for others in one step", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    const scheduler = await schedule(rig);
    await rig.write("flow.toml", phase("b", { cron: "30 * * * *" }) + phase("c", { cron: "0 0 * * *" }));
    await scheduler.load((await rig.reload()).graph);
    assert.deepEqual([scheduler.count, scheduler.nextAt], [2, NOON + HOUR / 2]);
    assert.deepEqual(
      (await fireAt(rig, scheduler, NOON + HOUR / 2)).map(({ type }) => type),
      ["b"],
    );
  });
});
