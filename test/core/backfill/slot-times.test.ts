import assert from "node:assert/strict";
import { test } from "node:test";
import { fc } from "../../support/seed.ts";
import { expandBatch } from "../../../src/core/decide/batch.ts";
import { countSteps, type SlotSpan, steppedTimes } from "../../../src/core/backfill/slot-times.ts";
import { slotsAfter, type BackfillSpec, type Slot } from "../../../src/core/backfill/slots.ts";
import { wallAt } from "../../../src/core/time/wall-ms.ts";
import { zoneOf } from "../../../src/core/time/zone.ts";
import { digitsOf } from "../../../src/contract/time/wall-ms.ts";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";

const at = (text: string): number => Date.parse(text);

const spec = (changes: Partial<BackfillSpec>): BackfillSpec => ({
  type: "load",
  job: "",
  workflow: "a.toml",
  template: "?d={yyyy}-{mm}-{dd}T{hh}",
  first: at("2026-01-01T00:00:00Z"),
  last: at("2026-01-03T00:00:00Z"),
  by: "day",
  bySchedule: false,
  zone: "UTC",
  order: "oldest",
  rows: null,
  processZone: "UTC",
  ...changes,
});

const spans = fc.record({
  first: fc.integer({ min: at("2023-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") }).map((ms) => ms - (ms % HOUR)),
  length: fc.integer({ min: 0, max: 90 * 24 }).map((hours) => hours * HOUR),
  by: fc.constantFrom("hour", "day", "week", "month"),
  zone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "-07:00"),
  order: fc.constantFrom("oldest", "newest"),
});

const offsetAt = (ms: number, zone: string): number => digitsOf(wallAt(ms, zoneOf(zone))) - ms;

test("a span has the moments of a batch over it, in either order and from any cursor on", () => {
  fc.assert(
    fc.property(spans, fc.nat(), ({ first, length, by, zone, order }, cut) => {
      const span: SlotSpan = { first, last: first + length, by, zone, order: order === "newest" ? "newest" : "oldest" };
      const all = [...steppedTimes(span)(null)];
      const batch = expandBatch({
        type: "load",
        job: "",
        workflow: "",
        template: "x",
        start: first,
        forNs: BigInt(length) * 1_000_000n,
        by,
        zone,
        columns: null,
        fileRows: null,
        maxTasks: 1_000_000,
        host: "",
        uuid: () => "",
      });
      assert.ok(!(batch instanceof Error));
      // A batch has a length and a backfill an end: when the clocks at the two ends differ, a step between the two may be the
      // batch's alone.
      const isEven = offsetAt(span.first, zone) === offsetAt(span.last, zone);
      assert.ok(all.length === batch.length || (!isEven && all.length === batch.length - 1));
      assert.ok(countSteps(span) >= all.length);
      assert.deepEqual(
        all,
        all.toSorted((a, b) => (order === "newest" ? b - a : a - b)),
      );
      const index = cut % all.length;
      assert.deepEqual([...steppedTimes(span)(all[index] ?? null)], all.slice(index + 1));
    }),
  );
});

test("months clamp to their last day, counted from the first one", () => {
  const span = { first: at("2026-01-31T00:00:00Z"), last: at("2026-05-31T00:00:00Z"), by: "month", zone: "UTC" };
  const days = [...steppedTimes({ ...span, order: "newest" })(null)].map((ms) =>
    new Date(ms).toISOString().slice(5, 10),
  );
  assert.deepEqual(days, ["05-31", "04-30", "03-31", "02-28", "01-31"]);
});

test("rows multiply each moment, and go on in the middle of one", () => {
  const rows = [{ id: "1" }, { id: "2" }, { id: "3" }];
  for (const order of ["oldest", "newest"] as const) {
    const all = [...slotsAfter(spec({ rows, order }), null, null)];
    assert.equal(all.length, 9);
    all.forEach((slot: Slot, index) =>
      assert.deepEqual([...slotsAfter(spec({ rows, order }), null, slot)], all.slice(index + 1)),
    );
  }
});

test("without steps a backfill follows the schedule and the offset of its phase", () => {
  const source = '[[phase]]\ntask = "load"\nrule = "cron=0 5 * * 1-5&offset=-24h"\ntemplate = "?d={dd}"\n';
  const [phase] = parseWorkflowFile("a.toml", source, { zone: "UTC", now: 0 }).phases;
  assert.ok(phase !== undefined);
  const week = { first: at("2026-01-05T00:00:00Z"), last: at("2026-01-12T00:00:00Z") };
  for (const order of ["oldest", "newest"] as const) {
    const own = spec({ ...week, bySchedule: true, order });
    const found: readonly Slot[] = [...slotsAfter(own, phase, null)];
    // The ticks of Tuesday to Friday and of the next Monday are about the day before.
    const days = ["05T05", "06T05", "07T05", "08T05", "11T05"];
    const texts = found.map((slot) => new Date(slot.at).toISOString().slice(8, 13));
    assert.deepEqual(texts, order === "newest" ? days.toReversed() : days);
    found.forEach((slot, index) => assert.deepEqual([...slotsAfter(own, phase, slot)], found.slice(index + 1)));
  }
});

test("a million moments are made one by one", () => {
  const span: SlotSpan = { first: 0, last: 1_000_000 * HOUR, by: "hour", zone: "UTC", order: "newest" };
  const [first] = steppedTimes(span)(null);
  assert.equal(first, 1_000_000 * HOUR);
  const [next] = steppedTimes({ ...span, by: "day", last: 1_000_000 * DAY })(500 * DAY);
  assert.equal(next, 499 * DAY);
});
