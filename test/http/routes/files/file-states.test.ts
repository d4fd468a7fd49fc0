import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { RedriveFilesRequest } from "../../../../src/contract/api/file-api.ts";
import type { fileAnswer, fileCountsAnswer, filesAnswer } from "../../../../src/contract/api/files/file-list-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { rangeOf } from "../../../../src/contract/api/files/task-time-range.ts";
import { arrive, phase, report, rigWith, rootTask, takeSent } from "../../../engine/rig/drive.ts";
import { serveRig } from "../../served-rig.ts";

type Page = z.infer<typeof filesAnswer>;
type Counts = z.infer<typeof fileCountsAnswer>;
type Shown = z.infer<typeof fileAnswer>;

const FLOW = phase("load", { files: "/in/????/??/??/*.csv" }) + phase("sum", { files: "/out/*", retry: 1 });
const [DAY_ONE, DAY_TWO, MISSED, FAR] = ["/in/2026/11/24/a.csv", "/in/2026/11/25/b.csv", "/in/2026/11/24/c.txt", "zz"];

test("GET /api/files chooses by state, workflow file and task time, and shows what became of each", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get, post } = serveRig(t, rig);
  await arrive(rig, DAY_ONE, DAY_TWO, MISSED, FAR);
  const [first, second] = takeSent(rig);
  assert.ok(first !== undefined && second !== undefined);
  await report(rig, first, "error");
  await report(rig, second, "complete");
  const ids = async (query: string): Promise<number[]> =>
    (await get<Page>(`/api/files?${query}`)).body.files.map(({ id }) => id);
  for (const [query, expected] of [
    ["state=matched", [2, 1]],
    ["state=unmatched", [4, 3]],
    ["state=near_miss", [3]],
    ["state=near_miss&path=/in/*", [3]],
    [`state=near_miss&path=${FAR}`, []],
    ["state=near_miss&type=load", []],
    ["state=failed", [1]],
    ["state=failed&type=load&path=*a*", [1]],
    [`state=failed&path=${DAY_TWO}`, []],
    ["workflow=flow.toml", [2, 1]],
    ["workflow=flow.toml&type=sum", []],
    ["workflow=other.toml", []],
    ["type=load&task_time=2026-11-25", [2]],
    ["workflow=flow.toml&task_time=2026-11", [2, 1]],
    [`workflow=flow.toml&task_time=2026-11-24T00&path=${DAY_ONE}`, [1]],
    [`workflow=flow.toml&task_time=2026-11-25&path=${DAY_ONE}`, []],
  ] as const)
    assert.deepEqual(await ids(query), expected, query);
  const { files } = (await get<Page>("/api/files")).body;
  assert.deepEqual(
    files.map(({ phases, nearest, made }) => [
      phases[0]?.task ?? null,
      nearest?.task ?? null,
      made.map(({ result }) => result),
    ]),
    [
      [null, null, []],
      [null, "load", []],
      ["load", null, ["complete"]],
      ["load", null, ["error"]],
    ],
  );
  const counts = async (query: string): Promise<Counts> => (await get<Counts>(`/api/files/counts?${query}`)).body;
  const all = { all: 4, matched: 2, unmatched: 2, near_miss: 1, failed: 1, total_is: "exact" };
  assert.deepEqual(await counts(""), all);
  assert.partialDeepStrictEqual(await counts("path=*.csv"), { all: 2, matched: 2, unmatched: 0, near_miss: 0 });
  for (const query of [
    "state=lost",
    "matched=true&state=failed",
    "task_time=2026-11-25",
    "type=load&task_time=2026-13",
  ])
    assert.equal((await get<Problem>(`/api/files?${query}`)).status, 400, query);
  assert.equal((await get<Problem>("/api/files/counts?task_time=2026-11-25")).status, 400);
  const redrive = async (body: Partial<RedriveFilesRequest>): Promise<readonly number[]> =>
    (await post<{ results: { id: number }[] }>("/api/files/redrive", { dry_run: true, ...body })).body.results.map(
      ({ id }) => id,
    );
  assert.deepEqual(await redrive({ state: "near_miss" }), [3]);
  assert.deepEqual(await redrive({ workflow: "flow.toml", task_time: "2026-11-24" }), [1]);
  for (const refused of [
    { matched: true, state: "failed" },
    { task_time: "2026-11-24", path: "*" },
  ])
    assert.equal((await post("/api/files/redrive", refused)).status, 400, JSON.stringify(refused));
});

test("a file has failed only while the last attempt of its task has", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  const failed = async (): Promise<number> => (await get<Counts>("/api/files/counts")).body.failed;
  const made = async () => (await get<Shown>("/api/files/1")).body.tasks;
  await arrive(rig, "/out/a");
  const [task] = takeSent(rig);
  assert.ok(task !== undefined);
  await report(rig, task, "error");
  assert.equal(await failed(), 0, "it is retried");
  assert.partialDeepStrictEqual(await made(), [{ record_id: 1, state: "waiting", attempt: 1 }]);
  await report(rig, { ...task, meta: `${task.meta}&retry=1` }, "error");
  assert.equal(await failed(), 1);
  assert.deepEqual((await get<Page>("/api/files?state=failed")).body.files[0]?.made[0]?.attempt, 1);
});

test("GET /api/files/{id} names the task that wrote the file", async (t) => {
  const rig = await rigWith(t, FLOW + phase("cut", { cron: "0 * * * *" }));
  const { get } = serveRig(t, rig);
  await arrive(rig, "/out/b");
  const task = rootTask(rig, { type: "cut", id: "run-cut", info: "?day=2026-11-24", meta: "workflow=flow.toml" });
  await report(rig, task, "complete", { meta: "workflow=flow.toml&output=%2Fout%2Fa" });
  await arrive(rig, "/out/a");
  assert.equal((await get<Shown>("/api/files/1")).body.written_by, null);
  assert.partialDeepStrictEqual((await get<Shown>("/api/files/2")).body.written_by, {
    type: "cut",
    id: "run-cut",
    result: "complete",
  });
});

test("a task time that begins so is a month, a day, an hour or a minute", () => {
  const text = (prefix: string): readonly string[] | null => {
    const range = rangeOf(prefix);
    return range === null ? null : [range.from, range.until].map((at) => new Date(at).toISOString().slice(0, 16));
  };
  assert.deepEqual(text("2026-12"), ["2026-12-01T00:00", "2027-01-01T00:00"]);
  assert.deepEqual(text("2026-02-28"), ["2026-02-28T00:00", "2026-03-01T00:00"]);
  assert.deepEqual(text("2026-02-28T23"), ["2026-02-28T23:00", "2026-03-01T00:00"]);
  assert.deepEqual(text("2026-02-28T23:59"), ["2026-02-28T23:59", "2026-03-01T00:00"]);
  for (const none of ["", "2026", "2026-02-30", "2026-13", "2026-02-28T24"]) assert.equal(text(none), null, none);
});
