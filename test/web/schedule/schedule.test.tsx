import { render } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { Clock } from "../../../web/services/format.ts";
import { axisOf, hoursOf } from "../../../web/routes/workflows/schedule/change-axis.ts";
import { dayWords, mendWords, movedWords, timeOf } from "../../../web/routes/workflows/schedule/change-words.ts";
import { heldIn, laneOf, sorted } from "../../../web/routes/workflows/schedule/lane.ts";
import { LaneDrawing } from "../../../web/routes/workflows/schedule/lane-drawing.tsx";
import { dayBeside, dayOfText, dayText, spanName, spanOf } from "../../../web/routes/workflows/schedule/range.ts";
import { readSchedule } from "../../../web/routes/workflows/schedule/search.ts";
import type { ClockChange, ScheduledPhase } from "../../../web/routes/workflows/schedule/schedule-queries.ts";

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(`2026-01-14T${text}Z`);
const STEPS = [10, 11, 12, 13].map((hour) => ({ from: at(`${hour}:00`), until: at(`${hour + 1}:00`) }));
const NOW = at("12:30");

function phase(own: Partial<ScheduledPhase>): ScheduledPhase {
  return {
    phase_id: 1,
    workflow: "a.toml",
    task: "load",
    type: "load",
    job: "",
    line: 1,
    cron: "*/10 * * * *",
    zone: "UTC",
    ticks: [6, 6, 6, 6],
    times: null,
    held: null,
    results: [],
    ...own,
  };
}

describe("a lane", () => {
  test("has what became of each hour, and of the one that is now what is over and what is to come", () => {
    const lane = laneOf(
      phase({
        results: [
          { step: 0, tasks: 6, failed: 1, state: "error" },
          { step: 2, tasks: 3, failed: 0, state: "complete" },
        ],
      }),
      STEPS,
      NOW,
    );
    expect(lane.fields.map(({ from, outcome }) => `${new Date(from).toISOString().slice(11, 16)} ${outcome}`)).toEqual([
      "10:00 error",
      "11:00 none",
      "12:00 complete",
      "12:30 planned",
      "13:00 planned",
    ]);
    expect(lane).toMatchObject({ ticks: 24, tasks: 9, failed: 1, marks: null, name: "load" });
  });

  test("that ticks rarely has a mark a tick", () => {
    const lane = laneOf(
      phase({
        job: "eu",
        ticks: [1, 1, 1, 1],
        times: STEPS.map(({ from }) => new Date(from + 45 * 60_000).toISOString()),
        results: [{ step: 0, tasks: 1, failed: 0, state: "alert" }],
      }),
      STEPS,
      NOW,
    );
    expect(lane.marks?.map(({ outcome }) => outcome)).toEqual(["alert", "none", "planned", "planned"]);
    expect(lane).toMatchObject({ name: "load:eu", alerts: 1 });
  });

  test("the worst come first, or all by name", () => {
    const good = laneOf(phase({ type: "good", ticks: [60, 60, 60, 60] }), STEPS, NOW);
    const bad = laneOf(phase({ type: "bad", results: [{ step: 0, tasks: 1, failed: 1, state: "error" }] }), STEPS, NOW);
    const also = laneOf(phase({ type: "also" }), STEPS, NOW);
    expect(sorted([also, good, bad], false).map(({ name }) => name)).toEqual(["bad", "good", "also"]);
    expect(sorted([good, bad, also], true).map(({ name }) => name)).toEqual(["also", "bad", "good"]);
  });

  test("a pause has its part of it, from its beginning or now to its end", () => {
    const span = { from: at("10:00"), until: at("14:00") };
    const held = { since: "2026-01-14T11:00:00Z", until: "2026-01-15T08:00:00Z", by: "ada", reason: "" };
    expect(heldIn(phase({ held }), span, NOW)).toEqual({ from: at("11:00"), until: at("14:00") });
    expect(heldIn(phase({ held: { ...held, since: null, until: null } }), span, NOW)).toEqual({
      from: NOW,
      until: at("14:00"),
    });
    expect(heldIn(phase({ held: { ...held, until: "2026-01-14T09:00:00Z" } }), span, NOW)).toBe(null);
    expect(heldIn(phase({}), span, NOW)).toBe(null);
  });

  test("is drawn with the numbers of its hours, where they have room", () => {
    const lane = laneOf(phase({ results: [{ step: 0, tasks: 6, failed: 1, state: "error" }] }), STEPS, NOW);
    const span = { from: at("10:00"), until: at("14:00") };
    const drawn = (width: number): string | null =>
      render(<LaneDrawing lane={lane} span={span} now={NOW} held={null} width={width} read={null} />).container
        .textContent;
    expect(drawn(400)).toBe("66666");
    expect(drawn(20)).toBe("");
  });
});

