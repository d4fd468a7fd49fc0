import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import type { GraphRow } from "../../src/contract/api/tasks/task-rows.ts";
import { infoPairs } from "../../web/routes/task/fields.tsx";
import { Reference } from "../../web/components/people/reference.tsx";
import { leftOf } from "../../web/routes/task/progress.tsx";
import { readSearch } from "../../web/routes/task/search.ts";
import { taskTimeOf } from "../../web/components/runs/run-text.ts";
import { attemptOf, phrase } from "../../web/routes/task/task-text.ts";
import { TimeScale } from "../../web/routes/task/time-scale.ts";
import { drawnRun, pageOfNode } from "../../web/routes/task/run/drawn-run.ts";
import { notStarted, treeOf } from "../../web/routes/task/run/tree.ts";

function record(record_id: number, parent_id: number | null, more: Partial<GraphRow> = {}): GraphRow {
  return {
    record_id,
    id: "run",
    type: `t${record_id}`,
    job: "",
    state: "finished",
    result: "complete",
    msg: "",
    origin: parent_id === null ? "tick" : "child",
    attempt: 0,
    first_attempt_id: record_id,
    parent_id,
    kind: parent_id === null ? null : "triggered",
    workflow: "w.toml",
    task_time: null,
    created: null,
    due_at: null,
    started: null,
    ended: null,
    depth: 0,
    joined: [],
    ...more,
  };
}

function shape(records: readonly GraphRow[]): readonly string[] {
  return treeOf(records).map(
    ({ task, depth, attempts, cause }) =>
      `${" ".repeat(depth)}${task.record_id}${attempts > 1 ? ` x${attempts}` : ""}${cause === "" ? "" : ` ${cause}`}`,
  );
}

test("a run is a tree of tasks: retries are no tasks, and what followed a retry stands below its task", () => {
  const records = [
    record(1, null),
    record(2, 1),
    record(3, 2, { kind: "retry", first_attempt_id: 2, attempt: 1, origin: "retry" }),
    record(4, 3),
    record(5, 1, { kind: "join", joined: [1, 4] }),
    record(6, 4, { kind: "file", origin: "file" }),
  ];
  expect(shape(records)).toEqual([
    "1 by its schedule",
    " 3 x2",
    "  4",
    "   6 through a file that it wrote",
    " 5 joined with t4",
  ]);
});

test("what was not started is told with its reason, once, and no more when the join has come", () => {
  const event = (code: string, sentence: string) => ({ at: "2026-01-14T13:00:00Z", code, data: {}, sentence });
  const events = [
    event("tick_fired", "started by its cron"),
    event("require_missing", "copy:eu not started: the meta of load:eu lacks file"),
    event("join_waiting", "t2 not started yet: `join=all` waits for load:us"),
  ];
  const whys = [{ events }, { events: events.slice(0, 2) }];
  expect(notStarted(whys, treeOf([record(1, null)]))).toEqual([events[1]?.sentence, events[2]?.sentence]);
  const joined = treeOf([record(1, null), record(2, 1, { kind: "join", joined: [1, 3] })]);
  expect(notStarted(whys, joined)).toEqual([events[1]?.sentence]);
});

test("a part of a run, a circle and a chain of 10,000 have each task once", () => {
  expect(shape([record(7, 3), record(8, 7)])).toEqual(["7", " 8"]);
  expect(shape([record(1, 2), record(2, 1)])).toEqual(["1", " 2"]);
  const chain = Array.from({ length: 10_000 }, (_, at) => record(at + 1, at === 0 ? null : at));
  const rows = treeOf(chain);
  expect([rows.length, rows.at(-1)?.depth]).toEqual([10_000, 9999]);
});

test("info is a path and what follows it, decoded", () => {
  expect(infoPairs("s3://a/b.gz?dest=c%20d&x=1")).toEqual([
    ["path", "s3://a/b.gz"],
    ["dest", "c d"],
    ["x", "1"],
  ]);
  expect(infoPairs("?a=1")).toEqual([["a", "1"]]);
  expect(infoPairs("plain text")).toEqual([["path", "plain text"]]);
  expect(infoPairs("")).toEqual([]);
});

