import { describe, expect, test } from "vitest";
import {
  type RunAnswer,
  type RunModel,
  runModel,
  type RunRecord,
} from "../../../web/routes/workflows/gantt/run-model.ts";
import { runRows } from "../../../web/routes/workflows/gantt/run-rows.ts";
import { runSentence, toUsualText } from "../../../web/routes/workflows/gantt/run-sentence.ts";

/** Seconds after 16:00. */
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 13, 16, 0, seconds)).toISOString();
const clock = (moment: number): string => new Date(moment).toISOString().slice(11, 19);

interface Made {
  readonly id: number;
  readonly job: string;
  readonly parent?: number | null;
  readonly joined?: readonly number[];
  readonly first?: number;
  readonly attempt?: number;
  readonly position?: number;
  readonly times: readonly [created: number, started: number | null, ended: number | null];
  readonly result?: string;
  readonly more?: Partial<RunRecord>;
}

function bar({
  id,
  job,
  parent = null,
  joined = [],
  first = id,
  attempt = 0,
  position = 0,
  times,
  result = "complete",
  more,
}: Made): RunRecord {
  const [created, started, ended] = times;
  return {
    record_id: id,
    parent_id: parent,
    phase_id: job.length,
    workflow: "orders.toml",
    task: `load:${job}`,
    type: "load",
    job,
    depth: 0,
    position,
    joined,
    kind: null,
    origin: "tick",
    first_attempt_id: first,
    attempt,
    retries: 1,
    version_id: 14,
    state: ended === null ? (started === null ? "waiting" : "running") : "finished",
    result: ended === null ? "" : result,
    msg: "",
    info: "",
    task_time: "2026-01-13T15",
    due_at: null,
    decided_at: at(created),
    created: at(created),
    started: started === null ? null : at(started),
    ended: ended === null ? null : at(ended),
    ...more,
  };
}

const usual = (job: string, run: number, queue = 1): RunAnswer["usual"][number] => ({
  phase_id: job.length,
  position: 0,
  queue_ms: queue * 1000,
  run_ms: run * 1000,
  of: 30,
});

function model(bars: readonly RunRecord[], usuals: RunAnswer["usual"] = [], now = at(1000)): RunModel {
  const run = runModel({ bars: [...bars], files: [], usual: usuals }, Date.parse(now));
  if (run === null) throw new Error("no run");
  return run;
}

const names = (run: RunModel): readonly string[] => run.path.map(({ newest }) => newest.job);

describe("the critical path", () => {
  test("goes from the task that ended last over the parents that ended last", () => {
    const run = model([
      bar({ id: 1, job: "a", times: [0, 1, 10] }),
      bar({ id: 2, job: "bb", parent: 1, times: [10, 11, 60] }),
      bar({ id: 3, job: "ccc", parent: 1, times: [10, 12, 30] }),
      bar({ id: 4, job: "dddd", parent: 3, joined: [2, 3], times: [60, 61, 90] }),
      bar({ id: 5, job: "eeeee", parent: 3, times: [30, 31, 70] }),
    ]);
    expect(names(run)).toEqual(["a", "bb", "dddd"]);
    expect(run.isOver).toBe(true);
    expect((run.end - run.begin) / 1000).toBe(90);
  });
  test("ends with what still runs", () => {
    const run = model([
      bar({ id: 1, job: "a", times: [0, 1, 10] }),
      bar({ id: 2, job: "bb", parent: 1, times: [10, 11, null] }),
      bar({ id: 3, job: "ccc", parent: 1, times: [10, 12, 30] }),
    ]);
    expect(names(run)).toEqual(["a", "bb"]);
    expect(run.isOver).toBe(false);
  });
  test("stops at a circle, and at a parent that is not shown", () => {
    const run = model([
      bar({ id: 1, job: "a", parent: 2, times: [0, 1, 10] }),
      bar({ id: 2, job: "bb", parent: 1, times: [10, 11, 20] }),
      bar({ id: 3, job: "ccc", parent: 99, times: [0, 1, 5] }),
    ]);
    expect(names(run)).toEqual(["a", "bb"]);
  });
});

