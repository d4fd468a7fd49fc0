import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { z } from "zod";
import type { auditAnswer } from "../../../../src/contract/api/access/access-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import type {
  saveSourceAnswer,
  sourceAnswer,
  versionsAnswer,
} from "../../../../src/contract/api/workflows/workflow-api.ts";
import { redactor } from "../../../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../../../src/contract/redact/rules.ts";
import { engineQueries } from "../../../../src/engine/queries/engine-queries.ts";
import { type EditorParts, workflowEditor } from "../../../../src/engine/workflows/workflow-editor.ts";
import { replaceFile } from "../../../../src/objects/replace-file.ts";
import { phase } from "../../../engine/rig/drive.ts";
import { openRig } from "../../../engine/rig/rig.ts";
import { serveRig } from "../../served-rig.ts";

type Audited = z.infer<typeof auditAnswer>;
type Saved = z.infer<typeof saveSourceAnswer>;
type Source = z.infer<typeof sourceAnswer>;
type Versions = z.infer<typeof versionsAnswer>;

const A = phase("a", { cron: "0 5 * * *" });
const B = A + phase("b", { dependsOn: "a" });
const URL = "/api/workflows/source";
const sum = (text: string): string => createHash("sha256").update(text).digest("hex");

async function open(t: TestContext, workflows: Readonly<Record<string, string>>, change: Partial<EditorParts> = {}) {
  const rig = await openRig({ workflows });
  t.after(() => rig.close());
  const { context } = rig;
  const redact = redactor(DEFAULT_RULES);
  const editor = workflowEditor({
    isAllowed: true,
    path: rig.options.workflow,
    queries: engineQueries(context, {
      mayReadMeta: async () => false,
      workers: () => [],
      workflowsRead: () => ({ readAt: null, nextReadAt: null }),
    }),
    workflows: context.store.reads.workflows,
    replaceFile,
    noteEdit: (name, checksum, who) => rig.noteEdit(name, checksum, who),
    reload: async () => {
      const { changed, removed, vanished } = await rig.reload();
      return { changed, removed, vanished, rejected: [], at: rig.now };
    },
    hidesIn: (text) => redact.text(text) !== text,
    ...change,
  });
  const { app, get } = serveRig(t, rig, { editor });
  const put = async (payload: object, role = "operator"): Promise<{ status: number; body: Saved & Problem }> => {
    const answer = await app.inject({ method: "PUT", url: URL, headers: { "x-role": role }, payload });
    return { status: answer.statusCode, body: answer.json<Saved & Problem>() };
  };
  return { rig, get, put, source: (name: string) => readFileSync(join(rig.dir, "workflows", name), "utf8") };
}

test("PUT /api/workflows/source writes the file, puts it in force and says who did it and why", async (t) => {
  const { get, put, source } = await open(t, { "sub/a.toml": A });
  const saved = await put({ path: "sub/a.toml", text: B, checksum: sum(A), reason: "b is wanted" });
  assert.equal(saved.status, 200);
  assert.partialDeepStrictEqual(saved.body, { checksum: sum(B), in_force: true, phases: 2, missing: [] });
  assert.equal(source("sub/a.toml"), B);
  const { versions } = (await get<Versions>("/api/workflows/versions?path=sub%2Fa.toml")).body;
  assert.deepEqual(
    versions.map(({ id, edited_by: by, edit_reason: reason }) => [id, by, reason]),
    [
      [saved.body.version_id, "ada", "b is wanted"],
      [1, null, ""],
    ],
  );
  const { audit } = (await get<Audited>("/api/audit", "admin")).body;
  assert.partialDeepStrictEqual(audit[0], {
    who: "ada",
    act: `PUT ${URL}`,
    target: `${URL}?path=sub%2Fa.toml`,
    outcome: "done",
    before: { checksum: sum(A) },
    after: { checksum: sum(B), version_id: saved.body.version_id, reason: "b is wanted" },
  });
});

test("a new file is made, and changed elsewhere it is nobody's", async (t) => {
  const { rig, get, put } = await open(t, { "a.toml": A });
  const made = await put({ path: "new.toml", text: phase("n", { cron: "@daily" }), checksum: null });
  assert.partialDeepStrictEqual(made.body, { in_force: true, phases: 1 });
  await rig.write("new.toml", phase("m", { cron: "@daily" }));
  await rig.reload();
  const { versions } = (await get<Versions>("/api/workflows/versions?path=new.toml")).body;
  assert.deepEqual(
    versions.map(({ edited_by: by }) => by),
    [null, "ada"],
  );
});

