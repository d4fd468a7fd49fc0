import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { diffAnswer, validateAnswer } from "../../../../src/contract/api/workflows/inspect-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import type { versionsAnswer } from "../../../../src/contract/api/workflows/workflow-api.ts";
import { DomainError } from "../../../../src/contract/domain-error.ts";
import { TextInspector } from "../../../../src/engine/queries/text-inspector.ts";
import { phase, rigWith } from "../../../engine/rig/drive.ts";
import { serveRig } from "../../served-rig.ts";

type Validated = z.infer<typeof validateAnswer>;
type Diff = z.infer<typeof diffAnswer>;
type Versions = z.infer<typeof versionsAnswer>;

const URL = "/api/workflows/validate";
const LOAD = phase("load", { cron: "0 5 * * *" });

test("a text is validated with its issues, ticks and graph, and nothing is stored", async (t) => {
  const rig = await rigWith(t, LOAD);
  const { get, post } = serveRig(t, rig);
  const text =
    phase("a", { cron: "0 */6 * * *", timezone: "Europe/Berlin" }) +
    phase("b", { dependsOn: "a", retry: -1 }) +
    phase("c", { dependsOn: "flow.toml: load" });
  const { status, body } = await post<Validated>(URL, { text, ticks: 2 }, "viewer");
  assert.equal(status, 200);
  assert.equal(body.accepted, true);
  assert.deepEqual(
    body.issues.map(({ path, code, line }) => [path, code, line]),
    [["new.toml", "negative_retry", 8]],
  );
  assert.deepEqual(
    body.phases.map(({ id, task }) => [id, task]),
    [
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ],
  );
  assert.deepEqual(body.edges, [{ from: 1, to: 2 }]);
  assert.deepEqual(body.ticks, [
    { id: 1, scheduled_at: "2026-11-24T17:00:00.000Z", task_time: "2026-11-24T18:00:00+01:00", zone: "Europe/Berlin" },
    { id: 1, scheduled_at: "2026-11-24T23:00:00.000Z", task_time: "2026-11-25T00:00:00+01:00", zone: "Europe/Berlin" },
  ]);
  const broken = await post<Validated>(URL, { path: "sub/x.toml", text: "[[phase]]\ntask = " });
  assert.deepEqual([broken.body.accepted, broken.body.issues[0]?.code, broken.body.phases], [false, "toml_syntax", []]);
  assert.equal((await get<Problem>("/api/workflows/file?path=new.toml")).status, 404);
});

test("a text has a limit of 1 MiB, and a request only what it knows", async (t) => {
  const { post } = serveRig(t, await rigWith(t, LOAD));
  for (const [payload, pointer] of [
    [{ text: "#".repeat(2 ** 20 + 1) }, "/body/text"],
    [{ text: "", ticks: 101 }, "/body/ticks"],
    [{ text: "", zone: "UTC" }, "/body/zone"],
    [{}, "/body/text"],
  ] as const) {
    const { status, body } = await post<Problem>(URL, payload);
    assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer]);
  }
  assert.equal((await post<Validated>(URL, { text: "\u0001".repeat(2 ** 19) })).status, 200);
});

test("two versions differ in their lines, with three around each change", async (t) => {
  const lines = Array.from({ length: 20 }, (_, at) => `# ${at}`).join("\n");
  const rig = await rigWith(t, `${LOAD}${lines}\n`);
  const { get } = serveRig(t, rig);
  await rig.write("flow.toml", `${LOAD}${lines.replace("# 10", "# ten")}\n`);
  await rig.reload();
  const ids = (await get<Versions>("/api/workflows/versions?path=flow.toml")).body.versions.map(({ id }) => id);
  const url = `/api/workflows/diff?path=flow.toml&from=${ids[1]}`;
  const { status, body } = await get<Diff>(url);
  assert.deepEqual([status, body.from, body.to], [200, ids[1], ids[0]]);
  assert.deepEqual(body.lines.map(({ op, from, to, text }) => `${op} ${from} ${to} ${text}`).toSorted(), [
    "added null 14 # ten",
    "removed 14 null # 10",
    "same 11 11 # 7",
    "same 12 12 # 8",
    "same 13 13 # 9",
    "same 15 15 # 11",
    "same 16 16 # 12",
    "same 17 17 # 13",
  ]);
  assert.deepEqual((await get<Diff>(`${url}&to=${ids[1]}`)).body.lines, []);
  assert.equal((await get<Problem>(`${url}&to=99`)).body.code, "unknown_version");
  assert.equal((await get<Problem>("/api/workflows/diff?path=no.toml&from=1")).body.code, "unknown_workflow");
});

test("what takes too long is ended, and what is too much waits no more", async () => {
  const asked = { kind: "diff", from: "a", to: "b" } as const;
  const quick = new TextInspector(0);
  await assert.rejects(quick.run(asked), (error) => error instanceof DomainError && error.code === "too_costly");
  const inspector = new TextInspector();
  const all = await Promise.allSettled(Array.from({ length: 9 }, () => inspector.run(asked)));
  assert.deepEqual(
    all.map(({ status }) => status),
    [...Array.from({ length: 8 }, () => "fulfilled"), "rejected"],
  );
  const last = all.at(-1);
  assert.equal(last?.status === "rejected" && last.reason instanceof DomainError && last.reason.code, "inspector_busy");
  assert.equal((await inspector.run(asked)).length, 2);
});
