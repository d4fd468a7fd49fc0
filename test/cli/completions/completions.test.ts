import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { COMPLETIONS, completionsText } from "../../../scripts/schemas.ts";
import { Place } from "../harness.ts";

const FOLDER = join(import.meta.dirname, "../../../packaging/completions");

/** Whether the shell is there; without it the test is skipped with what to do. */
function hasShell(t: TestContext, shell: string): boolean {
  const isThere = spawnSync(shell, ["-c", "true"]).status === 0;
  if (!isThere) t.skip(`skipped: ${shell} is missing, apt-get install ${shell}`);
  return isThere;
}

/** What a shell prints for a script of its own. */
function ran(shell: string, script: string): string {
  return execFileSync(shell, ["-c", script], { encoding: "utf8" });
}

test("packaging/completions holds what `flowlord completions` prints: npm run schemas writes it", async () => {
  assert.deepEqual(readdirSync(FOLDER).toSorted(), Object.keys(COMPLETIONS).toSorted());
  for (const [name, shell] of Object.entries(COMPLETIONS))
    assert.equal(readFileSync(join(FOLDER, name), "utf8"), await completionsText(shell), name);
});

test("bash completes commands, commands of a group, flags and their values", () => {
  const complete = (...words: string[]): string[] => {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const script = `source '${FOLDER}/flowlord.bash'; COMP_WORDS=(flowlord ${quoted}); COMP_CWORD=${words.length}; _flowlord; echo "\${COMPREPLY[*]}"`;
    return ran("bash", script).trim().split(" ");
  };
  assert.deepEqual(complete("al"), ["alerts"]);
  assert.deepEqual(complete("alerts", "s"), ["show"]);
  assert.deepEqual(complete("tasks", "--res"), ["--result"]);
  assert.deepEqual(complete("worker", "--log-level", ""), ["debug", "info", "warn", "error"]);
  assert.deepEqual(complete("worker", "-c", ""), [""], "bash offers files");
  assert.ok(complete("").includes("serve"));
  assert.ok(!complete("").includes("runs"), "former names are not offered");
});

test("zsh reads its completions", (t) => {
  if (!hasShell(t, "zsh")) return;
  execFileSync("zsh", ["-n", join(FOLDER, "_flowlord")]);
  const script = `compdef() { print -r -- "$*"; }; source '${FOLDER}/_flowlord'; whence -w _flowlord`;
  assert.equal(ran("zsh", script), "_flowlord flowlord\n_flowlord: function\n");
});

test("fish completes commands, commands of a group, flags and their values", (t) => {
  if (!hasShell(t, "fish")) return;
  const complete = (line: string): string[] =>
    ran("fish", `source '${FOLDER}/flowlord.fish'; complete -C '${line}'`)
      .trim()
      .split("\n")
      .map((found) => found.split("\t")[0] ?? "");
  assert.deepEqual(complete("flowlord al"), ["alerts"]);
  assert.deepEqual(complete("flowlord alerts sh"), ["show"]);
  assert.deepEqual(complete("flowlord tasks --res"), ["--result"]);
  assert.deepEqual(complete("flowlord worker --log-level w"), ["warn"]);
});

test("another shell is refused, with those that there are", async (t) => {
  const { code, err } = await new Place(t, {}).run(["completions", "tcsh"]);
  assert.equal(code, 2);
  assert.match(err, /bash, zsh, fish/);
});
