import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { metaRoots } from "../../src/app/meta-roots.ts";
import { loadConfig } from "../../src/config/load-config.ts";

test("a request may name meta files below the workflow folder and meta_roots, and no link leads out of them", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-roots-"));
  t.after(() => rm(dir, { recursive: true }));
  for (const name of ["wf", "rows", "elsewhere"]) {
    await mkdir(join(dir, name));
    await writeFile(join(dir, name, "a.json"), "{}\n");
  }
  await symlink(join(dir, "elsewhere/a.json"), join(dir, "wf/link.json"));
  const { options } = loadConfig({
    file: null,
    flags: new Map([["workflow", join(dir, "wf")]]),
    env: {},
    cwd: dir,
    readFile: () => "",
  });
  const mayRead = metaRoots({ ...options, metaRoots: [join(dir, "rows")] });
  const may = await Promise.all(
    [
      "wf/a.json",
      "wf/none.json",
      "wf/*.json",
      "rows/a.json",
      "elsewhere/a.json",
      "wf/../elsewhere/a.json",
      "wf/link.json",
    ].map((path) => mayRead(join(dir, "wf", "..", path))),
  );
  assert.deepEqual(may, [true, true, true, true, false, false, false]);
  assert.equal(await mayRead("s3://bucket/a.json"), false);
  assert.equal(await mayRead(`${join(dir, "wf/a.json")}\0.txt`), false);
});