describe("the sentence", () => {
  const parent = bar({ id: 1, job: "a", times: [0, 1, 61] });
  test("names the task that failed, and when", () => {
    const run = model(
      [
        parent,
        bar({ id: 2, job: "bb", parent: 1, times: [61, 62, 122], result: "error" }),
        bar({ id: 3, job: "bb", parent: 1, first: 2, attempt: 1, times: [152, 153, 253] }),
      ],
      [usual("a", 60), usual("bb", 60)],
    );
    const { lead, because, parts } = runSentence(run, 0, clock);
    expect(lead).toBe("This run took 4 m 13 s, 2 m 11 s longer than usual");
    expect([because?.task.newest.job, because?.what]).toEqual(["bb", "failed at 16:02:02"]);
    expect(parts).toBe("3 m 40 s of it were work; 30 s it waited for retries, 3.0 s in queues.");
  });
  test("names both failures of two, and of more the first and the last", () => {
    const failing = (count: number): string | undefined =>
      runSentence(
        model(
          Array.from({ length: count }, (_, n) =>
            bar({ id: 1 + n, job: "a", first: 1, attempt: n, times: [n * 60, n * 60, n * 60 + 5], result: "error" }),
          ),
        ),
        0,
        clock,
      ).because?.what;
    expect(failing(2)).toBe("failed at 16:00:05 and again at 16:01:05");
    expect(failing(4)).toBe("failed 4 times, first at 16:00:05 and last at 16:03:05");
  });
  test("names a queue that was longer than usual, or else a run", () => {
    const one = (times: Made["times"]): string | undefined =>
      runSentence(model([bar({ id: 1, job: "a", times })], [usual("a", 60, 2)]), 0, clock).because?.what;
    expect(one([0, 92, 152])).toBe("waited 1 m 32 s in its queue, usually 2.0 s");
    expect(one([0, 2, 182])).toBe("ran 2 m 00 s longer than usual");
    expect(one([0, 2, 62])).toBeUndefined();
  });
  test("goes on while it runs, and says nothing of a habit that there is not", () => {
    const running = model([bar({ id: 1, job: "a", times: [0, 1, null] })], [usual("a", 60)], at(30));
    expect(runSentence(running, Date.parse(at(30)), clock).lead).toBe(
      "This run has taken 30 s so far, usually 1 m 01 s",
    );
    expect(runSentence(model([parent]), 0, clock).lead).toBe("This run took 1 m 01 s");
    expect(runSentence(model([parent], [usual("a", 60)]), 0, clock).lead).toBe(
      "This run took 1 m 01 s, as long as usual",
    );
  });
});

test("the difference to the usual has its sign, and is not there before the end, but when it is late", () => {
  const text = (times: Made["times"], now = at(1000)): string | null | undefined =>
    model([bar({ id: 1, job: "a", times })], [usual("a", 60)], now).tasks.get(1) &&
    toUsualText(model([bar({ id: 1, job: "a", times })], [usual("a", 60)], now).tasks.get(1) as never);
  expect(text([0, 1, 181])).toBe("+2 m 00 s");
  expect(text([0, 1, 51])).toBe("−10 s");
  expect(text([0, 1, 61])).toBe("0");
  expect(text([0, null, null])).toBeNull();
  expect(text([0, 1, null], at(31))).toBeNull();
  expect(text([0, 1, null], at(91))).toBe("+30 s");
});

test("rows stand by workflow file with what led there, and several tasks of a phase below the first", () => {
  const files = [
    { record_id: 1, file_id: 7, path: "/in/a.csv", size: 5, received_at: at(-3), reported_by: null },
    { record_id: 4, file_id: 8, path: "/out/1.csv", size: 6, received_at: at(20), reported_by: 3 },
    { record_id: 4, file_id: 9, path: "/out/2.csv", size: 7, received_at: at(21), reported_by: 3 },
  ];
  const bars = [
    bar({ id: 1, job: "a", times: [0, 1, 10], more: { origin: "file" } }),
    bar({ id: 2, job: "bb", parent: 1, times: [10, 11, 20], more: { info: "?table=orders" } }),
    bar({ id: 3, job: "bb", parent: 1, position: 1, times: [10, 11, 20], more: { info: "?table=stock" } }),
    bar({
      id: 4,
      job: "ccc",
      parent: 3,
      times: [21, 22, 30],
      more: { workflow: "archive.toml", origin: "file", kind: "file" },
    }),
  ];
  const run = runModel({ bars, files, usual: [] }, 0);
  expect(run).not.toBeNull();
  if (run === null) return;
  expect(run.begin).toBe(Date.parse(at(-3)));
  expect(
    runRows(run, files).map((row) =>
      row.kind === "group"
        ? `${row.workflow}: ${row.about}`
        : row.kind === "file"
          ? `${row.name} ${row.size}`
          : `${row.isBelow ? "below " : ""}${row.name} ${row.detail}`.trim(),
    ),
  ).toEqual([
    "orders.toml: version 14 · started by a file",
    "/in/a.csv 5",
    "load:a",
    "load:bb orders",
    "below load:bb stock",
    "archive.toml: version 14 · started by what orders.toml: load:bb wrote",
    "2 files of load:bb 13",
    "load:ccc",
  ]);
});
