import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { DomainError } from "../../src/contract/domain-error.ts";
import { asNobody } from "../support/as-nobody.ts";
import { replaceFile } from "../../src/objects/replace-file.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-replace-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const root = join(dir, "workflows");
  mkdirSync(root);
  return root;
}

const sum = (text: string): string => createHash("sha256").update(text).digest("hex");
const put = (root: string, name: string, text: string, before: string | null): Promise<void> =>
  replaceFile({ root, name, bytes: Buffer.from(text), before: before === null ? null : sum(before) });

async function refused(saving: Promise<void>, code: string): Promise<void> {
  await assert.rejects(saving, (error) => error instanceof DomainError && error.code === code);
}

test("a file gets another text, with the mode that it had, and nothing is left beside it", async (t) => {
  const root = folder(t);
  mkdirSync(join(root, "sub"));
  const path = join(root, "sub/a.toml");
  writeFileSync(path, "old");
  chmodSync(path, 0o640);
  await put(root, "sub/a.toml", "new", "old");
  assert.equal(readFileSync(path, "utf8"), "new");
  assert.equal(statSync(path).mode & 0o7777, 0o640);
  assert.deepEqual(readdirSync(join(root, "sub")), ["a.toml"]);
});

test("a new file is made, and one that is there already stays", async (t) => {
  const root = folder(t);
  await put(root, "new.toml", "one", null);
  assert.equal(readFileSync(join(root, "new.toml"), "utf8"), "one");
  await refused(put(root, "new.toml", "two", null), "workflow_changed");
  assert.equal(readFileSync(join(root, "new.toml"), "utf8"), "one");
  await refused(put(root, "none/new.toml", "two", null), "bad_workflow_path");
  assert.deepEqual(readdirSync(root), ["new.toml"]);
});

test("a file that is another now, or gone, is not written", async (t) => {
  const root = folder(t);
  writeFileSync(join(root, "a.toml"), "theirs");
  await refused(put(root, "a.toml", "mine", "old"), "workflow_changed");
  assert.equal(readFileSync(join(root, "a.toml"), "utf8"), "theirs");
  await refused(put(root, "b.toml", "mine", "old"), "workflow_changed");
  mkdirSync(join(root, "c.toml"));
  await refused(put(root, "c.toml", "mine", "old"), "bad_workflow_path");
  assert.deepEqual(readdirSync(root), ["a.toml", "c.toml"]);
});

test("of what writes at the same time, one is first, and each that is second is told", async (t) => {
  const root = folder(t);
  writeFileSync(join(root, "a.toml"), "old");
  const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`);
  await put(root, "a.toml", "first", "old");
  const outcomes = await Promise.allSettled(texts.map((text) => put(root, "a.toml", text, "old")));
  assert.ok(outcomes.every(({ status }) => status === "rejected"));
  assert.equal(readFileSync(join(root, "a.toml"), "utf8"), "first");
  const made = await Promise.allSettled(texts.map((text) => put(root, "b.toml", text, null)));
  assert.equal(made.filter(({ status }) => status === "fulfilled").length, 1);
  assert.deepEqual(readdirSync(root), ["a.toml", "b.toml"]);
});

test("a link stays a link, and one that leads out of the folder is not followed", async (t) => {
  const root = folder(t);
  const outside = join(root, "..", "outside");
  mkdirSync(outside);
  mkdirSync(join(root, ".versions"));
  writeFileSync(join(root, ".versions/a.toml"), "old");
  writeFileSync(join(outside, "b.toml"), "old");
  symlinkSync(".versions/a.toml", join(root, "a.toml"));
  symlinkSync("../outside/b.toml", join(root, "b.toml"));
  symlinkSync("../outside", join(root, "out"));
  symlinkSync("nowhere", join(root, "c.toml"));
  await put(root, "a.toml", "new", "old");
  assert.ok(lstatSync(join(root, "a.toml")).isSymbolicLink());
  assert.equal(readFileSync(join(root, ".versions/a.toml"), "utf8"), "new");
  await refused(put(root, "b.toml", "new", "old"), "bad_workflow_path");
  await refused(put(root, "out/b.toml", "new", "old"), "bad_workflow_path");
  await refused(put(root, "out/new.toml", "new", null), "bad_workflow_path");
  await refused(put(root, "../outside/b.toml", "new", "old"), "bad_workflow_path");
  await refused(put(root, "c.toml", "new", null), "bad_workflow_path");
  assert.equal(readFileSync(join(outside, "b.toml"), "utf8"), "old");
  assert.deepEqual(readdirSync(outside), ["b.toml"]);
});

test("where one file is the workflow, no other is written", async (t) => {
  const root = folder(t);
  writeFileSync(join(root, "a.toml"), "old");
  await refused(put(join(root, "a.toml"), "b.toml", "new", null), "bad_workflow_path");
  await put(join(root, "a.toml"), "a.toml", "new", "old");
  assert.equal(readFileSync(join(root, "a.toml"), "utf8"), "new");
});

test("a file or folder that may not be written stays as it is", async (t) => {
  const root = folder(t);
  writeFileSync(join(root, "a.toml"), "old");
  chmodSync(join(root, "a.toml"), 0o644);
  await asNobody(join(root, ".."), async () => {
    await refused(put(root, "a.toml", "new", "old"), "workflow_not_writable");
    await refused(put(root, "b.toml", "new", null), "workflow_not_writable");
  });
  // The folder may be written, the file may not.
  chmodSync(root, 0o777);
  await asNobody(join(root, ".."), () => refused(put(root, "a.toml", "new", "old"), "workflow_not_writable"));
  // The file may be written, and is somebody else's, who would lose it.
  chmodSync(join(root, "a.toml"), 0o666);
  if (process.getuid?.() === 0)
    await asNobody(join(root, ".."), () => refused(put(root, "a.toml", "new", "old"), "workflow_not_writable"));
  assert.equal(readFileSync(join(root, "a.toml"), "utf8"), "old");
  assert.deepEqual(readdirSync(root), ["a.toml"]);
});

test("what a write left that was killed is removed by a later one", async (t) => {
  const root = folder(t);
  writeFileSync(join(root, "a.toml"), "old");
  const [left, fresh, other] = [".a.toml.saving-1", ".a.toml.saving-2", ".b.toml.saving-1"];
  for (const name of [left, fresh, other]) writeFileSync(join(root, name), "half");
  const long = new Date(Date.now() - 3_600_000);
  for (const name of [left, other]) utimesSync(join(root, name), long, long);
  await put(root, "a.toml", "new", "old");
  assert.deepEqual(readdirSync(root).toSorted(), [fresh, other, "a.toml"]);
});
