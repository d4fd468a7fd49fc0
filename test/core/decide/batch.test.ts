import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { type Batch, BatchError, type BatchTask, expandBatch } from "../../../src/core/decide/batch.ts";
import { expandRows, unequalRows } from "../../../src/core/task/batch-rows.ts";
import { taskTime } from "../../../src/core/task/task-time.ts";
import { fc, tries } from "../../support/seed.ts";

const HOUR_NS = 3_600_000_000_000n;

function batch(changes: Partial<Batch>): Batch {
  return {
    type: "load",
    job: "",
    workflow: "w.toml",
    template: "?t={yyyy}-{mm}-{dd}T{hh}",
    start: Date.parse("2024-01-10T06:00:00Z"),
    forNs: 0n,
    by: "",
    zone: "UTC",
    columns: null,
    fileRows: null,
    maxTasks: 1000,
    host: "h",
    uuid: () => "0a1b2c3d",
    ...changes,
  };
}

function tasksOf(changes: Partial<Batch>): readonly BatchTask[] {
  const tasks = expandBatch(batch(changes));
  assert.ok(!(tasks instanceof BatchError));
  return tasks;
}

function infos(changes: Partial<Batch>): string[] {
  return tasksOf(changes).map((task) => task.info.slice("?t=".length));
}

