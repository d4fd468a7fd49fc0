import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type {
  fileAnalyticsAnswer,
  fileAnswer,
  filesAnswer,
  matchFilesAnswer,
  reportFileAnswer,
} from "../../../../src/contract/api/files/file-list-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { HOUR } from "../../../../src/contract/time/time-units.ts";
import { arrive, codes, phase, rigWith } from "../../../engine/rig/drive.ts";
import { serveRig } from "../../served-rig.ts";

type Page = z.infer<typeof filesAnswer>;
type Shown = z.infer<typeof fileAnswer>;
type Analytics = z.infer<typeof fileAnalyticsAnswer>;
type Matched = z.infer<typeof matchFilesAnswer>;
type Reported = z.infer<typeof reportFileAnswer>;

const FLOW = phase("load", { files: "/in/????/??/??/*.csv", timezone: "Europe/Berlin" });
const DAY_FILE = "/in/2026/11/24/a.csv";

function ids({ files }: Page): readonly number[] {
  return files.map(({ id }) => id);
}

test("GET /api/files goes from page to page, by each filter", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  await arrive(rig, DAY_FILE, "/out/b");
  rig.now += HOUR;
  await arrive(rig, "/in/2026/11/25/c.csv", "/out/d", "/out/e");
  const first = (await get<Page>("/api/files?limit=2")).body;
  assert.deepEqual([ids(first), first.pagination.total_is], [[5, 4], "at_least"]);
  await arrive(rig, "/out/new");
  const second = (await get<Page>(`/api/files?limit=2&cursor=${first.pagination.next_cursor}`)).body;
  assert.deepEqual([ids(second), second.pagination.page], [[3, 2], 2]);
  for (const [query, expected] of [
    ["matched=true", [3, 1]],
    ["matched=false&until=2026-11-24T13:00:00Z", [2]],
    ["type=load", [3, 1]],
    ["type=load&job=x", []],
    ["path=/out/*&since=2026-11-24T13:00:00Z", [6, 5, 4]],
    [`path=${DAY_FILE}`, [1]],
  ] as const)
    assert.deepEqual(ids((await get<Page>(`/api/files?${query}`)).body), expected, query);
  const [csv] = (await get<Page>(`/api/files?path=${DAY_FILE}`)).body.files;
  assert.partialDeepStrictEqual(csv, {
    path: DAY_FILE,
    received_at: "2026-11-24T12:00:00.000Z",
    task_time: "2026-11-24T00:00:00+01:00",
    task_zone: "Europe/Berlin",
    matched: 1,
    tasks: 1,
  });
  for (const [query, pointer] of [
    ["job=x", "/query/job"],
    ["matched=perhaps", "/query/matched"],
    ["since=0999-01-31T00:00:00Z", "/query/since"],
    [`path=${"x".repeat(1001)}`, "/query/path"],
  ])
    assert.equal((await get<Problem>(`/api/files?${query}`)).body.errors?.[0]?.pointer, pointer, query);
});

test("GET /api/files/{id} says what it matched, what was nearest, and why", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  await arrive(rig, DAY_FILE, "/in/2026/11/24/a.txt", DAY_FILE);
  const matched = (await get<Shown>("/api/files/1")).body;
  assert.deepEqual(
    matched.matches.map(({ task, workflow, record_id }) => [task, workflow, record_id]),
    [["load", "flow.toml", 1]],
  );
  assert.deepEqual([matched.tasks[0]?.type, matched.later[0]?.id], ["load", 3]);
  const missed = (await get<Shown>("/api/files/2")).body;
  assert.match(missed.near_misses[0]?.sentence ?? "", /^the pattern expects "c" here, the path has "t"/);
  assert.match(missed.decisions[0]?.sentence ?? "", /matches the pattern of no phase in force/);
  const none = await get<Problem>("/api/files/99");
  assert.deepEqual([none.status, none.body.code], [404, "unknown_file"]);
});

