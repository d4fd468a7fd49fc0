import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArrivalsAnswer } from "../../../../src/contract/api/files/arrivals-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { HOUR, MINUTE } from "../../../../src/contract/time/time-units.ts";
import { arrive, phase, rigWith } from "../../../engine/rig/drive.ts";
import { serveRig } from "../../served-rig.ts";

const RULE = { files: "/in/????/??/??/??/*.csv", expect_by: "0 * * * *", offset: "-1h" };
const FLOW = phase("load", { ...RULE, timezone: "Europe/Berlin" });

function hourFile(day: number, hour: number): string {
  return `/in/2026/11/${day}/${String(hour).padStart(2, "0")}/a.csv`;
}

test("GET /api/files/arrivals says how late the files of each task time were, which are missing and which are expected", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  const came = async (day: number, hour: number): Promise<void> => {
    // Clocks in Berlin are an hour ahead.
    rig.now = Date.UTC(2026, 10, day, hour - 1, 2);
    await arrive(rig, hourFile(day, hour));
  };
  for (let hour = 0; hour < 24; hour++) await came(23, hour);
  for (const hour of [0, 1, 3]) await came(24, hour);
  rig.now += 10 * MINUTE;
  await arrive(rig, hourFile(24, 3).replace("a.csv", "b.csv"));
  rig.now = Date.UTC(2026, 10, 24, 3, 1);
  const { status, body } = await get<ArrivalsAnswer>("/api/files/arrivals?phase=load");
  assert.equal(status, 200);
  const { phase: of, slots, ...rest } = body;
  assert.partialDeepStrictEqual(of, {
    task: "load",
    zone: "Europe/Berlin",
    language: "files",
    pattern: RULE.files,
  });
  assert.deepEqual(rest, {
    from: "2026-11-11",
    to: "2026-11-24",
    step: { ms: HOUR },
    usual_delay_ms: 2 * MINUTE,
    longest_delay_ms: 2 * MINUTE,
    alert_after_ms: HOUR,
    cut: false,
  });
  const today = slots.filter(({ task_time: time }) => time.startsWith("2026-11-24"));
  assert.deepEqual(
    today.map(({ task_time: time, state, delay_ms: delay, file_id: file }) => [time.slice(11), state, delay, file]),
    [
      ["00:00:00+01:00", "came", 2 * MINUTE, 25],
      ["01:00:00+01:00", "came", 2 * MINUTE, 26],
      ["02:00:00+01:00", "missing", null, null],
      ["03:00:00+01:00", "came", 2 * MINUTE, 27],
      ["04:00:00+01:00", "due", null, null],
      ...Array.from({ length: 19 }, (_, n) => [`${String(n + 5).padStart(2, "0")}:00:00+01:00`, "coming", null, null]),
    ],
  );
  assert.deepEqual([today[3]?.first_at, today[3]?.last_at], ["2026-11-24T02:02:00.000Z", "2026-11-24T02:12:00.000Z"]);
});

test("its days, and the phase that it is asked for, are checked", async (t) => {
  const rig = await rigWith(t, FLOW, { workflows: { "one.toml": FLOW, "two.toml": FLOW } });
  const { get } = serveRig(t, rig);
  const days = await get<ArrivalsAnswer>(
    "/api/files/arrivals?phase=load&workflow=two.toml&from=2026-01-01&to=2026-01-31",
  );
  assert.deepEqual([days.body.phase.workflow, days.body.from, days.body.to], ["two.toml", "2026-01-01", "2026-01-31"]);
  assert.deepEqual([days.body.step, days.body.slots, days.body.alert_after_ms], [null, [], null]);
  const byId = await get<ArrivalsAnswer>(`/api/files/arrivals?phase=${days.body.phase.phase_id}`);
  assert.equal(byId.body.phase.workflow, "two.toml");
  for (const [query, status, code] of [
    ["phase=load", 422, "ambiguous_phase"],
    ["phase=other", 404, "unknown_phase"],
    ["phase=load&workflow=one.toml&from=2026-02-02&to=2026-01-01", 422, "span"],
    ["phase=load&workflow=one.toml&from=2020-01-01&to=2026-01-01", 422, "span"],
    ["phase=load&workflow=one.toml&from=2026-02-31&to=2026-03-01", 422, "span"],
    ["phase=%3Ax", 400, "invalid_request"],
    ["phase=load&from=today", 400, "invalid_request"],
  ] as const) {
    const answer = await get<Problem>(`/api/files/arrivals?${query}`);
    assert.deepEqual([answer.status, answer.body.code], [status, code], query);
  }
});
