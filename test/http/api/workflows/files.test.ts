import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type {
  issuesAnswer,
  sourceAnswer,
  versionsAnswer,
  workflowAnswer,
  workflowsAnswer,
} from "../../../../src/contract/api/workflows/workflow-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { phase } from "../../../engine/rig/drive.ts";
import { openRig, type Rig } from "../../../engine/rig/rig.ts";
import { serveRig } from "../../served-rig.ts";
import type { TestContext } from "node:test";

type List = z.infer<typeof workflowsAnswer>;
type One = z.infer<typeof workflowAnswer>;
type Versions = z.infer<typeof versionsAnswer>;
type Source = z.infer<typeof sourceAnswer>;
type Issues = z.infer<typeof issuesAnswer>;

const A = phase("a", { cron: "0 5 * * *", timezone: "Europe/Berlin" });
const BROKEN = '[[phase]]\ntask = "a"\ncron = "no"\nretry = -1\n';

async function open(t: TestContext, workflows: Readonly<Record<string, string>>): Promise<Rig> {
  const rig = await openRig({ workflows });
  t.after(() => rig.close());
  return rig;
}

test("GET /api/workflows lists the files with what is in force of each, a page at a time", async (t) => {
  const rig = await open(t, { "a.toml": A, "b/b.toml": A, "c.toml": BROKEN, "d.toml": A });
  rig.now += 1000;
  await rig.write("d.toml", BROKEN);
  await rig.reload();
  const { get } = serveRig(t, rig);
  const first = await get<List>("/api/workflows?limit=3");
  assert.equal(first.status, 200);
  const states = ({ body }: { body: List }) =>
    body.workflows.map(({ path, state, phases }) => `${path} ${state} ${phases}`);
  assert.deepEqual(states(first), ["a.toml in_force 1", "b/b.toml in_force 1", "c.toml rejected 0"]);
  assert.deepEqual([first.body.pagination.total, first.body.pagination.total_is], [4, "exact"]);
  assert.partialDeepStrictEqual(first.body.workflows[2], { version_id: null, errors: 1, warnings: 1 });
  const second = await get<List>(`/api/workflows?limit=3&cursor=${first.body.pagination.next_cursor}`);
  assert.deepEqual(states(second), ["d.toml last_good 1"]);
  assert.equal(second.body.workflows[0]?.loaded_at, "2026-11-24T12:00:01.000Z");
  assert.equal(second.body.pagination.next_cursor, null);
});

test("GET /api/workflows/file has the phases, their zones and pauses", async (t) => {
  const rig = await open(t, {
    "sub/a.toml": A + phase("b", { dependsOn: "a", paused: true }) + phase("c", { dependsOn: "b" }),
  });
  const { get, post } = serveRig(t, rig);
  await post("/api/workflows/phases/a/pause", { reason: "new disk", until: "2026-12-01T00:00:00Z" });
  const { status, body } = await get<One>("/api/workflows/file?path=sub%2Fa.toml");
  assert.equal(status, 200);
  assert.deepEqual(
    body.phases.map(({ task, line, zone, depends_on: on }) => [task, line, zone, on]),
    [
      ["a", 1, "Europe/Berlin", ""],
      ["b", 5, "Europe/Berlin", "a"],
      ["c", 9, "Europe/Berlin", "b"],
    ],
  );
  const since = "2026-11-24T12:00:00.000Z";
  assert.deepEqual(
    body.phases.map(({ paused }) => paused),
    [
      { since, until: "2026-12-01T00:00:00.000Z", by: "ada", reason: "new disk" },
      { since, until: null, by: null, reason: null },
      null,
    ],
  );
  await post("/api/pause", { reason: "all" });
  assert.equal((await get<One>("/api/workflows/file?path=sub/a.toml")).body.phases[2]?.paused?.reason, "all");
});

test("versions of a file, and their texts, stay after it is edited or gone", async (t) => {
  const rig = await open(t, { "a.toml": A, "b.toml": A });
  for (const [step, text] of [BROKEN, `${A}# edited\n`].entries()) {
    rig.now += 1000 * (step + 1);
    await rig.write("a.toml", text);
    await rig.reload();
  }
  const { get } = serveRig(t, rig);
  const first = await get<Versions>("/api/workflows/versions?path=a.toml&limit=2");
  assert.deepEqual(
    first.body.versions.map(({ accepted, length }) => [accepted, length]),
    [
      [true, A.length + 9],
      [false, BROKEN.length],
    ],
  );
  const second = await get<Versions>(
    `/api/workflows/versions?path=a.toml&limit=2&cursor=${first.body.pagination.next_cursor}`,
  );
  const oldest = second.body.versions[0];
  assert.deepEqual([second.body.versions.length, oldest?.accepted], [1, true]);
  assert.equal((await get<Source>(`/api/workflows/source?path=a.toml&version=${oldest?.id}`)).body.source, A);
  assert.equal((await get<Source>("/api/workflows/source?path=a.toml")).body.source, `${A}# edited\n`);
  const other = (await get<Versions>("/api/workflows/versions?path=b.toml")).body.versions[0];
  const foreign = await get<Problem>(`/api/workflows/source?path=a.toml&version=${other?.id}`);
  assert.deepEqual([foreign.status, foreign.body.code], [404, "unknown_version"]);
});