test("a text that would not come into force is not saved", async (t) => {
  const { put, source } = await open(t, { "a.toml": A });
  const change = { path: "a.toml", checksum: sum(A) };
  const broken = await put({ ...change, text: '[[phase]]\ntask = "a"\ncron = "no"\n' });
  assert.equal(broken.status, 422);
  assert.equal(broken.body.code, "workflow_has_errors");
  assert.match(broken.body.detail, /^a\.toml:3:\d+: /);
  assert.equal((await put({ ...change, text: "# nothing\n" })).body.code, "workflow_empty");
  assert.equal((await put({ ...change, text: "[[phase" })).body.code, "workflow_has_errors");
  assert.equal(source("a.toml"), A);
});

test("who made the text from another version is told, also when two save at once", async (t) => {
  const { rig, put, source } = await open(t, { "a.toml": A });
  const [first, second] = [B, A + phase("c", { dependsOn: "a" })];
  const both = await Promise.all([first, second].map((text) => put({ path: "a.toml", text, checksum: sum(A) })));
  assert.deepEqual(
    both.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
  );
  assert.equal(both.find(({ status }) => status === 409)?.body.code, "workflow_changed");
  await rig.write("a.toml", `${A}# by git\n`);
  assert.equal((await put({ path: "a.toml", text: B, checksum: sum(B) })).body.code, "workflow_changed");
  assert.equal(source("a.toml"), `${A}# by git\n`);
});

test("no path leads out of the folder, and nothing but a workflow file is written", async (t) => {
  const { put } = await open(t, { "a.toml": A });
  for (const path of [
    "../a.toml",
    "/etc/a.toml",
    "sub/../a.toml",
    "./a.toml",
    ".git/a.toml",
    "sub//a.toml",
    "a.toml/",
    "..\\a.toml",
    "a\n.toml",
    "a\u0000.toml",
    "a.sh",
    "a.toml.sh",
    ".toml",
  ])
    assert.equal((await put({ path, text: A, checksum: null })).body.code, "bad_workflow_path", path);
});

test("it is refused where the configuration does not allow it, and the text says so before", async (t) => {
  const off = await open(t, { "a.toml": A }, { isAllowed: false });
  const { status, body } = await off.put({ path: "a.toml", text: B, checksum: sum(A) });
  assert.deepEqual([status, body.code], [403, "edit_refused"]);
  assert.match(body.detail, /edit = true in \[web\]/);
  assert.equal((await off.get<Source>(`${URL}?path=a.toml`)).body.edit_refused, body.detail);
  assert.equal(off.source("a.toml"), A);
  const bucket = await open(t, { "a.toml": A }, { path: "s3://bucket/workflows" });
  const elsewhere = await bucket.put({ path: "a.toml", text: B, checksum: sum(A) });
  assert.deepEqual([elsewhere.status, elsewhere.body.code], [403, "edit_refused"]);
  assert.match(elsewhere.body.detail, /in a bucket/);
});

test("a file with a secret is not changed here: its text is shown without it", async (t) => {
  const own = phase("a", { cron: "@daily", template: "?password=hunter2hunter2" });
  const { get, put, source } = await open(t, { "a.toml": own });
  const shown = (await get<Source>(`${URL}?path=a.toml`)).body;
  assert.ok(!shown.source.includes("hunter2"));
  assert.match(shown.edit_refused ?? "", /has secrets/);
  const { body } = await put({ path: "a.toml", text: shown.source, checksum: shown.checksum });
  assert.equal(body.code, "edit_refused");
  assert.equal(source("a.toml"), own);
});

test("it needs an operator of everything", async (t) => {
  const { put, source } = await open(t, { "a.toml": A });
  const change = { path: "a.toml", text: B, checksum: sum(A) };
  assert.equal((await put(change, "viewer")).body.code, "role");
  assert.equal((await put(change, "operator on workflow:a.toml")).body.code, "out_of_scope");
  assert.equal(source("a.toml"), A);
});