describe("the range", () => {
  test("is a day, a week from Monday, or a month, by the clocks of the zone", () => {
    const day = dayOfText("2026-03-29");
    const text = (view: "day" | "week" | "month", zone: string): string[] => {
      const { from, until } = spanOf(view, day, zone);
      return [from, until].map((each) => new Date(each).toISOString().slice(0, 16));
    };
    expect(text("day", "Europe/Berlin")).toEqual(["2026-03-28T23:00", "2026-03-29T22:00"]);
    expect(text("week", "UTC")).toEqual(["2026-03-23T00:00", "2026-03-30T00:00"]);
    expect(text("month", "Asia/Kathmandu")).toEqual(["2026-02-28T18:15", "2026-03-31T18:15"]);
    expect(dayText(dayBeside("month", day, 1))).toBe("2026-04-01");
    expect(dayText(dayBeside("week", day, -1))).toBe("2026-03-22");
  });

  test("has a name", () => {
    const clock = new Clock("UTC");
    const day = dayOfText("2026-01-14");
    expect(spanName("day", spanOf("day", day, "UTC"), clock, NOW)).toBe("Today, 14 Jan");
    expect(spanName("week", spanOf("week", day, "UTC"), clock, NOW)).toBe("12 Jan – 18 Jan");
    expect(spanName("month", spanOf("month", day, "UTC"), clock, NOW)).toBe("January 2026");
  });

  test("what an address cannot mean is left out of it", () => {
    expect(readSchedule({ span: "year", on: "2026-13-99", sort: "size", name: 12, change: "" })).toEqual({
      name: "12",
    });
    expect(readSchedule({ span: "list", on: "2026-03-29", sort: "name" })).toEqual({
      span: "list",
      on: "2026-03-29",
      sort: "name",
    });
  });
});

describe("a change of the clocks", () => {
  const spring: ClockChange = {
    at: "2026-03-29T01:00:00Z",
    zone: "Europe/Berlin",
    before_ms: HOUR,
    after_ms: 2 * HOUR,
    phases: 1,
    files: 1,
    effects: [],
  };
  const autumn = { ...spring, at: "2026-10-25T01:00:00Z", before_ms: 2 * HOUR, after_ms: HOUR };
  const effect = { phase_id: 1, workflow: "a.toml", task: "a", type: "a", job: "", line: 3 } as const;

  test("gives a missing hour its place, and shows a doubled one twice", () => {
    const axis = axisOf(spring);
    expect(axis.bent.right - axis.bent.left).toBeCloseTo(1 / 9);
    expect(axis.xOfMissing(Date.parse("2026-03-29T02:30:00Z"))).toBeCloseTo((axis.bent.left + axis.bent.right) / 2);
    const clock = new Clock("Europe/Berlin");
    const shown = (change: ClockChange): string =>
      hoursOf(axisOf(change), "Europe/Berlin")
        .map((hour) => clock.minutes(hour.at).slice(0, 2))
        .join(" ");
    expect(shown(spring)).toBe("00 01 03 04 05 06 07 08");
    expect(shown(autumn)).toBe("01 02 02 03 04 05 06 07");
    const back = axisOf(autumn);
    expect(back.bent.right - back.bent.left).toBeCloseTo(2 / 8);
  });

  test("is said in words, with what to write instead", () => {
    expect(movedWords(spring)).toBe("forward by 1 h");
    expect(movedWords({ ...spring, before_ms: 11 * HOUR, after_ms: 10.5 * HOUR })).toBe("back by 30 m");
    expect(dayWords("2026-03-29T02:30", "2026-01-14")).toBe("Sun 29 March");
    expect(dayWords("2027-03-28T02:30", "2026")).toBe("Sun 28 March 2027");
    expect(timeOf("2026-03-29T02")).toBe("02:00");
    expect(mendWords({ ...effect, kind: "skipped", time: "2026-03-29T02:30" }, spring)).toBe(
      "Write 03:30, or timezone=UTC.",
    );
    expect(mendWords({ ...effect, kind: "lost", time: "2026-03-29T02" }, spring)).toMatch(/timezone of its own/);
  });
});
