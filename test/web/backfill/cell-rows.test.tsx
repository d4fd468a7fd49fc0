import { expect, test } from "vitest";
import {
  cellFor,
  type CellRow,
  cellText,
  cellTime,
  type KindLook,
  mergeRows,
  rowLabel,
  slotOf,
} from "../../../web/routes/backfill/slots/cell-rows.ts";

type Kind = "new" | "failed";
const LOOKS: readonly KindLook<Kind>[] = [
  { kind: "failed", state: "error", word: "failed" },
  { kind: "new", state: "new", word: "new" },
];
const at = (hour: number, count = 1): number[] => Array.from({ length: 24 }, (_, each) => (each === hour ? count : 0));
const row = (name: string, kinds: CellRow<Kind>["kinds"], clock = {}): CellRow<Kind> => ({
  row: name,
  skipped: [],
  doubled: [],
  ...clock,
  kinds,
});

test("a row that two pages share is one, and days between keep their places", () => {
  const merged = mergeRows([
    [row("2026-01-30", { new: at(22) }), row("2026-01-31", { new: at(5) })],
    [row("2026-01-31", { new: at(5), failed: at(6) }), row("2026-02-02", { new: at(1) })],
  ]);
  expect(merged.map(({ row: name }) => name)).toEqual(["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"]);
  expect(merged[1]?.kinds.new?.[5]).toBe(2);
  expect(merged[1]?.kinds.failed?.[6]).toBe(1);
  expect(mergeRows([[row("2026-12", {})], [row("2026-10", {})]]).map(({ row: name }) => name)).toEqual([
    "2026-10",
    "2026-11",
    "2026-12",
  ]);
});

test("a cell shows the worst of its slots and how many they are", () => {
  const one = row("2026-01-31", { new: at(5, 2), failed: at(5) });
  expect(slotOf(one, 5, LOOKS)).toEqual({ state: "error", count: 3 });
  expect(cellText(one, 5, LOOKS)).toBe("1 failed, 2 new");
  expect(slotOf(one, 6, LOOKS)).toBeNull();
  expect(cellText(one, 6, LOOKS)).toBe("no slot");
  expect([cellTime(one, 5), cellTime(row("2026-02", {}), 0)]).toEqual(["2026-01-31T05", "2026-02-01"]);
});

test("the hour that comes twice says so, and the one that is skipped is hatched", () => {
  const autumn = row("2026-10-25", { new: at(2, 2) }, { doubled: [2] });
  expect(slotOf(autumn, 2, LOOKS)).toEqual({ state: "new", count: 2 });
  expect(cellText(autumn, 2, LOOKS)).toBe("2 new, the clocks show this hour twice");
  const spring = row("2026-03-29", { new: at(3) }, { skipped: [2] });
  expect(slotOf(spring, 2, LOOKS)).toEqual({ state: "absent" });
  expect(cellText(spring, 2, LOOKS)).toBe("the clocks skip this hour");
});

test("slots at one hour of their days are shown by month", () => {
  expect(cellFor([row("2026-01-30", { new: at(5) }), row("2026-01-31", { failed: at(5) })])).toBe("day");
  expect(cellFor([row("2026-01-30", { new: at(5) }), row("2026-01-31", { new: at(17) })])).toBe("hour");
  expect(cellFor([row("2026-01-30", { new: at(5) })])).toBe("hour");
});

test("rows are called by their days, with the year where it is another", () => {
  expect(rowLabel("2026-01-01", "2026")).toBe("Th 1 Jan");
  expect(rowLabel("2025-12-31", "2026")).toBe("We 31 Dec 2025");
  expect(rowLabel("2026-02", "2026")).toBe("Feb 2026");
});
