import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../../src/contract/api/problem.ts";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { secondsText } from "../../../src/contract/time/instant.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { deliver, phase, rigWith, rootTask } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { serveRig } from "../served-rig.ts";

const FLOW =
  phase("load", { cron: "0 * * * *" }) +
  phase("load:day", { cron: "0 5 * * *" }) +
  phase("quiet", { cron: "0 5 * * *" });

/** Results of tasks that took so many seconds. */
async function report(
  rig: Rig,
  type: string,
  results: readonly (readonly [result: string, seconds: number])[],
  job = "",
) {
  const start = rig.now - 10 * 60_000;
  await deliver(
    rig,
    results.map(([result, seconds], n) =>
      rootTask(rig, {
        type,
        job,
        id: `${type}-${job}-${n}-${rig.now}`,
        result,
        started: secondsText(start),
        ended: secondsText(start + seconds * 1000),
      }),
    ),
  );
}

test("GET /api/summary counts a period beside the one before, by type and job", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  rig.now -= 24 * HOUR;
  await report(rig, "load", [
    ["complete", 1],
    ["complete", 1],
    ["error", 1],
  ]);
  rig.now += 24 * HOUR;
  await report(rig, "load", [
    ["complete", 140],
    ["complete", 160],
    ["error", 150],
    ["warn", 150],
  ]);
  await report(rig, "load", [["alert", 10]], "day");
  await report(rig, "quiet", [
    ["complete", 1],
    ["error", 1],
  ]);
  const { status, body } = await get<SummaryAnswer>("/api/summary");
  assert.equal(status, 200);
  assert.deepEqual(body.time_period, { from: "2026-11-24T00:00:00.000Z", to: "2026-11-25T00:00:00.000Z" });
  assert.deepEqual(body.task_summary, {
    total: 7,
    completed: 3,
    failed: 2,
    warned: 1,
    alerted: 1,
    cancelled: 0,
    in_progress: 0,
  });
  assert.partialDeepStrictEqual(body.previous, {
    time_period: { from: "2026-11-23T00:00:00.000Z" },
    task_summary: { total: 3, completed: 2, failed: 1 },
  });
  const { load } = body.by_type;
  assert.partialDeepStrictEqual(load, {
    total: 5,
    completed: 2,
    failed: 1,
    avg_duration: "2m2s",
    avg_duration_ms: 122_000,
  });
  assert.ok((load?.p95_duration_ms ?? 0) >= 160_000);
  assert.partialDeepStrictEqual(load?.jobs, { "": { total: 4, avg_duration: "2m30s" }, day: { total: 1, alerted: 1 } });
  assert.equal(body.series.step, "hour");
  assert.equal(body.series.steps.length, 24);
  assert.deepEqual(
    body.series.steps.filter(({ total }) => total > 0).map(({ at, total }) => [at, total]),
    [["2026-11-24T12:00:00.000Z", 7]],
  );
  assert.deepEqual(
    body.error_rates.map(({ type, rate, threshold, above }) => [type, rate, threshold, above]),
    [
      ["load", 0.2, 0.05, true],
      ["quiet", 0.5, 0.5, false],
    ],
  );
  assert.equal(body.next_ticks[0]?.at, "2026-11-24T13:00:00.000Z");
  assert.equal(body.planned.hours.filter(({ ticks }) => ticks > 0).length, 23);
  assert.ok(body.planned.hours.every(({ ticks, tasks }) => tasks >= Math.max(1, ticks)));
  assert.deepEqual(body.health, { status: "ok", reasons: [] });
  assert.ok(body.duty.length <= 3 && body.duty.length > 0);
});

test("GET /api/summary expects of an hour its ticks, and what it usually has beside them", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  rig.now -= 24 * HOUR;
  await report(rig, "child", [
    ["complete", 1],
    ["complete", 1],
  ]);
  rig.now = Date.UTC(2026, 10, 24, 10, 30);
  const { planned } = (await get<SummaryAnswer>("/api/summary")).body;
  const hour = (at: string) => planned.hours.find((one) => one.at === at);
  assert.deepEqual(hour("2026-11-24T12:00:00.000Z"), { at: "2026-11-24T12:00:00.000Z", ticks: 1, tasks: 3 });
  assert.deepEqual(hour("2026-11-24T13:00:00.000Z"), { at: "2026-11-24T13:00:00.000Z", ticks: 1, tasks: 1 });
});

test("GET /api/summary groups open alerts, and names late files and what runs", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  await report(rig, "load", [
    ["error", 1],
    ["error", 1],
  ]);
  const alert = {
    type: "file_missing",
    severity: "critical",
    atOnce: false,
    cause: "",
    taskId: "",
    taskType: "load",
    job: "day",
    taskTime: null,
    taskCreated: null,
    workflow: "flow.toml",
    labels: "",
    notify: [],
    message: "no file came",
    phaseId: 1,
    task: "",
  } as const;
  await rig.store.record({ alerts: [alert], decisions: [] }, rig.now);
  const { body } = await get<SummaryAnswer>("/api/summary?period=hour");
  assert.deepEqual(
    body.late_files.map(({ type, job, message }) => [type, job, message]),
    [["load", "day", "no file came"]],
  );
  assert.deepEqual(body.open_alerts.map(({ alert_type: of, tasks, alerts }) => `${of} ${tasks} ${alerts}`).toSorted(), [
    "file_missing 1 1",
    "retry_exhausted 2 1",
  ]);
  assert.deepEqual(body.duty.map(({ severity }) => severity)[0], "critical");
  assert.deepEqual(body.duty.map(({ sentence }) => sentence).slice(0, 2), [
    "retry exhausted of 2 tasks of load.",
    "no file came.",
  ]);
  assert.equal(body.running.tasks.running, 0);
  assert.equal(body.time_period.to, "2026-11-24T13:00:00.000Z");
});

test("GET /api/summary goes by the clocks of a zone, by day for weeks and months, and refuses what it does not know", async (t) => {
  const { get } = serveRig(t, await rigWith(t, FLOW));
  const at = "at=2026-11-24T23:30:00%2B01:00";
  const day = await get<SummaryAnswer>(`/api/summary?${at}&tz=Asia/Kolkata`);
  assert.deepEqual(day.body.time_period, { from: "2026-11-24T18:30:00.000Z", to: "2026-11-25T18:30:00.000Z" });
  assert.deepEqual([day.body.series.steps.length, day.body.series.steps[0]?.at], [24, "2026-11-24T18:30:00.000Z"]);
  const week = await get<SummaryAnswer>(`/api/summary?period=week&${at}`);
  assert.deepEqual([week.body.series.step, week.body.series.steps.length], ["day", 7]);
  const month = await get<SummaryAnswer>(`/api/summary?period=month&${at}&tz=Europe/Berlin`);
  assert.deepEqual([month.body.series.steps.length, month.body.series.steps[1]?.at], [30, "2026-11-01T23:00:00.000Z"]);
  assert.equal(month.body.time_period.from, "2026-10-31T23:00:00.000Z");
  for (const [query, status, code] of [
    ["period=year", 400, "invalid_request"],
    ["at=yesterday", 400, "invalid_request"],
    ["at=0000-01-01T00:00:00Z", 400, "invalid_request"],
    ["tz=Mars/Olympus", 422, "unknown_zone"],
    ["days=3", 400, "invalid_request"],
  ] as const) {
    const answer = await get<Problem>(`/api/summary?${query}`);
    assert.deepEqual([answer.status, answer.body.code], [status, code], query);
  }
});
