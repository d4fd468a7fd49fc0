import { describe, expect, it } from "vitest";
import type { StatusAnswer } from "../../src/contract/api/instance/status-answer.ts";
import { growthChart } from "../../web/routes/system/database/growth.ts";
import { findings } from "../../web/routes/system/health/verdict.ts";
import { dayBounds, middayOf } from "../../web/routes/system/history/day-bounds.ts";
import { Clock } from "../../web/services/format.ts";

const NOW = Date.UTC(2026, 0, 14, 14, 32);
const DAY = 86_400_000;
const clock = new Clock("UTC");
const LINK = { state: "connected", since: "2026-01-11T08:12:00Z", reason: null, last_message_at: null } as const;
const WELL: StatusAnswer = {
  status: "ok",
  version: "1.0.0",
  bus: { working: true, reason: null },
  store: { working: true, reason: null, integrity: "checked" },
  scheduler: { working: true, reason: null },
  degraded: [],
  drained: false,
  running: 0,
  needs_restart: [],
  restore_held: null,
  paused: [],
  link: { name: "nsq", ...LINK, reconnects: 0, in_flight: 0 },
  connections: [],
};

function said(status: StatusAnswer): readonly string[] {
  return findings({ status, metrics: null, backups: null }, clock, NOW).map(
    (finding) => `${finding.status}: ${finding.text}`,
  );
}

describe("the state in sentences", () => {
  it("is one when all is well", () => {
    expect(said(WELL)).toEqual(["complete: Everything is connected and has room."]);
  });

  it("has the worst first", () => {
    const bus = { working: false, reason: "the broker does not answer" };
    expect(said({ ...WELL, drained: true, bus })).toEqual([
      "error: The bus nsq is not connected.",
      "warn: The workers of this instance take no more tasks.",
    ]);
  });

  it("says that nothing is backed up", () => {
    const pagination = { next_cursor: null, page: 1, total: 0, total_is: "exact" } as const;
    const backups = { backups: [], next_at: null, continuous: null, pagination };
    const [first] = findings({ status: WELL, metrics: null, backups }, clock, NOW);
    expect(first).toMatchObject({ status: "warn", text: "There is no backup.", place: "backups" });
  });
});

describe("a day", () => {
  it("is that of the zone, with the hours that it has", () => {
    const paris = new Clock("Europe/Paris");
    const { from, until } = dayBounds(middayOf("2026-03-29"), paris);
    expect(new Date(from).toISOString()).toBe("2026-03-28T23:00:00.000Z");
    expect((until - from) / 3_600_000).toBe(23);
  });
});

describe("the growth of the database", () => {
  const history = {
    tables: ["task_records"],
    days: Array.from({ length: 30 }, (_, day) => ({
      at: new Date(NOW - (30 - day) * DAY).toISOString(),
      bytes: [500e6 + day * 10e6],
      other: 100e6,
    })),
  };

  it("crosses 80 % and the limit when its growth says so", () => {
    const { crossings, bars } = growthChart({ history, used: 900e6, growthPerDay: 10e6, limit: 1200e6 }, NOW);
    expect(crossings.map(({ days }) => days)).toEqual([6, 30]);
    expect(bars.some(({ parts }) => parts.length === 0)).toBe(true);
  });

  it("expects nothing while it is not known", () => {
    const { crossings, bars } = growthChart({ history, used: 900e6, growthPerDay: null, limit: 1200e6 }, NOW);
    expect(crossings).toEqual([]);
    expect(bars.every(({ parts }) => parts.length > 0)).toBe(true);
  });
});
