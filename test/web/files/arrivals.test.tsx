import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import type { ArrivalSlot } from "../../../web/routes/files/arrivals/arrivals-queries.ts";
import { filesOf } from "../../../web/routes/files/arrivals/files-of.ts";
import { latenessOf, latenessWords, scaleOf } from "../../../web/routes/files/arrivals/lateness.ts";
import { layoutOf } from "../../../web/routes/files/arrivals/layout.ts";
import { cellText, taskTimeText } from "../../../web/routes/files/arrivals/slot-words.ts";
import { chosenPhase, waitingPhases } from "../../../web/routes/files/arrivals/waiting-phases.ts";
import { daysOf, matchRate } from "../../../web/routes/files/volumes/days.ts";
import { Clock } from "../../../web/services/format.ts";

const CLOCK = new Clock("UTC");
const HOURLY = { step: { ms: HOUR }, usual_delay_ms: 112_000 } as const;

function slot(time: string, state: ArrivalSlot["state"], minutes = 1): ArrivalSlot {
  const came = state === "came";
  const at = came ? new Date(Date.parse(`${time}:00Z`) + minutes * MINUTE).toISOString() : null;
  return {
    task_time: `${time}:00Z`,
    state,
    delay_ms: came ? minutes * MINUTE : null,
    file_id: came ? 1 : null,
    first_at: at,
    last_at: at,
  };
}

describe("lateness", () => {
  it("has four steps of minutes for hours, and of hours for rarer files", () => {
    const shades = [1, 2, 4.9, 5, 15, 400].map((minutes) => latenessOf(minutes * MINUTE, scaleOf(HOURLY)));
    expect(shades).toEqual(["late-1", "late-2", "late-2", "late-3", "late-4", "late-4"]);
    const daily = scaleOf({ step: { ms: DAY }, usual_delay_ms: MINUTE });
    expect([10, 30, 200, 300].map((minutes) => latenessOf(minutes * MINUTE, daily))).toEqual([
      "late-1",
      "late-2",
      "late-3",
      "late-4",
    ]);
    expect(latenessOf(-MINUTE, scaleOf(HOURLY))).toBe("late-1");
  });

  it("counts from what is usual where that is late already", () => {
    const scale = scaleOf({ step: { ms: HOUR }, usual_delay_ms: 20 * MINUTE });
    expect(latenessOf(21 * MINUTE, scale)).toBe("late-1");
    expect(latenessOf(24 * MINUTE, scale)).toBe("late-2");
    expect(latenessWords(scale).map(({ word }) => word)).toEqual([
      "under 2 m late",
      "2 m to 5 m",
      "5 m to 15 m",
      "later",
    ]);
  });
});