test("GET /api/workflows/issues says where, what and what to do, of one file or all", async (t) => {
  const rig = await open(t, { "a.toml": BROKEN, "b.toml": BROKEN, "c.toml": A });
  const { get } = serveRig(t, rig);
  const all = await get<Issues>("/api/workflows/issues?limit=3");
  assert.deepEqual(
    all.body.issues.map(({ path, severity, code, line }) => [path, severity, code, line]),
    [
      ["a.toml", "error", "bad_cron", 3],
      ["a.toml", "warning", "negative_retry", 4],
      ["b.toml", "error", "bad_cron", 3],
    ],
  );
  assert.ok(all.body.issues.every(({ message, remedy, column }) => message !== "" && remedy !== "" && column > 0));
  const rest = await get<Issues>(`/api/workflows/issues?limit=3&cursor=${all.body.pagination.next_cursor}`);
  assert.deepEqual([rest.body.issues.length, rest.body.pagination.total], [1, 4]);
  const some = await get<Issues>("/api/workflows/issues?path=b.toml&severity=warning");
  assert.deepEqual(
    some.body.issues.map(({ path, code }) => [path, code]),
    [["b.toml", "negative_retry"]],
  );
  assert.deepEqual((await get<Issues>("/api/workflows/issues?path=c.toml")).body.issues, []);
});

test("GET /api/workflows/issues has parents in other files that nobody makes, behind those of the files", async (t) => {
  const child = phase("child", { dependsOn: "a.toml: none:day" });
  const rig = await open(t, { "a.toml": A, "b.toml": BROKEN, "c.toml": child, "d.toml": child });
  const { get } = serveRig(t, rig);
  const codes = ({ body }: { body: Issues }) => body.issues.map(({ path, code }) => [path, code]);
  const first = await get<Issues>("/api/workflows/issues?limit=1");
  assert.deepEqual(codes(first), [["b.toml", "bad_cron"]]);
  const last = await get<Issues>(`/api/workflows/issues?limit=1&cursor=${first.body.pagination.next_cursor}`);
  const missing = [
    ["c.toml", "unknown_parent"],
    ["d.toml", "unknown_parent"],
  ];
  assert.deepEqual([codes(last), last.body.pagination.next_cursor], [[["b.toml", "negative_retry"], ...missing], null]);
  const [, one] = last.body.issues;
  assert.match(one?.message ?? "", /depends on a\.toml: none:day, which no phase in force makes/);
  assert.ok((one?.line ?? 0) > 0 && (one?.version_id ?? 0) > 0);
  assert.deepEqual(codes(await get<Issues>("/api/workflows/issues?path=d.toml")), missing.slice(1));
  assert.deepEqual(codes(await get<Issues>("/api/workflows/issues?path=d.toml&severity=error")), []);
});

test("a path is a name, and no way to the disk", async (t) => {
  const { get } = serveRig(t, await open(t, { "a.toml": A }));
  const paths = [
    "b.toml",
    "../flowlord.toml",
    "%2e%2e%2fa.toml",
    "/etc/passwd",
    "%2Fetc%2Fpasswd",
    "\\\\host\\a",
    "a.toml%00",
  ];
  for (const route of ["file", "versions", "source", "issues"]) {
    for (const path of paths) {
      const { status, body } = await get<Problem>(`/api/workflows/${route}?path=${path}`);
      assert.deepEqual([status, body.code], [404, "unknown_workflow"], `${route} ${path}`);
    }
    const long = await get<Problem>(`/api/workflows/${route}?path=${"x".repeat(1001)}`);
    assert.deepEqual([long.status, long.body.errors?.[0]?.pointer], [400, "/query/path"]);
  }
  assert.equal((await get<Problem>("/api/workflows/source?path=a.toml&version=0")).status, 400);
  assert.equal((await get<Problem>("/api/workflows/file")).status, 400);
});

test("POST /api/workflows/refresh reads the files, and needs an operator", async (t) => {
  const rig = await open(t, { "a.toml": A });
  const { post } = serveRig(t, rig, {
    reloadWorkflows: async () => ({
      changed: ["a.toml"],
      removed: ["b.toml"],
      rejected: ["c.toml:3:8: no."],
      vanished: { files: ["d.toml"], phases: 3, inForce: 4, reason: null },
      at: rig.now,
    }),
  });
  assert.deepEqual((await post("/api/workflows/refresh", {})).body, {
    changed: ["a.toml"],
    removed: ["b.toml"],
    rejected: ["c.toml:3:8: no."],
    missing: ["d.toml"],
    at: "2026-11-24T12:00:00.000Z",
  });
  assert.equal((await post<Problem>("/api/workflows/refresh", {}, "viewer")).body.code, "role");
  assert.equal((await post<Problem>("/api/workflows/refresh", { all: true })).body.code, "invalid_request");
});
