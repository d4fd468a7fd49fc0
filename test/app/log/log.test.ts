import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { openLog, type Log } from "../../../src/app/log/log.ts";
import type { LogOptions } from "../../../src/config/options.ts";
import { redactor } from "../../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";
import type { LineOutput } from "../../../src/contract/line-output.ts";

const OPTIONS: LogOptions = { level: "info", format: "auto", file: "" };
const NAME = "a\u001b]0;x\u0007\u009b2J\u202eb\nc";

interface Written {
  readonly log: Log;
  readonly lines: string[];
}

function logTo(isTerminal: boolean, options: Partial<LogOptions> = {}, secrets: readonly string[] = []): Written {
  const lines: string[] = [];
  const standard: LineOutput = { isTerminal, write: (line) => lines.push(line) > 0, close: () => undefined };
  return {
    log: openLog({ ...OPTIONS, ...options }, { standard, redact: redactor({ ...DEFAULT_RULES, secrets }) }),
    lines,
  };
}

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-log-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test("a line has level, time, component, fields and its sentence: JSON for programs", () => {
  const { log, lines } = logTo(false);
  log.warn("files", "It is late.", { path: "/in/a.csv", ms: 260 });
  const { time, ...rest } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, { level: "warn", component: "files", path: "/in/a.csv", ms: 260, msg: "It is late." });
});

test("on a terminal, or where text is asked for, it is one line of text", () => {
  for (const { log, lines } of [logTo(true), logTo(false, { format: "text" })]) {
    log.info("files", "It came.", { path: "/in/a b.csv", ms: 3 });
    assert.match(lines[0] ?? "", /^\S+Z INFO {2}files: It came\. \(path="\/in\/a b\.csv" ms=3\)$/);
  }
  const { log, lines } = logTo(true, { format: "json" });
  log.info("files", "It came.");
  assert.equal(lines[0]?.[0], "{");
});

test("escapes, direction marks and line breaks of names never reach a log raw", () => {
  for (const { log, lines } of [logTo(true), logTo(false)]) {
    log.error(NAME, NAME, { path: NAME });
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? "", /[\u0000-\u001f\u007f-\u009f\u202e]/);
  }
  const { log, lines } = logTo(false);
  log.error("files", NAME);
  assert.equal((JSON.parse(lines[0] ?? "") as { msg: string }).msg, NAME, "JSON gives the name back as it is");
});

test("below its level nothing is logged", () => {
  const { log, lines } = logTo(false, { level: "warn" });
  log.debug("a", "debug");
  log.info("a", "info");
  log.warn("a", "warn");
  log.error("a", "error");
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ["warn", "error"],
  );
});

test("no secret shows: those of the configuration, logins in URLs, tokens of requests", () => {
  const { log, lines } = logTo(false, {}, ["hunter2", 'quo"te', "me:hunter2"]);
  log.error("bus", 'it sent hunter2 and quo"te to nats://u:p@h:4222/?token=abc&x=1', {
    address: "me:hunter2@h:4150",
    header: "Authorization: Bearer abc.def-_=",
  });
  const { msg, address, header } = JSON.parse(lines[0] ?? "") as Record<string, string>;
  assert.equal(msg, "it sent ******** and ******** to nats://********@h:4222/?token=********&x=1");
  assert.equal(address, "********@h:4150");
  assert.equal(header, "Authorization: ********");
});

test("lines that nobody reads are left out, counted, and said when there is a reader again", () => {
  const lines: string[] = [];
  let isRead = true;
  const standard: LineOutput = {
    isTerminal: false,
    write: (line) => isRead && lines.push(line) > 0,
    close: () => undefined,
  };
  const log = openLog(OPTIONS, { standard, redact: redactor(DEFAULT_RULES) });
  log.info("a", "one");
  isRead = false;
  log.info("a", "two");
  log.info("a", "three");
  isRead = true;
  log.info("a", "four");
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ["one", "four", "2 lines were left out here: the log was not read."],
  );
});

test("a file is appended to, in order", async (t) => {
  const file = join(folder(t), "flowlord.log");
  for (const round of [0, 1]) {
    const { log, lines } = logTo(true, { file });
    const opened = log as ReturnType<typeof openLog>;
    for (let index = 0; index < 50; index += 1) log.info("a", `${round * 50 + index}`);
    opened.close();
    assert.deepEqual(lines, []);
    const count = (): number => readFileSync(file, "utf8").split("\n").length - 1;
    while (count() < (round + 1) * 50) await setImmediate();
  }
  const sentences = readFileSync(file, "utf8").trimEnd().split("\n");
  assert.deepEqual(
    sentences.map((line) => Number((JSON.parse(line) as { msg: string }).msg)),
    Array.from({ length: 100 }, (_, index) => index),
  );
});

test("a file that cannot be opened is told with what to do", (t) => {
  assert.throws(() => logTo(false, { file: folder(t) }), {
    code: "log_file",
    message: /cannot be opened: it is a folder; set log\.file to another one, or to "" for standard error\.$/,
  });
  assert.throws(() => logTo(false, { file: join(folder(t), "none", "flowlord.log") }), /its folder does not exist/);
});