describe("expandBatch", () => {
  it("numbers the tasks in the order they are sent, last step first when the span is negative", () => {
    const tasks = tasksOf({
      forNs: -2n * HOUR_NS,
      by: "hour",
      columns: new Map([["c", ["x", "y"]]]),
      template: "{hh}{meta:c}",
    });
    assert.deepEqual(
      tasks.map((task) => `${task.position}:${task.info}`),
      ["0:06y", "1:06x", "2:05y", "3:05x", "4:04y", "5:04x"],
    );
  });

  it("does not lose or gain a step by a nanosecond", () => {
    assert.equal(infos({ by: "hour", forNs: HOUR_NS - 1n }).length, 1);
    assert.equal(infos({ by: "hour", forNs: HOUR_NS }).length, 2);
    assert.deepEqual(infos({ by: "hour", forNs: 1n - HOUR_NS }), ["2024-01-10T05"]);
    assert.deepEqual(infos({ by: "hour", forNs: -HOUR_NS }), ["2024-01-10T06", "2024-01-10T05"]);
  });

  it("steps months on the last day where the month is shorter, and comes back to the 31st", () => {
    const start = Date.parse("2023-12-31T00:00:00Z");
    assert.deepEqual(infos({ start, by: "Monthly", forNs: 24n * 125n * HOUR_NS }), [
      "2023-12-31T00",
      "2024-01-31T00",
      "2024-02-29T00",
      "2024-03-31T00",
      "2024-04-30T00",
    ]);
  });

  it("steps days on the zone's clock, over a change and over a day that the zone skipped", () => {
    const berlin = { zone: "Europe/Berlin", start: Date.parse("2024-03-30T06:00:00Z"), forNs: 48n * HOUR_NS };
    assert.deepEqual(infos(berlin), ["2024-03-30T07", "2024-03-31T07", "2024-04-01T07"]);
    const apia = { zone: "Pacific/Apia", start: Date.parse("2011-12-28T20:00:00Z"), forNs: 72n * HOUR_NS };
    assert.deepEqual(infos(apia), ["2011-12-28T10", "2011-12-29T10", "2011-12-31T10", "2012-01-01T10"]);
  });

  it("back in time loses no day to one of 23 or 25 hours, counted from either end", () => {
    const zone = "America/New_York";
    for (const countsFromTaskTime of [true, false]) {
      const autumn = { zone, countsFromTaskTime, start: Date.parse("2026-11-01T08:00:00Z"), forNs: -48n * HOUR_NS };
      assert.deepEqual(infos(autumn), ["2026-11-01T03", "2026-10-31T03", "2026-10-30T03"]);
      const spring = { ...autumn, start: Date.parse("2026-03-09T07:00:00Z") };
      assert.deepEqual(infos(spring), ["2026-03-09T03", "2026-03-08T03", "2026-03-07T03"]);
    }
    const weeks = { zone, by: "week", start: Date.parse("2026-11-02T08:00:00Z"), forNs: -168n * HOUR_NS };
    assert.deepEqual(infos(weeks), ["2026-11-02T03", "2026-10-26T03"]);
    const howe = { zone: "Australia/Lord_Howe", start: Date.parse("2026-04-05T16:30:00Z"), forNs: -48n * HOUR_NS };
    assert.deepEqual(infos(howe), ["2026-04-06T03", "2026-04-05T03", "2026-04-04T03"]);
  });

  it("counts from its task time where the span is in days or months, so that firsts stay firsts", () => {
    const start = Date.parse("2026-06-01T06:00:00Z");
    const months = { start, by: "month", forDays: { months: -3, days: 0 } };
    assert.deepEqual(infos(months), ["2026-06-01T06", "2026-05-01T06", "2026-04-01T06", "2026-03-01T06"]);
    const weeks = { start, by: "week", forDays: { months: 0, days: -10 } };
    assert.deepEqual(infos(weeks), ["2026-06-01T06", "2026-05-25T06"]);
    const hours = { start, by: "week", forNs: -240n * HOUR_NS };
    assert.deepEqual(infos(hours), ["2026-05-29T06", "2026-05-22T06"], "as the older program");
    assert.deepEqual(infos({ ...hours, countsFromTaskTime: true }), ["2026-06-01T06", "2026-05-25T06"]);
  });

  it("by months goes over short months and leap days, and keeps the day where the month has it", () => {
    const back = (start: string, months: number, by = "month"): string[] =>
      infos({ start: Date.parse(start), by, forDays: { months, days: 0 } }).map((info) => info.slice(0, 10));
    assert.deepEqual(back("2026-03-31T06:00:00Z", -1), ["2026-03-31", "2026-02-28"]);
    assert.deepEqual(back("2026-05-31T06:00:00Z", -3), ["2026-05-31", "2026-04-30", "2026-03-31", "2026-02-28"]);
    assert.deepEqual(back("2028-03-30T06:00:00Z", -2), ["2028-03-30", "2028-02-29", "2028-01-30"]);
    assert.deepEqual(back("2028-02-29T06:00:00Z", -12).slice(0, 2), ["2028-02-29", "2028-01-29"]);
    assert.equal(back("2028-02-29T06:00:00Z", -12).at(-1), "2027-02-28");
    assert.deepEqual(back("2026-03-03T06:00:00Z", -1, "day").length, 29, "February, and both ends");
    assert.deepEqual(back("2026-01-31T06:00:00Z", 1), ["2026-01-31", "2026-02-28"]);
    const weeks = infos({ start: Date.parse("2026-03-31T06:00:00Z"), by: "week", forDays: { months: -1, days: 0 } });
    assert.deepEqual(weeks.at(-1), "2026-03-03T06");
  });

  it("uses the task time that a reader of its meta finds", () => {
    const columns = new Map([["cron", ["2001-02-03T04", "no time"]]]);
    const tasks = tasksOf({ columns, template: "?date=2020-05-06&c={meta:cron}", zone: "Asia/Kathmandu" });
    for (const task of tasks) assert.equal(task.taskTime, taskTime(task.meta, task.info));
    assert.equal(tasks[0]?.taskTime, Date.parse("2001-02-03T04:00:00Z"));
  });

  it("creates no task for a meta-file without rows, unless the span has steps", () => {
    assert.equal(infos({ fileRows: [] }).length, 0);
    assert.equal(infos({ fileRows: [], forNs: 24n * HOUR_NS }).length, 2);
    assert.equal(infos({ columns: new Map() }).length, 1);
  });

  it("stops at the cap, with a sentence, and does not walk the whole span", () => {
    const error = expandBatch(batch({ forNs: 2n ** 62n, by: "hour" }));
    assert.ok(error instanceof BatchError);
    assert.equal(error.code, "too_many_tasks");
    assert.match(error.message, /more than 1000 tasks/);
    const rows = Array.from({ length: 600 }, () => new Map([["a", "1"]]));
    assert.ok(expandBatch(batch({ fileRows: rows, forNs: 24n * HOUR_NS })) instanceof BatchError);
    assert.equal(tasksOf({ fileRows: rows }).length, 600);
  });

  it("has each step once, both ends included, the same steps in both directions", () => {
    const span = fc.bigInt({ min: 0n, max: 4000n });
    fc.assert(
      fc.property(span, fc.constantFrom("hour", "day", "week"), fc.nat(1e6), (hours, by, seconds) => {
        const start = Date.parse("2024-01-10T06:00:00Z") + seconds * 1000;
        const there = tasksOf({ start, by, forNs: hours * HOUR_NS, maxTasks: 5000 });
        const stepHours = { hour: 1n, day: 24n, week: 168n }[by] ?? 1n;
        assert.equal(BigInt(there.length), hours / stepHours + 1n);
        const end = start + Number(hours) * 3_600_000;
        const back = tasksOf({ start: end, by, forNs: -hours * HOUR_NS, maxTasks: 5000 });
        assert.deepEqual(
          back.map((task) => task.meta).toReversed(),
          there.map((task) => task.meta),
        );
      }),
      tries(40),
    );
  });
});

describe("rows", () => {
  it("of unequal length are reported with their lengths", () => {
    const unequal = new Map([
      ["a", ["1", "2"]],
      ["b", ["3"]],
    ]);
    assert.equal(unequalRows(unequal), "rows of unequal length in meta: a has 2, b has 1");
    assert.equal(
      unequalRows(
        new Map([
          ["a", ["1"]],
          ["b", ["3"]],
        ]),
      ),
      null,
    );
    assert.equal(unequalRows(new Map()), null);
    const error = expandBatch(batch({ columns: unequal }));
    assert.ok(error instanceof BatchError && error.code === "rows_unequal");
  });

  it("of the columns come before those of the file", () => {
    const rows = expandRows(new Map([["a", ["1", "2"]]]), [new Map([["a", "3"]])]);
    assert.deepEqual(
      rows.map((row) => row.get("a")),
      ["1", "2", "3"],
    );
    assert.deepEqual(expandRows(null, null), []);
  });
});
