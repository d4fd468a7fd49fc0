import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseTaskMessage, writeTaskMessage } from "../../src/contract/task-message.ts";
import { compareBytes } from "../../src/core/text/byte-text.ts";
import { scratchFolder, startExec } from "./exec/exec-fixture.ts";
import { taskMessage } from "./task-bus.ts";

const example = (name: string): string => fileURLToPath(import.meta.resolve(`../../examples/workers/${name}`));

test("the shell example samples", { skip: process.platform !== "linux" }, async (t) => {
  const folder = await scratchFolder(t);
  const sample = await startExec(t, { command: ["sh", example("sample.sh"), folder] });
  const file = join(folder, "load-2026-01-02.csv");
  const sampled = await sample.run({ info: "?day=2026-01-02" });
  assert.deepEqual([sampled.result, sampled.meta], ["complete", { file }]);
  assert.match((await sample.run()).msg ?? "", /^exit code 2: .*the template must set day/);
});

const python3 = spawnSync("python3", ["--version"]).status === 0;

test("the Python example summarises", { skip: python3 ? false : "python3 is not here" }, async (t) => {
  const folder = await scratchFolder(t);
  const file = join(folder, "samples.csv");
  const python = { command: ["python3", example("summarise.py")], exitCodes: { warn: [], alert: [4] } };
  const summarise = await startExec(t, python);
  await writeFile(file, "1.5,1,1\n0.5,1,1\n");
  const meta = `file=${encodeURIComponent(file)}`;
  assert.equal((await summarise.run({ meta })).msg, "2 samples, highest load 1.50, mean 1.00");
  await writeFile(file, "");
  assert.equal((await summarise.run({ meta })).result, "alert");
});

test("the TypeScript example reads tasks as lines and answers as lines", async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, "some.txt"), "one two\nthree\n");
  await writeFile(join(folder, "empty.txt"), "");
  const child = spawn(process.execPath, [example("count-words.ts")], { stdio: ["pipe", "pipe", "inherit"] });
  for (const name of ["some.txt", "empty.txt", "none.txt"]) {
    child.stdin.write(`${writeTaskMessage(taskMessage({ type: "count-words", info: join(folder, name) }))}\n`);
  }
  child.stdin.end();
  const dones = (await text(child.stdout)).trimEnd().split("\n").map(parseTaskMessage);
  assert.deepEqual(dones.map(({ result, msg }) => `${result}: ${msg.split(",")[0]}`).toSorted(compareBytes), [
    "complete: 3 words",
    "error: ENOENT: no such file or directory",
    `warn: ${join(folder, "empty.txt")} is empty`,
  ]);
});

test("the worker page names every token, variable and result", async () => {
  const page = await readFile(fileURLToPath(import.meta.resolve("../../docs/workers.md")), "utf8");
  const source = await readFile(fileURLToPath(import.meta.resolve("../../src/worker/task-values.ts")), "utf8");
  const [, names = ""] = /const TOKEN = \/\\\{\(([a-z_|]+)\|/.exec(source) ?? [];
  const tokens = names.split("|").map((name) => `{${name}}`);
  const variables = Array.from(source.matchAll(/"(FLOWLORD_[A-Z]+)"/g), (match) => match[1] ?? "");
  assert(tokens.length >= 8 && variables.length >= 7);
  for (const word of [...tokens, ...variables, "complete", "error", "warn", "alert"]) {
    assert(page.includes(`\`${word}\``), `${word} is missing in docs/workers.md`);
  }
});
