import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { MaintenanceRun } from "../../../src/contract/live/database-metrics.ts";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { DatabaseCare } from "../../../src/engine/maintenance/database-care.ts";
import type { Store } from "../../../src/store/store.ts";

const BEGIN = Date.UTC(2026, 10, 24, 12);

/** A database that does at once what it is told, and says what that was. */
function scene({ measureMs = 100 } = {}) {
  const clock = { now: BEGIN, monotonic: 0 };
  const done: string[] = [];
  const problems: string[] = [];
  const runs = new Map<string, MaintenanceRun>();
  const state = { integrity: "clean", failing: false, stale: ["task_records", "decisions"] };
  const keep = (kind: MaintenanceRun["kind"], ms: number): MaintenanceRun => {
    const run = { kind, at: clock.now, ms };
    runs.set(kind, run);
    return run;
  };
  const maintenance: Partial<Store["maintenance"]> = {
    lastRun: async (kind) => runs.get(kind) ?? null,
    measure: async () => {
      done.push("measure");
      if (state.failing) throw new Error("no process could be started");
      return keep("measure", measureMs);
    },
    check: async () => {
      done.push("check");
      keep("check", 10);
    },
    staleStatistics: async () => state.stale,
    analyze: async (table) => {
      done.push(`analyze ${table}`);
    },
    analyzed: async ({ at, ms }) => {
      runs.set("analyze", { kind: "analyze", at, ms });
    },
  };
  const store = { maintenance, health: () => state } as unknown as Pick<Store, "maintenance" | "health">;
  const care = new DatabaseCare({
    runtime: { now: () => clock.now, monotonic: () => clock.monotonic },
    store,
    onProblem: (error) => problems.push(error.message),
  });
  const pass = async (ms: number): Promise<readonly string[]> => {
    clock.now += ms;
    clock.monotonic += ms;
    done.length = 0;
    for (let next = 0; next <= clock.now; await setImmediate()) next = await care.run();
    return [...done];
  };
  return { clock, state, problems, pass };
}

describe("the care for the database", () => {
  it("begins a minute after the start: measures, checks, and analyzes a table a turn", async () => {
    const { pass } = scene();
    assert.deepEqual(await pass(1000), []);
    assert.deepEqual(await pass(MINUTE), ["measure", "check", "analyze task_records", "analyze decisions"]);
    assert.deepEqual(await pass(MINUTE), []);
  });

  it("measures each hour, analyzes each day, and checks each week", async () => {
    const { pass, state } = scene();
    await pass(MINUTE);
    const counts = new Map<string, number>();
    state.stale = ["decisions"];
    for (let hour = 0; hour < 14 * 24; hour += 1)
      for (const one of await pass(HOUR)) counts.set(one, (counts.get(one) ?? 0) + 1);
    assert.deepEqual(Object.fromEntries(counts), { measure: 336, "analyze decisions": 14, check: 2 });
  });

  it("measures a file that takes long less often", async () => {
    const { pass } = scene({ measureMs: 4 * MINUTE });
    await pass(MINUTE);
    assert.deepEqual(await pass(3 * HOUR), []);
    assert.deepEqual(await pass(HOUR), ["measure"]);
  });

  it("begins no check while one runs", async () => {
    const { pass, state } = scene();
    state.integrity = "checking";
    assert.ok(!(await pass(MINUTE)).includes("check"));
    state.integrity = "checked";
    assert.ok((await pass(MINUTE)).includes("check"));
  });

  it("tries again an hour after a failure", async () => {
    const { pass, state, problems } = scene();
    state.failing = true;
    await pass(MINUTE);
    assert.deepEqual(await pass(30 * MINUTE), []);
    assert.deepEqual(await pass(30 * MINUTE), ["measure"]);
    assert.deepEqual(problems, ["no process could be started", "no process could be started"]);
  });

  it("does what is due when the clock was set back", async () => {
    const { pass, clock } = scene();
    await pass(MINUTE);
    clock.now -= 2 * DAY;
    const done = await pass(MINUTE);
    assert.ok(done.includes("measure") && done.includes("check"));
  });
});
