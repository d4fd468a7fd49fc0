import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

const REPORTER = join(import.meta.dirname, "../../scripts/report-skips.ts");

/** Runs the tests of one file as `npm test` does; answers the exit code and what the reporter said. */
function run(t: TestContext, tests: string, ci: boolean): { readonly code: number | null; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-skips-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "some.test.mjs");
  writeFileSync(file, `import { test } from "node:test";\n${tests}`);
  const env: NodeJS.ProcessEnv = { ...process.env, CI: ci ? "true" : "" };
  // Otherwise the run below takes itself for a part of this one.
  delete env["NODE_TEST_CONTEXT"];
  const { status, stdout } = spawnSync(process.execPath, ["--test", `--test-reporter=${REPORTER}`, file], {
    encoding: "utf8",
    env,
  });
  return { code: status, said: stdout };
}

const SKIPS = 'test("runs", () => {});\ntest("needs a server", (t) => t.skip("skipped: nsqd is missing"));\n';

test("a skipped test is named and leaves the run green, but for CI", (t) => {
  const here = run(t, SKIPS, false);
  assert.equal(here.code, 0);
  assert.match(here.said, /^not run: needs a server \(.*\): skipped: nsqd is missing\n1 test did not run/);
  assert.deepEqual([run(t, SKIPS, true).code, run(t, 'test("runs", () => {});\n', true).code], [1, 0]);
});

test("a run in which nothing passed is red", (t) => {
  const none = run(t, 'test("needs a server", (t) => t.skip("skipped: nsqd is missing"));\n', false);
  assert.equal(none.code, 1);
  assert.match(none.said, /no test passed/);
  assert.equal(run(t, 'test.todo("later");\n', true).code, 1);
});

test("a file that runs no test is red", (t) => {
  for (const none of ['if (false) test("never", () => {});\n', "process.exit(0);\n"]) {
    const { code, said } = run(t, none, false);
    assert.equal(code, 1, none);
    assert.match(said, /^no test ran in .*some\.test\.mjs/);
  }
});