describe("the heatmap", () => {
  const days = { from: "2026-01-13", to: "2026-01-14", ...HOURLY };

  it("has days by hour, the newest first: gaps go before what came, and what came before what is to come", () => {
    const slots = [
      slot("2026-01-13T03:00", "came", 3),
      slot("2026-01-13T03:30", "missing"),
      slot("2026-01-14T12:00", "came", 20),
      slot("2026-01-14T12:30", "coming"),
      slot("2026-01-14T13:00", "due"),
    ];
    const { rows, columns, cells, by } = layoutOf({ ...days, slots }, scaleOf(HOURLY));
    expect([by, columns.length, rows.map(({ label }) => label)]).toEqual(["hour", 24, ["We 14", "Tu 13"]]);
    expect(cells[1]?.[3]?.state).toBe("gap");
    expect([cells[0]?.[11], cells[0]?.[12]?.state, cells[0]?.[13]?.state]).toEqual([null, "late-4", "planned"]);
  });

  it("has weeks for days, and years for months", () => {
    const weeks = layoutOf(
      { from: "2026-01-05", to: "2026-01-18", step: { ms: DAY }, slots: [slot("2026-01-14T00:00", "missing")] },
      scaleOf(HOURLY),
    );
    expect([weeks.rows.map(({ label }) => label), weeks.columns.map(({ name }) => name)]).toEqual([
      ["12 Jan", "5 Jan"],
      ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
    ]);
    expect(weeks.cells[0]?.[2]?.state).toBe("gap");
    const years = layoutOf(
      { from: "2025-01-01", to: "2026-12-31", step: "month", slots: [slot("2025-03-01T00:00", "missing")] },
      scaleOf(HOURLY),
    );
    expect(years.rows.map(({ label }) => label)).toEqual(["2026", "2025"]);
    expect(years.cells[1]?.[2]?.state).toBe("gap");
  });

  it("says in words what a cell has", () => {
    const text = (...slots: ArrivalSlot[]): string =>
      cellText({ state: "planned", slots }, { usual_delay_ms: 112_000 } as Parameters<typeof cellText>[1], CLOCK);
    expect(text(slot("2026-01-14T13:00", "came", 3))).toBe("3 m 00 s after, at 13:03:00");
    expect(text(slot("2026-01-14T13:00", "missing"))).toBe("none came");
    expect(text(slot("2026-01-14T13:00", "coming"))).toBe("expected at 13:01");
    expect(text(slot("2026-01-14T13:00", "came", 3), slot("2026-01-14T13:30", "missing"))).toBe(
      "1 came, the latest 3 m 00 s after, 1 missing",
    );
    expect(taskTimeText("2026-01-14T13:00:00Z", "hour")).toBe("2026-01-14T13");
    expect(taskTimeText("2026-01-14T00:00:00Z", "weekday")).toBe("2026-01-14");
  });

  it("leads to the files of a cell: of the phase, or where none came to those of that day that no phase wanted", () => {
    const phase = { phase: { type: "extract", job: "clicks", workflow: "a.toml" } } as Parameters<typeof filesOf>[2];
    const before = { arrivals: "extract:clicks", path: "*.csv", open: 3 };
    const came = { state: "late-1", slots: [slot("2026-01-14T13:00", "came")] } as const;
    expect(filesOf(came, "hour", phase, before)).toEqual({
      arrivals: "extract:clicks",
      type: "extract",
      job: "clicks",
      workflow: "a.toml",
      time: "2026-01-14T13",
      arrival: "2026-01-14T13:00",
    });
    const gap = { state: "gap", slots: [slot("2026-01-14T00:00", "missing")] } as const;
    expect(filesOf(gap, "weekday", phase, {})).toEqual({
      state: "unmatched",
      day: "2026-01-14",
      arrival: "2026-01-14T00:00",
    });
  });
});

describe("the phase that is shown", () => {
  const node = (id: number, task: string, files: string | null) => ({
    phase_id: id,
    task,
    workflow: `${id}.toml`,
    line: 2,
    trigger: { files },
  });
  const nodes = [node(1, "load:b", "/b/*"), node(2, "load:a", "/a/*"), node(3, "load:a", "/c/*"), node(4, "sum", null)];

  it("is one of those that wait for files, by its name where only one has it", () => {
    expect(waitingPhases(nodes, []).map(({ key }) => key)).toEqual(["2", "3", "load:b"]);
    const phases = waitingPhases(nodes, []);
    expect(chosenPhase(phases, "load:b")?.id).toBe(1);
    expect(chosenPhase(phases, "sum")).toBeUndefined();
  });

  it("is the one that misses a file since last, when none is asked for", () => {
    expect(chosenPhase(waitingPhases(nodes, []), undefined)?.id).toBe(2);
    const habits = [
      { phase_id: 1, gaps: ["2026-01-14T03:00:00Z"] },
      { phase_id: 3, gaps: ["2026-01-02T03:00:00Z", "2026-01-13T03:00:00Z"] },
    ];
    expect(chosenPhase(waitingPhases(nodes, habits), undefined)?.id).toBe(1);
  });
});

describe("files a day", () => {
  it("are by the days of the zone, and have the share that matched", () => {
    const now = Date.parse("2026-01-14T12:00:00Z");
    const hours = [
      { hour: "2026-01-13T22:00:00.000Z", matched: 3, unmatched: 1, bytes: 10 },
      { hour: "2026-01-13T23:00:00.000Z", matched: 6, unmatched: 0, bytes: 20 },
    ];
    const days = daysOf(hours, now, "Europe/Berlin", "files");
    expect(days.length).toBe(14);
    expect(days.slice(-2).map(({ matched, bytes }) => [matched, bytes])).toEqual([
      [3, 10],
      [6, 20],
    ]);
    expect(matchRate(days)).toBe(0.9);
    expect(matchRate([])).toBeNull();
    expect(daysOf(hours, now, "UTC", "bytes").at(-2)?.parts).toEqual([{ status: "complete", count: 30 }]);
  });
});
