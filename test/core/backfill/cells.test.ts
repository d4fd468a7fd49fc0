import assert from "node:assert/strict";
import { test } from "node:test";
import { countCells } from "../../../src/core/backfill/cells.ts";
import { zoneOf } from "../../../src/core/time/zone.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";

const BERLIN = zoneOf("Europe/Berlin");

/** Every hour in real time from one moment until another. */
function hours(from: string, until: string) {
  const [first, end] = [Date.parse(from), Date.parse(until)];
  return Array.from({ length: (end - first) / HOUR }, (_, step) => ({ at: first + step * HOUR, kind: "new" as const }));
}

test("slots are counted by the hour that the clocks of the zone show", () => {
  const slots = [
    { at: Date.parse("2026-01-31T22:30:00Z"), kind: "new" as const },
    { at: Date.parse("2026-01-31T22:45:00Z"), kind: "failed" as const },
    { at: Date.parse("2026-01-31T23:00:00Z"), kind: "new" as const },
  ];
  const [first, second] = countCells(slots, BERLIN, "hour");
  assert.deepEqual([first?.row, first?.kinds.new?.[23], first?.kinds.failed?.[23]], ["2026-01-31", 1, 1]);
  assert.deepEqual([second?.row, second?.kinds.new?.[0], second?.kinds.failed], ["2026-02-01", 1, undefined]);
  assert.deepEqual([first?.skipped, first?.doubled], [[], []]);
});

test("the hour that the clocks skip has no slot, and the one that they show twice has both", () => {
  const [spring] = countCells(hours("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), BERLIN, "hour");
  assert.deepEqual([spring?.row, spring?.skipped, spring?.doubled], ["2026-03-29", [2], []]);
  assert.deepEqual(spring?.kinds.new?.slice(1, 4), [1, 0, 1]);
  const [autumn] = countCells(hours("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), BERLIN, "hour");
  assert.deepEqual([autumn?.row, autumn?.skipped, autumn?.doubled], ["2026-10-25", [], [2]]);
  assert.deepEqual(autumn?.kinds.new?.slice(1, 4), [1, 2, 1]);
});

test("an hour counts as skipped when the clocks skip its beginning", () => {
  const lord = zoneOf("Australia/Lord_Howe");
  const [day] = countCells([{ at: Date.parse("2026-10-03T15:30:00Z"), kind: "new" as const }], lord, "hour");
  assert.deepEqual([day?.row, day?.skipped], ["2026-10-04", [2]]);
});

test("days are counted in the row of their month", () => {
  const at = (day: string) => ({ at: Date.parse(`${day}T05:00:00Z`), kind: "exists" as const });
  const rows = countCells([at("2026-01-31"), at("2026-02-01"), at("2026-02-01")], BERLIN, "day");
  assert.deepEqual(
    rows.map(({ row, kinds }) => [row, kinds.exists?.indexOf(row === "2026-01" ? 1 : 2)]),
    [
      ["2026-01", 30],
      ["2026-02", 0],
    ],
  );
});
