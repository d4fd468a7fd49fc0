import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { AnyObjects } from "../../src/objects/any.ts";
import { ObjectError } from "../../src/objects/objects.ts";
import { asNobody } from "../support/as-nobody.ts";

const OBJECTS = new AnyObjects();

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "flowlord-objects-"));
  t.after(() => rm(path, { recursive: true }));
  await mkdir(join(path, "sub/deep"), { recursive: true });
  await writeFile(join(path, "b.txt"), "beta");
  await writeFile(join(path, "sub/deep/a.txt"), "é");
  await utimes(join(path, "b.txt"), 1_700_000_000, 1_700_000_000);
  return path;
}

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ObjectError && error.code === code && error.message.length > 20;
}

test("a folder lists its files and those of its subfolders", async (t) => {
  const path = await folder(t);
  await symlink(join(path, "b.txt"), join(path, "sub/link.txt"));
  await symlink(path, join(path, "sub/loop"));
  await symlink(join(path, "gone"), join(path, "sub/nowhere"));
  const files = await OBJECTS.list(path);
  assert.deepEqual(
    files.map(({ name, size }) => [name, size]),
    [
      ["b.txt", 4],
      ["sub/deep/a.txt", 2],
      ["sub/link.txt", 4],
    ],
  );
  assert.deepEqual(files[0], {
    path: join(path, "b.txt"),
    name: "b.txt",
    size: 4,
    modifiedAt: 1_700_000_000_000,
    version: null,
    unreadable: null,
  });
  assert.deepEqual(await OBJECTS.names(path), ["b.txt"]);
});

test("links to folders are followed, each folder is read once, and hidden ones only through a link", async (t) => {
  const path = await folder(t);
  const outside = await folder(t);
  // As Kubernetes mounts a ConfigMap.
  await mkdir(join(path, "..2026/map"), { recursive: true });
  await writeFile(join(path, "..2026/map/k.txt"), "k");
  await symlink("..2026", join(path, "..data"));
  await symlink("..data/map", join(path, "map"));
  await symlink("sub", join(path, "again"));
  await symlink(outside, join(path, "out"));
  await symlink(join(outside, "sub"), join(path, "out-sub"));
  await symlink(path, join(outside, "sub/back"));
  assert.deepEqual(
    (await OBJECTS.list(path)).map(({ name }) => name),
    ["b.txt", "map/k.txt", "out/b.txt", "out/sub/deep/a.txt", "sub/deep/a.txt"],
  );
});

test("paths tell what they are, and files are read", async (t) => {
  const path = await folder(t);
  assert.equal(await OBJECTS.kindOf(path), "folder");
  assert.equal(await OBJECTS.kindOf(join(path, "b.txt")), "file");
  assert.equal(await OBJECTS.kindOf(join(path, "none")), null);
  assert.equal(await OBJECTS.kindOf(join(path, "b.txt/none")), null);
  assert.equal(await OBJECTS.read(join(path, "sub/deep/a.txt")), "é");
  assert.deepEqual([...(await OBJECTS.readBytes(join(path, "sub/deep/a.txt")))], [0xc3, 0xa9]);
});

test("what cannot be had is a typed error with a sentence", async (t) => {
  const path = await folder(t);
  await assert.rejects(OBJECTS.read(join(path, "none")), failsWith("not_found"));
  await assert.rejects(OBJECTS.list(join(path, "none")), failsWith("not_found"));
  await assert.rejects(OBJECTS.list(join(path, "b.txt")), failsWith("not_a_folder"));
  await assert.rejects(OBJECTS.read(path), failsWith("unreadable"));
  await assert.rejects(OBJECTS.read("ftp://host/x"), failsWith("scheme_unknown"));
});

test("nop:// is an empty file, and fails when asked to", async () => {
  assert.equal(await OBJECTS.kindOf("nop://anything"), "file");
  assert.equal(await OBJECTS.read("nop://anything"), "");
  assert.deepEqual(await OBJECTS.list("nop://anything"), []);
  await assert.rejects(OBJECTS.read("nop://read_err"), failsWith("unreadable"));
});

test("a folder without rights and a link in a loop are listed as what they are", async (t) => {
  const path = await folder(t);
  await symlink(join(path, "loop"), join(path, "loop"));
  await mkdir(join(path, "closed"), { mode: 0 });
  await mkdir(join(path, "lost+found"), { mode: 0 });
  const found = new Map((await asNobody(path, () => OBJECTS.list(path))).map((one) => [one.name, one.unreadable]));
  assert.match(found.get("loop") ?? "", /leads back to itself/);
  assert.match(found.get("closed") ?? "", /may not read .*closed/);
  assert.deepEqual([...found.keys()], ["b.txt", "closed", "loop", "sub/deep/a.txt"]);
  assert.equal(found.get("b.txt"), null);
});
