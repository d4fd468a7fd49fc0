import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { blocksOf, pagesIn } from "./page.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What the examples leave to their reader. */
const READERS_OWN = "declare function clean(info: string, options: { signal: AbortSignal }): Promise<number>;";

test("the TypeScript of README and docs keeps to the types of the library", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-docs-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const blocks = ["../README.md", ...pagesIn("")].flatMap(blocksOf).filter(({ language }) => language === "ts");
  assert.ok(blocks.length > 0);
  for (const [index, { text }] of blocks.entries())
    writeFileSync(join(folder, `example-${index}.mts`), `${text}\n${READERS_OWN}\n`);
  const config = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [join(ROOT, "node_modules/@types")],
      paths: { "flowlord/worker": [join(ROOT, "src/worker/launch.ts")] },
    },
    include: [folder],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
  assert.deepEqual([status, stdout], [0, ""]);
});
