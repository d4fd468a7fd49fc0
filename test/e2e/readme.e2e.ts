import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freePort, Place, ROOT, rows, until } from "./flowlord.ts";

const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The code block of that language that holds these words. */
function block(language: string, words: string): string {
  const blocks = [...README.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))];
  const found = blocks.map(([, text = ""]) => text).find((text) => text.includes(words));
  assert.ok(found !== undefined, `a block with ${words}`);
  return found;
}

test("the README's workflow runs with its workers as they are written there", { timeout: 60_000 }, async (t) => {
  if (spawnSync("python3", ["--version"]).status !== 0)
    return t.skip("skipped: python3 is missing, which one of the workers needs: install it");
  const place = new Place(t, {
    "mine/flow.toml": block("toml", "[[phase]]").replace("*/10 * *", "* * *"),
    "mine/flowlord.toml": block("toml", "[[worker]]"),
    "mine/sample.sh": block("sh", "date '+"),
    "mine/count.py": block("python", "json.load"),
  });
  const flowlord = place.flowlord(["serve", "-c", "mine/flowlord.toml", "--set", `status_port=${await freePort()}`]);
  await flowlord.says("Ctrl-C stops it");
  const counted = (): string[] =>
    rows<{ msg: string }>(
      place.path("mine/tasks.db"),
      "SELECT msg FROM task_records WHERE type = 'count' AND result = 'complete' ORDER BY id",
    ).map(({ msg }) => msg);
  await until(() => counted().length >= 2, 50, counted);
  assert.equal((await flowlord.interrupt()).code, 0);
  assert.deepEqual(flowlord.problems, []);
  const day = /lines in (\d{4}-\d\d-\d\d\.txt)$/.exec(counted()[0] ?? "")?.[1];
  assert.ok(day, `the message of the Python worker: ${counted()[0]}`);
  assert.ok(readFileSync(place.path(`mine/${day}`), "utf8").split("\n").length > 2);
  const shown = await place.run(["tasks", "-c", "mine/flowlord.toml"]);
  assert.match(shown.out, /sample +complete/);
});

test("the README's worker in TypeScript does the task on its standard input", { timeout: 60_000 }, async (t) => {
  const place = new Place(t);
  const worker = place.start(process.execPath, [join(ROOT, "examples/workers/count-words.ts")]);
  worker.child.stdin?.end(`${JSON.stringify({ type: "count-words", info: join(ROOT, "README.md"), id: "1" })}\n`);
  assert.equal((await worker.ended).code, 0);
  assert.match(worker.out, /"result":"complete","msg":"\d+ words"/);
});
