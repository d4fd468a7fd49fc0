import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { HealthSample } from "../../../../src/contract/live/health-history.ts";
import { DAY, HOUR, MINUTE } from "../../../../src/contract/time/time-units.ts";
import { openScratch, scratchFolder } from "../scratch.ts";

const NOW = Date.UTC(2026, 0, 14, 12);

function sample(at: number, own: Partial<HealthSample> = {}): HealthSample {
  return {
    at,
    measured_ms: MINUTE,
    first: false,
    bus_ms: 0,
    store_ms: 0,
    scheduler_ms: 0,
    disk_ms: 0,
    lag_ms: null,
    commit_ms: null,
    loop_ms: 1,
    messages: 10,
    memory: 100,
    ...own,
  };
}

test("steps have the sums of times and messages, and the most of the rest", async (t) => {
  const store = await openScratch(join(scratchFolder(), "tasks.db"));
  t.after(() => store.close());
  await store.maintenance.sampled(sample(NOW + MINUTE, { first: true, lag_ms: 40, commit_ms: 2.5 }));
  await store.maintenance.sampled(sample(NOW + 2 * MINUTE, { bus_ms: 9000, lag_ms: 20, loop_ms: 4, memory: 300 }));
  await store.maintenance.sampled(sample(NOW + HOUR, { messages: 5 }));
  await store.maintenance.sampled(sample(NOW + HOUR + 1));
  const steps = await store.reads.healthHistory({ from: NOW, until: NOW + 2 * HOUR, step: HOUR });
  assert.deepEqual(
    steps.map(({ at, measured_ms: ms, messages }) => [at, ms, messages]),
    [
      [NOW, 3 * MINUTE, 25],
      [NOW + HOUR, MINUTE, 10],
    ],
    "a sample that ends with a step is of it",
  );
  assert.partialDeepStrictEqual(steps[0], {
    starts: 1,
    bus_ms: 9000,
    lag_ms: 40,
    commit_ms: 2.5,
    loop_ms: 4,
    memory: 300,
  });
  assert.deepEqual(await store.reads.healthHistory({ from: NOW - DAY, until: NOW, step: HOUR }), []);
});

test("samples are kept for 15 days", async (t) => {
  const store = await openScratch(join(scratchFolder(), "tasks.db"));
  t.after(() => store.close());
  await store.maintenance.sampled(sample(NOW));
  await store.maintenance.sampled(sample(NOW + 2 * DAY));
  await store.maintenance.sampled(sample(NOW + 15 * DAY + 1));
  const steps = await store.reads.healthHistory({ from: NOW - DAY, until: NOW + 16 * DAY, step: DAY });
  assert.deepEqual(
    steps.map(({ at }) => at),
    [NOW + DAY, NOW + 15 * DAY],
  );
});