test("GET /api/files/analytics counts by phase, two workflow files with the same names apart", async (t) => {
  const rig = await rigWith(t, FLOW, { workflows: { "one.toml": FLOW, "two.toml": FLOW } });
  const { get } = serveRig(t, rig);
  await arrive(rig, DAY_FILE, "/out/b");
  const { all, phases } = (await get<Analytics>("/api/files/analytics?until=2026-11-24T13:00:00Z")).body;
  assert.partialDeepStrictEqual(all, { events: 2, matched: 1, unmatched: 1, tasks: 2 });
  assert.deepEqual(
    phases
      .map(({ task, workflow, matched, last_task_time: last }) => [task, workflow, matched, last])
      .toSorted(([, a = ""], [, b = ""]) => String(a).localeCompare(String(b))),
    [
      ["load", "one.toml", 1, "2026-11-24T00:00:00+01:00"],
      ["load", "two.toml", 1, "2026-11-24T00:00:00+01:00"],
    ],
  );
  const first = (await get<Analytics>("/api/files/analytics?limit=1&type=load")).body;
  assert.deepEqual([first.all, first.phases.length], [null, 1]);
  const cursor = first.pagination.next_cursor;
  const second = (await get<Analytics>(`/api/files/analytics?limit=1&type=load&cursor=${cursor}`)).body;
  assert.notEqual(second.phases[0]?.workflow, first.phases[0]?.workflow);
});

test("POST /api/files handles a file as the bus does, once for a report, in the caller's name", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get, post } = serveRig(t, rig);
  const report = { path: DAY_FILE, size: 12, created: "2026-11-24T11:00:00Z", event_id: "a-1", reason: "by hand" };
  const { status, body } = await post<Reported>("/api/files", report);
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(body.file, { id: 1, topic: "files", size: 12, matched: 1, tasks: 1 });
  assert.deepEqual(
    rig.sent.map(({ topic }) => topic),
    ["load"],
  );
  await rig.reopen();
  assert.partialDeepStrictEqual((await post<Reported>("/api/files", report)).body.file, { id: 1, deliveries: 2 });
  assert.equal((await post<Reported>("/api/files", { path: DAY_FILE })).body.file.id, 2);
  assert.ok(codes(rig).includes("file_repeated"));
  const { decisions } = (await get<Shown>("/api/files/1")).body;
  assert.ok(decisions.some(({ sentence }) => sentence === "published to files by hand (ada: by hand)"));
  assert.equal((await post<Reported>("/api/files", { path: "/out/x" })).body.file.matched, 0);
  for (const refused of [{}, { path: "" }, { path: "a", size: -1 }, { path: "x".repeat(4097) }, { path: "a", by: "x" }])
    assert.equal((await post("/api/files", refused)).status, 400, JSON.stringify(refused).slice(0, 60));
  assert.equal((await post("/api/files", { path: "a" }, "viewer")).status, 403);
});

test("POST /api/files/match tries a pattern on what has come, and changes nothing", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { post } = serveRig(t, rig);
  for (let group = 0; group < 3; group++)
    await arrive(rig, ...Array.from({ length: 100 }, (_, n) => `/in/${group}/${n}.${n % 2 ? "csv" : "txt"}`));
  const before = codes(rig).length;
  const match = async (body: object): Promise<Matched> =>
    (await post<Matched>("/api/files/match", body, "viewer")).body;
  const all = await match({ pattern: "/in/**/*.csv" });
  assert.deepEqual([all.compared, all.matched, all.cut, all.matches.length], [300, 150, false, 50]);
  assert.equal(all.matches[0]?.path, "/in/2/99.csv");
  assert.equal(all.near_misses.length, 10);
  assert.match(all.near_misses[0]?.sentence ?? "", /^the pattern /);
  for (const { path, path_at: stopped, tokens } of all.near_misses)
    assert.equal(tokens.map(({ took }) => took).join(""), path.slice(0, stopped));
  const some = await match({ pattern: "/in/*.csv", language: "files", newest: 120 });
  assert.deepEqual([some.compared, some.matched], [120, 0]);
  assert.match(some.near_misses[0]?.sentence ?? "", /`\*` does not take a slash/);
  assert.deepEqual((await match({ pattern: "zzz" })).near_misses, []);
  assert.equal(codes(rig).length, before);
  const bad = await post<Problem>("/api/files/match", { pattern: "/in/[a" });
  assert.deepEqual([bad.status, bad.body.code], [422, "bad_pattern"]);
  for (const refused of [{}, { pattern: "" }, { pattern: "a", newest: 10_001 }, { pattern: "a", language: "regexp" }])
    assert.equal((await post("/api/files/match", refused)).status, 400, JSON.stringify(refused));
});

test("a pattern with many stars and a long path end in time", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { post } = serveRig(t, rig);
  await arrive(rig, ...Array.from({ length: 20 }, (_, n) => `/in/${"a".repeat(n < 10 ? 2000 : 20_000)}${n}`));
  const { status, body } = await post<Matched>("/api/files/match", { pattern: `/in/${"*a".repeat(200)}b` });
  assert.deepEqual([status, body.matched], [200, 0]);
});
