import assert from "node:assert/strict";
import { test } from "node:test";
import type { HealthSample } from "../../../src/contract/live/health-history.ts";
import { HealthSampler, type Ailing, type Measured } from "../../../src/engine/maintenance/sample-health.ts";
import type { Store } from "../../../src/store/store.ts";

const WELL: Ailing = { bus: false, store: false, scheduler: false, disk: false };
const MEASURED: Measured = { lag_ms: null, commit_ms: 2.5, loop_ms: 1, messages: 3, memory: 100e6 };

/** Looks every five seconds. */
function sampling() {
  const kept: HealthSample[] = [];
  let ailing = WELL;
  let at = 0;
  const maintenance = { sampled: async (sample: HealthSample) => void kept.push(sample) };
  const sampler = new HealthSampler({
    runtime: { now: () => 1_000_000 + at, monotonic: () => at },
    store: { maintenance } as unknown as Pick<Store, "maintenance">,
    ailing: () => ailing,
    measure: () => MEASURED,
  });
  return {
    kept,
    pass: async (seconds: number, state: Partial<Ailing> = {}): Promise<void> => {
      ailing = { ...WELL, ...state };
      for (let passed = 0; passed < seconds; passed += 5) {
        at += 5000;
        await sampler.run();
      }
    },
  };
}

test("a sample is kept of each minute, the first says that it is of a start", async () => {
  const { kept, pass } = sampling();
  await pass(55);
  assert.deepEqual(kept, []);
  await pass(65);
  assert.deepEqual(
    kept.map(({ at, measured_ms: ms, first }) => ({ at, ms, first })),
    [
      { at: 1_060_000, ms: 60_000, first: true },
      { at: 1_120_000, ms: 60_000, first: false },
    ],
  );
  assert.partialDeepStrictEqual(kept[0], MEASURED);
});

test("what does not work counts as long as it was seen", async () => {
  const { kept, pass } = sampling();
  await pass(10, { bus: true });
  await pass(20, { scheduler: true, disk: true });
  await pass(30);
  assert.partialDeepStrictEqual(kept, [{ bus_ms: 10_000, scheduler_ms: 20_000, disk_ms: 20_000, store_ms: 0 }]);
});

test("while the database cannot be written nothing is, and the sample afterwards has all of it", async () => {
  const { kept, pass } = sampling();
  await pass(120, { store: true });
  assert.deepEqual(kept, []);
  await pass(5);
  assert.partialDeepStrictEqual(kept, [{ measured_ms: 125_000, store_ms: 120_000 }]);
});
