import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { OutputLog } from "../../../src/worker/exec/output-log.ts";
import { scratchFolder, sh, startExec } from "./exec-fixture.ts";

test("the log is in the folder of type and date, is created with the first output, and a redelivery has its own", async (t) => {
  const exec = await startExec(t, sh("echo out; echo err >&2"));
  const silent = await startExec(t, { command: ["true"], logDir: exec.logDir });
  await silent.run();
  assert.deepEqual(await readdir(exec.logDir), []);
  await exec.run();
  await exec.run();
  const folder = join(exec.logDir, "clean", "2026-01-02");
  const names = (await readdir(folder)).toSorted();
  assert.deepEqual(
    names.map((name) => name.replace(/-[0-9a-f]{8}/, "-hash")),
    ["0190-2-hash.2.log", "0190-2-hash.log"],
  );
  for (const name of names) {
    assert.deepEqual((await readFile(join(folder, name), "utf8")).split("\n").toSorted(), ["", "err", "out"]);
  }
});

test("a log over its limit keeps head and tail and says how much is missing", async (t) => {
  const folder = await scratchFolder(t);
  const log = new OutputLog(join(folder, "new", "capped"), 100, (error) => assert.ifError(error));
  for (let line = 0; line < 50; line += 1) await log.write(Buffer.from(`line ${String(line).padStart(4, "0")}\n`));
  await log.close();
  const text = await readFile(join(folder, "new", "capped.log"), "utf8");
  const line = (at: number): string => `line ${String(at).padStart(4, "0")}\n`;
  const [head, tail] = [
    [0, 1, 2, 3, 4],
    [45, 46, 47, 48, 49],
  ].map((numbers) => numbers.map(line).join(""));
  assert.equal(text, `${head}\n[… 400 bytes left out …]\n${tail}`);
});

test("for megabytes of output the last line is found, and the log stays below its limit", async (t) => {
  const exec = await startExec(t, {
    ...sh("yes 0123456789012345678901234567890123456789 | head -c 20000000; echo; echo the end"),
    logMaxBytes: 600_000,
  });
  assert.equal((await exec.run()).msg, "the end");
  const [name] = await readdir(join(exec.logDir, "clean", "2026-01-02"));
  const text = await readFile(join(exec.logDir, "clean", "2026-01-02", name ?? ""), "utf8");
  assert(text.length <= 600_100 && text.length >= 600_000);
  assert(text.endsWith("\nthe end\n"));
});

test("a log that cannot be written is reported once and does not fail the task", async (t) => {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, "logs"));
  await writeFile(join(folder, "logs", "clean"), "a file where a folder is needed");
  const exec = await startExec(t, { ...sh("echo out"), logDir: join(folder, "logs") });
  assert.deepEqual(await exec.run(), { result: "complete", msg: "out", meta: undefined });
  assert.deepEqual(
    exec.problems.map(({ code }) => code),
    ["log_not_written"],
  );
});
