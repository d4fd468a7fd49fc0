import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import type { ClockChangesAnswer, LoadAnswer } from "../../../../src/contract/api/workflows/schedule-api.ts";
import { fireAt, phase, report, rigWith, schedule } from "../../../engine/rig/drive.ts";
import { fc } from "../../../support/seed.ts";
import { serveRig } from "../../served-rig.ts";

const [HOUR, DAY] = [3_600_000, 86_400_000];

function text(at: number): string {
  return new Date(at).toISOString();
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

test("the load of a day has what was made, what ticks, and what came of it", async (t) => {
  const rig = await rigWith(
    t,
    phase("load", { cron: "0 5 * * *" }) +
      phase("often", { cron: "*/5 * * * *" }) +
      phase("rows", { cron: "0 20 * * *", for: "-3h", by: "hour" }) +
      phase("in", { files: "/in/*.csv" }),
  );
  const { get } = serveRig(t, rig);
  const scheduler = await schedule(rig);
  const made = await fireAt(rig, scheduler, Date.UTC(2026, 10, 25, 5, 0, 1));
  const task = made.find(({ type }) => type === "load");
  assert.ok(task !== undefined);
  await report(rig, task, "error");
  const day = Date.UTC(2026, 10, 25);
  const { body } = await get<LoadAnswer>(`/api/schedule/load?from=${text(day)}&to=${text(day + DAY)}`);
  assert.equal(body.steps.length, 24);
  assert.equal(body.to, text(day + DAY));
  assert.equal(body.all_phases, 4);
  const [load, often, rows] = body.phases;
  assert.deepEqual(
    body.phases.map(({ task: name, line }) => `${name} ${line > 0}`),
    ["load true", "often true", "rows true"],
  );
  assert.deepEqual(load?.times, [text(day + 5 * HOUR)]);
  assert.equal(sum(load?.ticks ?? []), 1);
  assert.equal(often?.times, null);
  assert.deepEqual(new Set(often?.ticks), new Set([12]));
  assert.deepEqual(rows?.times, [text(day + 20 * HOUR)]);
  assert.deepEqual(
    load?.results?.map(({ step, state, failed }) => ({ step, state, failed })),
    [{ step: 5, state: "error", failed: 1 }],
  );
  const [before, after] = [body.steps[2], body.steps[20]];
  assert.equal(before?.expected, 0, "it is over");
  assert.deepEqual(after, {
    at: text(day + 20 * HOUR),
    tasks: 0,
    // How many tasks the batch makes its rows say.
    expected: 12,
    ticks: 13,
    most: { at: text(day + 20 * HOUR), ticks: 2 },
  });
  const weeks = await get<LoadAnswer>(
    `/api/schedule/load?from=${text(day)}&to=${text(day + 84 * DAY)}&by=day&phases=false`,
  );
  assert.equal(weeks.body.steps.length, 84);
  assert.deepEqual(weeks.body.phases, []);
  assert.equal(weeks.body.steps[40]?.expected, 1 + 288);
});

test("what does not tick by the clock is expected as often as it usually comes in that hour", async (t) => {
  const rig = await rigWith(t, phase("load", { cron: "0 5 * * *" }) + phase("sum", { dependsOn: "load" }));
  const { get } = serveRig(t, rig);
  const scheduler = await schedule(rig);
  for (let day = 25; day <= 28; day++)
    for (const task of await fireAt(rig, scheduler, Date.UTC(2026, 10, day, 5, 0, 1)))
      await report(rig, task, "complete");
  const next = Date.UTC(2026, 10, 29);
  const { body } = await get<LoadAnswer>(`/api/schedule/load?from=${text(next)}&to=${text(next + DAY)}`);
  assert.deepEqual(
    body.steps.flatMap(({ expected }, step) => (expected === 0 ? [] : [`${step}: ${expected}`])),
    ["5: 2"],
  );
});

test("a pause takes its ticks out of the load, and says how many it has passed over", async (t) => {
  const rig = await rigWith(
    t,
    phase("load", { cron: "*/10 * * * *" }) + phase("off", { cron: "0 * * * *", paused: true }),
  );
  const { get, post } = serveRig(t, rig);
  const until = rig.now + 3 * HOUR;
  await post("/api/workflows/phases/load/pause", { reason: "a bucket moves", until: text(until) }, "operator");
  const began = rig.now;
  rig.now += HOUR;
  const { body } = await get<LoadAnswer>(`/api/schedule/load?from=${text(began - DAY)}&to=${text(began + DAY)}`);
  const [pause, off] = body.pauses;
  assert.deepEqual(
    { ...pause, phase_id: 0 },
    {
      phase_id: 0,
      workflow: "flow.toml",
      task: "load",
      type: "load",
      job: "",
      since: text(began),
      until: text(until),
      by: pause?.by,
      reason: "a bucket moves",
      passed: 6,
    },
  );
  assert.deepEqual([off?.task, off?.since, off?.passed], ["off", null, null]);
  const [load] = body.phases;
  assert.equal(load?.held?.until, text(until));
  const off2 = body.phases[1]?.ticks ?? [];
  const coming = body.steps.findIndex(({ at }) => Date.parse(at) >= rig.now);
  assert.equal(
    sum(body.steps.map(({ ticks }) => ticks)),
    sum(load?.ticks ?? []) - 18 + sum(off2.slice(0, coming)),
    "three hours of six ticks, and all that its file pauses from now on",
  );
});

test("the load of hours has as many ticks as the list of ticks, in all zones", async (t) => {
  const flow = [
    phase("a", { cron: "*/7 * * * *" }),
    phase("b", { cron: "30 2 * * *", timezone: "Europe/Berlin" }),
    phase("c", { cron: "0 */5 * * *", timezone: "Asia/Kathmandu" }),
    phase("d", { cron: "0 0 2 * * *", timezone: "Australia/Lord_Howe" }),
    phase("e", { cron: "@hourly", timezone: "America/New_York" }),
    phase("f", { files: "/in/*" }),
  ];
  const rig = await rigWith(t, flow.join(""));
  const { get } = serveRig(t, rig);
  const first = Date.UTC(2026, 0, 1) / HOUR;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: first, max: first + 366 * 24 }),
      fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"),
      async (hour, tz) => {
        const span = `from=${text(hour * HOUR)}&to=${text(hour * HOUR + DAY)}`;
        const { body } = await get<LoadAnswer>(`/api/schedule/load?${span}&tz=${tz}`);
        const [from, to] = [body.steps[0]?.at ?? "", body.to];
        // The list has those after its beginning, and that of its end.
        const list = `from=${text(Date.parse(from) - 1)}&to=${text(Date.parse(to) - 1)}&limit=500`;
        const { body: ticks } = await get<{ ticks: readonly { scheduled_at: string; task: string }[] }>(
          `/api/schedule?${list}`,
        );
        assert.equal(sum(body.steps.map((step) => step.ticks)), ticks.ticks.length, `${span} ${tz}`);
        for (const { task, ticks: own } of body.phases)
          assert.equal(sum(own), ticks.ticks.filter((tick) => tick.task === task).length, task);
        body.steps.forEach(({ at, ticks: many, most }, step) => {
          const end = body.steps[step + 1]?.at ?? to;
          const inStep = ticks.ticks.filter(({ scheduled_at: moment }) => moment >= at && moment < end);
          assert.equal(many, inStep.length, `${at} ${tz}`);
          const minutes = Map.groupBy(inStep, ({ scheduled_at: moment }) => moment.slice(0, 16));
          assert.equal(most?.ticks ?? 0, Math.max(0, ...[...minutes.values()].map((one) => one.length)), at);
        });
      },
    ),
    { numRuns: 25 },
  );
});

