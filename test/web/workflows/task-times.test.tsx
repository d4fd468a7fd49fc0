import { describe, expect, test } from "vitest";
import type { PhaseTask } from "../../../web/routes/workflows/durations/grid-queries.ts";
import { comingSlots, slotKey } from "../../../web/routes/workflows/durations/coming.ts";
import { barsOf, barText, scaleOf, usualMs } from "../../../web/routes/workflows/durations/durations.ts";
import { floorTo, showings, wallOfText, wallText } from "../../../web/routes/workflows/durations/wall-times.ts";
import { namesOf, taskRows } from "../../../web/routes/workflows/grid/task-rows.ts";

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(`${text}:00:00Z`);

describe("an hour of a zone", () => {
  test("comes twice where its clocks are moved back", () => {
    expect([1, 2, 3].map((hour) => showings(at(`2026-10-25T0${hour}`), "Europe/Berlin"))).toEqual([1, 2, 1]);
  });
  test("does not come where they are moved over it", () => {
    expect([1, 2, 3].map((hour) => showings(at(`2026-03-29T0${hour}`), "Europe/Berlin"))).toEqual([1, 0, 1]);
  });
  test("comes once elsewhere", () => {
    expect(showings(at("2026-10-25T02"), "UTC")).toBe(1);
    expect(showings(at("2026-10-25T02"), "America/New_York")).toBe(1);
  });
});

test("a task time is read by its clock, whatever it says of its zone", () => {
  for (const text of [
    "2026-01-31T05:30",
    "2026-01-31T05:30:00+09:00",
    "2026-01-31T05:30:00Z",
    "2026-01-31T05:30:00-03:00",
  ])
    expect(wallText(floorTo(wallOfText(text), "hour"), "hour")).toBe("2026-01-31T05");
  expect(wallText(wallOfText("2026-01-31"), "hour")).toBe("2026-01-31T00");
  expect(wallText(wallOfText("2026-01-31T05"), "day")).toBe("2026-01-31");
});

test("what is to come are the next ticks, and what follows them or what still runs", () => {
  const wall = at("2026-01-14T13");
  const edges = [
    { from: 1, to: 2 },
    { from: 2, to: 3 },
    { from: 3, to: 2 },
    { from: 4, to: 5 },
  ];
  const ticks = [
    { phase_id: 1, task_time: "2026-01-14T14:00:00+01:00" },
    { phase_id: 9, task_time: null },
  ];
  const coming = comingSlots(ticks, [{ phase_id: 4, wall }], edges, "hour");
  expect([...coming].toSorted()).toEqual(
    [slotKey(1, wall + HOUR), slotKey(2, wall + HOUR), slotKey(3, wall + HOUR), slotKey(5, wall)].toSorted(),
  );
});

describe("durations", () => {
  const span = (hour: number, minutes: number | null) => ({
    time: `2026-01-14T${String(hour).padStart(2, "0")}`,
    began_at: "2026-01-14T10:00:00Z",
    ended_at: minutes === null ? null : new Date(Date.UTC(2026, 0, 14, 10, minutes)).toISOString(),
  });
  const spans = [span(1, 3), span(2, 4), span(3, 52), span(4, null)];
  const now = Date.UTC(2026, 0, 14, 10, 28);
  const columns = [1, 2, 3, 4, 5, 6].map((hour) => Date.UTC(2026, 0, 14, hour));
  const about = { worst: () => "complete" as const, isPlanned: (column: number) => column === 4 };
  const bars = barsOf(columns, "hour", spans, now, about);

  test("are usual by their median, without what still runs", () => {
    expect(usualMs(spans)).toBe(4 * 60_000);
    expect(usualMs([span(4, null)])).toBeNull();
  });
  test("of what runs go on until now, and of what is to come there is none", () => {
    expect(bars.map(({ ms }) => (ms === null ? null : ms / 60_000))).toEqual([3, 4, 52, 28, null, null]);
    expect(bars.map(({ isPlanned }) => isPlanned)).toEqual([false, false, false, false, true, false]);
  });
  test("leave the scale where they are longer by far", () => {
    const scale = scaleOf(bars, usualMs(spans));
    expect(scale).toBeGreaterThan(4 * 60_000);
    expect(scale).toBeLessThan(28 * 60_000);
  });
  test("have words", () => {
    const words = bars.map((bar) => barText(bar, 4 * 60_000));
    expect(words[0]).toBe("3 m 00 s, usually 4 m 00 s");
    expect(words[3]).toBe("28 m 00 s so far, usually 4 m 00 s");
    expect(words.slice(4)).toEqual(["still to come", "nothing ran"]);
    const [day] = barsOf([Date.UTC(2026, 0, 14)], "day", spans.slice(0, 3), now, about);
    expect(day && barText(day, null)).toBe("longest of 3 runs 52 m 00 s");
  });
});

describe("the tasks of a phase", () => {
  const task = (record: number, time: string, info: string, more: Partial<PhaseTask> = {}): PhaseTask => ({
    record_id: record,
    id: `run-${record}`,
    first_attempt_id: record,
    time,
    state: "finished",
    result: "complete",
    attempt: 0,
    retries: 0,
    info,
    msg: "",
    due_at: null,
    created: null,
    started: null,
    ended: null,
    ...more,
  });
  const tasks = [
    task(1, "2026-01-14T12", "?table=orders&date=2026-01-14T12"),
    task(2, "2026-01-14T12", "?table=stock&date=2026-01-14T12", { result: "error" }),
    task(3, "2026-01-14T13", "?table=orders&date=2026-01-14T13", { state: "waiting", result: "", attempt: 1 }),
    task(4, "2026-01-14T13", "?table=stock&date=2026-01-14T13"),
  ];

  test("are named by what tells them from the others of their task time", () => {
    expect([...namesOf(tasks).values()]).toEqual(["orders", "stock", "orders", "stock"]);
    const paths = [task(1, "a", "s3://lake/2026/eu.gz?x=1"), task(2, "a", "s3://lake/2026/us.gz?x=1")];
    expect([...namesOf(paths).values()]).toEqual(["eu.gz", "us.gz"]);
    expect([...namesOf([task(1, "a", "?x"), task(2, "a", "?x")]).values()]).toEqual(["1", "2"]);
  });
  test("have a row for each name, the worst of a column seen", () => {
    const columns = [at("2026-01-14T12"), at("2026-01-14T13")];
    expect(taskRows(tasks, columns, "hour")).toEqual([
      { name: "orders", states: ["complete", "retrying"] },
      { name: "stock", states: ["error", "complete"] },
    ]);
    expect(taskRows(tasks, [at("2026-01-14T00")], "day").map(({ states }) => states)).toEqual([
      ["retrying"],
      ["error"],
    ]);
  });
});