test("what is left is told by the pace of the task, else by what is usual, else not at all", () => {
  expect(leftOf({ progress: 0.25, elapsed: 10_000, usual: null }, 10_000)).toBe(30_000);
  expect(leftOf({ progress: 0.25, elapsed: 10_000, usual: 500_000 }, 12_000)).toBe(28_000);
  expect(leftOf({ progress: null, elapsed: 10_000, usual: 60_000 }, 10_000)).toBe(50_000);
  expect(leftOf({ progress: null, elapsed: 90_000, usual: 60_000 }, 90_000)).toBe(null);
  expect(leftOf({ progress: 0, elapsed: 10_000, usual: null }, 10_000)).toBe(null);
});

test("times of the task, its attempts and a message are written as people and the query language read them", () => {
  expect(taskTimeOf({ task_time: "2026-01-14T13:00:00Z" })).toBe("2026-01-14T13");
  expect(taskTimeOf({ task_time: "2026-01-14T13:30:00+01:00" })).toBe("2026-01-14T13:30");
  expect(attemptOf({ attempt: 1, retries: 3 })).toBe("attempt 2 of 4");
  expect(attemptOf({ attempt: 5, retries: 3 })).toBe("attempt 6 of 6");
  expect(attemptOf({ attempt: 0, retries: null })).toBe("attempt 1");
  expect(phrase(String.raw`a "b" \ *`)).toBe(String.raw`"a \"b\" \\ \*"`);
});

test("the address keeps what can be meant, and nothing else", () => {
  expect(readSearch({ log: 5, find: "slow", line: 3, raw: true })).toEqual({
    log: 5,
    find: "slow",
    line: 3,
    raw: true,
  });
  expect(readSearch({ log: -1, find: {}, line: "x", raw: 1 })).toEqual({});
});

test("an axis of time has few ticks, on round times, whatever it spans", () => {
  for (const span of [500, 7000, 3_600_000, 90 * 86_400_000]) {
    const scale = new TimeScale(0, span, 7);
    expect(scale.ticks().length).toBeLessThanOrEqual(8);
    expect(scale.share(0)).toBeGreaterThan(0);
    expect(scale.share(span)).toBeLessThan(1);
  }
});

test("a runbook with a scheme that could run something is text", () => {
  const { container, rerender } = render(<Reference name="Runbook" url="javascript:alert(1)" />);
  expect(container.querySelector("a")).toBe(null);
  rerender(<Reference name="Runbook" url="https://wiki.example.net/load" />);
  expect(container.querySelector("a")?.getAttribute("rel")).toBe("noreferrer");
});

test("a run is drawn with its files between, each parent of a joined task, and what was not started", () => {
  const records = [
    record(1, null),
    record(2, 1),
    record(3, 2, { kind: "retry", first_attempt_id: 2, attempt: 1, origin: "retry" }),
    record(4, 1),
    record(5, 2, { kind: "join", joined: [3, 4] }),
    record(6, 3, { kind: "file", origin: "file" }),
  ];
  const file = { id: 9, path: "gs://lake/in/a.csv" };
  const absent = ["t7 is not started, because meta has no key"];
  const { nodes, edges } = drawnRun(treeOf(records), { current: 2, files: new Map([[6, file]]), absent });
  expect(nodes.map(({ id, kind, title, isHere }) => [id, kind, title, isHere ?? false])).toEqual([
    ["r1", "thing", "t1", false],
    ["r3", "thing", "t3", true],
    ["r5", "thing", "t5", false],
    ["f9", "source", "…/a.csv", false],
    ["r6", "thing", "t6", false],
    ["r4", "thing", "t4", false],
    ["a0", "ghost", "t7", false],
  ]);
  expect(edges.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual(
    ["r1 r3", "r1 r4", "r3 r5", "r4 r5", "r3 f9", "f9 r6", "r3 a0"].toSorted(),
  );
  expect(pageOfNode("r3")).toEqual({ to: "/tasks/$id", id: "3" });
  expect(pageOfNode("f9")).toEqual({ to: "/files/$id", id: "9" });
  expect(pageOfNode("a0")).toBeNull();
});