test("the load refuses a zone that there is not, and ranges that are too long or end before they begin", async (t) => {
  const { get } = serveRig(t, await rigWith(t, phase("a", { cron: "@daily" })));
  const refused = async (query: string): Promise<string> => {
    const { status, body } = await get<Problem>(`/api/schedule/load?${query}`);
    return `${status} ${body.code}`;
  };
  const day = "from=2026-11-25T00:00:00Z&to=2026-11-26T00:00:00Z";
  assert.equal(await refused(`${day}&tz=Mars/Base`), "422 unknown_zone");
  assert.equal(await refused("from=2026-11-25T00:00:00Z&to=2026-12-25T00:00:00Z"), "422 range_too_long");
  assert.equal(await refused("from=2026-11-25T00:00:00Z&to=2026-11-25T00:00:00Z"), "422 empty_range");
});

test("who may see only a part has the ticks of its phases, and no tasks of others", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "@daily" }) + phase("b", { cron: "@hourly" }));
  const { get } = serveRig(t, rig);
  const { body } = await get<LoadAnswer>(
    "/api/schedule/load?from=2026-11-25T00:00:00Z&to=2026-11-26T00:00:00Z",
    "viewer on type:a",
  );
  assert.deepEqual(
    body.phases.map(({ task, results }) => [task, results]),
    [["a", null]],
  );
  assert.equal(sum(body.steps.map(({ ticks }) => ticks)), 1);
  assert.deepEqual(new Set(body.steps.flatMap(({ tasks, expected }) => [tasks, expected])), new Set([null]));
});

test("the coming changes of clocks name the ticks that they skip, double or lose", async (t) => {
  const rig = await rigWith(
    t,
    phase("check", { cron: "30 2 * * *", timezone: "Europe/Berlin" }) +
      phase("sure", { cron: "30 4 * * *", timezone: "Europe/Berlin" }) +
      phase("utc", { cron: "30 2 * * *" }),
  );
  const { get } = serveRig(t, rig);
  const { body } = await get<ClockChangesAnswer>("/api/schedule/clock-changes");
  assert.deepEqual(
    body.changes.map(({ at, zone, before_ms: before, after_ms: after, phases, files, effects }) => ({
      at,
      zone,
      moved: after - before,
      phases,
      files,
      effects: effects.map(({ task, line, kind, time }) => `${task} ${line} ${kind} ${time}`),
    })),
    [
      {
        at: "2027-03-28T01:00:00.000Z",
        zone: "Europe/Berlin",
        moved: HOUR,
        phases: 2,
        files: 1,
        effects: [`check ${body.changes[0]?.effects[0]?.line} skipped 2027-03-28T02:30`],
      },
      {
        at: "2027-10-31T01:00:00.000Z",
        zone: "Europe/Berlin",
        moved: -HOUR,
        phases: 2,
        files: 1,
        effects: [`check ${body.changes[0]?.effects[0]?.line} doubled 2027-10-31T02:30`],
      },
    ],
  );
});
