import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { run } from "../../../src/cli/main.ts";
import { paintFor } from "../../../src/cli/output/paint.ts";
import { writeTaskReport } from "../../../src/contract/task-report.ts";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { SECOND } from "../../../src/contract/time/time-units.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { phase, report, rigWith, rootTask, takeSent } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { logTask, writeLog } from "../../task-logs/fixture.ts";
import { jsonLines, type Ran } from "../harness.ts";

const REPORT = { progress: null, worker: "exec", host: "host-1", pid: 7, log: "", leaseMs: null, requeued: false };

interface Typed {
  readonly width?: number;
  /** Called with each text on standard output or standard error. */
  readonly onText?: (text: string) => void;
}

async function type(rig: Rig, args: readonly string[], { width, onText }: Typed = {}): Promise<Ran> {
  let [out, err] = ["", ""];
  const toOut = (text: string): void => {
    out += text;
    onText?.(text);
  };
  const code = await run([...args, "--set", `sqlite.local_path=${join(rig.dir, "tasks.db")}`], {
    out: (text) => toOut(`${text}\n`),
    write: async (bytes) => toOut(Buffer.from(bytes).toString("utf8")),
    redraw: () => assert.fail("nothing is drawn anew"),
    serverOutput: () => assert.fail("no server runs here"),
    err: (text) => {
      err += `${text}\n`;
      onText?.(text);
    },
    env: {},
    cwd: rig.dir,
    input: (async function* () {})(),
    // A clock that goes on, so that nothing waits for it.
    now: () => (rig.now += SECOND),
    paint: paintFor(false, {}),
    width: width ?? null,
  });
  return { code, out, err };
}

/** Records 2 and 3 are tasks `load` with `n=1` and `n=2` that were sent; one retry each. */
async function loads(t: TestContext): Promise<{ rig: Rig; first: TaskMessage; second: TaskMessage }> {
  const rig = await rigWith(
    t,
    phase("root") + phase("load", { dependsOn: "root", meta: "n:1,2", template: "?n={meta:n}", retry: 1 }),
  );
  await report(rig, rootTask(rig), "complete");
  rig.store.outboxSent(rig.sent);
  const [first, second] = takeSent(rig);
  assert.ok(first !== undefined && second !== undefined);
  rig.now += 2 * SECOND;
  await rig.store.flush();
  return { rig, first, second };
}

function log(rig: Rig, task: TaskMessage, text: string, suffix = ".log", attempt = 0, at = rig.now): string {
  return writeLog(
    join(rig.dir, "logs"),
    logTask({ id: task.id, type: task.type, job: task.job, info: task.info, attempt }),
    text,
    suffix,
    at,
  );
}

/** The retry, as its worker answers it: without the time at which it was made. */
function retryOf(task: TaskMessage): TaskMessage {
  return { ...task, created: "", meta: `${task.meta}&retry=1` };
}

async function running(rig: Rig, task: TaskMessage, fields: Partial<typeof REPORT> = {}): Promise<void> {
  await handleDone([{ topic: "done", payload: writeTaskReport(task, { ...REPORT, ...fields }) }], rig.context);
}

test("logs shows the log of a record, as it is to a pipe and without control to a terminal", async (t) => {
  const { rig, first, second } = await loads(t);
  log(rig, first, "one\n\u001b[31mtwo\u001b[0m\u001b[2J\nthree");
  log(rig, second, "other\n");
  await running(rig, first);
  assert.deepEqual(await type(rig, ["logs", "2"]), {
    code: 0,
    out: "one\n\u001b[31mtwo\u001b[0m\u001b[2J\nthree",
    err: "",
  });
  assert.equal((await type(rig, ["logs", "2", "--tail", "1"])).out, "three");
  assert.equal((await type(rig, ["logs", "2", "--tail", "0"])).out, "");
  const terminal = await type(rig, ["logs", "2"], { width: 80 });
  assert.equal(terminal.out, "one\n\u001b[31mtwo\u001b[0m\nthree\u001b[0m\n");
});

test("logs of a run shows each under its task", async (t) => {
  const { rig, first, second } = await loads(t);
  log(rig, first, "one\n");
  log(rig, second, "two\n");
  const { code, out } = await type(rig, ["logs", "run-1"]);
  assert.equal(code, 0);
  assert.equal(out, "==> load, record 2, attempt 1 of 2 <==\none\n\n==> load, record 3, attempt 1 of 2 <==\ntwo\n");
  const { code: refused, err } = await type(rig, ["logs", "run-1", "--follow"]);
  assert.equal(refused, 2);
  assert.match(err, /3 tasks, and --follow follows one/);
});

test("logs --attempt shows that of the same task", async (t) => {
  const { rig, first } = await loads(t);
  log(rig, first, "first\n");
  await report(rig, first, "error");
  const retry = retryOf(first);
  log(rig, retry, "second\n", ".log", 1);
  assert.equal((await type(rig, ["logs", "2", "--attempt", "2"])).out, "second\n");
  assert.equal((await type(rig, ["logs", "4", "--attempt", "1"])).out, "first\n");
  assert.equal((await type(rig, ["logs", "4"])).out, "second\n");
  const { code, err } = await type(rig, ["logs", "4", "--attempt", "3"]);
  assert.equal(code, 1);
  assert.match(err, /load \(record 4\) has no attempt 3; flowlord task 4 shows them/);
  assert.equal((await type(rig, ["logs", "4", "--attempt", "0"])).code, 2);
});

test("logs shows the newest delivery and names the others; a log from elsewhere without its end is cut", async (t) => {
  const { rig, first } = await loads(t);
  const old = log(rig, first, "old\n", ".log", 0, rig.now - SECOND);
  log(rig, first, "new\n", ".r0123456789abcdef.part.log");
  await running(rig, first);
  const open = await type(rig, ["logs", "2"]);
  assert.equal(open.out, "new\n");
  assert.match(open.err, /The task runs on host-1, and its log came up to byte 4/);
  assert.ok(open.err.includes(`An earlier delivery of this attempt has a log of its own: ${old}`));
  await report(rig, first, "complete");
  assert.match((await type(rig, ["logs", "2"])).err, /The log is cut at byte 4: the rest never came from host-1\./);
});

test("logs --json has path, size and lines", async (t) => {
  const { rig, first } = await loads(t);
  const path = log(rig, first, "one\ntwo\r\nthree\n");
  const [all] = jsonLines((await type(rig, ["logs", "2", "--json"])).out);
  assert.deepEqual(
    [all?.["record_id"], all?.["path"], all?.["size"], all?.["complete"], all?.["lines"], all?.["skipped_bytes"]],
    [2, path, 15, true, ["one", "two", "three"], 0],
  );
  const [tail] = jsonLines((await type(rig, ["logs", "2", "--json", "--tail", "1"])).out);
  assert.deepEqual([tail?.["lines"], tail?.["skipped_bytes"]], [["three"], 9]);
  assert.equal((await type(rig, ["logs", "2", "--json", "--follow"])).code, 2);
});

test("logs says why there is none", async (t) => {
  const { rig, first, second } = await loads(t);
  await report(rig, second, "error");
  rig.now += 2 * SECOND;
  const why = async (id: string): Promise<string> => {
    const { code, out, err } = await type(rig, ["logs", id]);
    assert.deepEqual([code, out], [1, ""]);
    return err;
  };
  assert.match(await why("99"), /No task has the record number or run id "99"/);
  await rig.store.flush();
  assert.match(await why("2"), /load \(record 2\) has no log: no worker has said that it began/);
  assert.match(await why("run-1"), /None of the 4 tasks has a log here/);
  await running(rig, first);
  assert.match(await why("2"), /no \[\[worker\]\] here runs it\. A worker by `launch` writes no log here/);
  await running(rig, first, { pid: 8, log: "/there/a.log" });
  assert.match(await why("2"), /its worker on host-1 wrote it to \/there\/a\.log there, or it was deleted/);
  assert.match(await why("1"), /only the output of commands of a \[\[worker\]\] with `exec` is kept/);
  await rig.write("../flowlord.toml", '[[worker]]\ntype = "root"\nexec = ["true"]\n');
  assert.match(await why("1"), /its command wrote nothing, or the log was deleted/);
  await rig.write("../flowlord.toml", '[[worker]]\ntype = "root"\nhttp = "http://127.0.0.1:1/"\n');
  assert.match(await why("1"), /a worker with `http` runs no command here/);
});

test("logs --follow waits for the log, shows it as it grows, and goes on with the retry", async (t) => {
  const { rig, first } = await loads(t);
  let path = "";
  const retry = (): Promise<void> => report(rig, first, "error");
  const steps: readonly (readonly [RegExp, () => void | Promise<void>])[] = [
    [
      /has not begun/,
      async () => {
        path = log(rig, first, "one\n");
        await running(rig, first);
      },
    ],
    [/^one\n$/, () => appendFileSync(path, "two\n")],
    [/^two\n$/, retry],
    [
      /load \(record 2\): attempt 1 of 2 ended with error; attempt 2 of 2 is record 4/,
      async () => {
        const second = retryOf(first);
        log(rig, second, "again\n", ".log", 1);
        await report(rig, second, "complete");
      },
    ],
  ];
  let step = 0;
  const done: Promise<void>[] = [];
  const { code, out } = await type(rig, ["logs", "2", "--follow"], {
    onText: (text) => {
      const [expected, act] = steps[step] ?? [];
      if (expected?.test(text) !== true) return;
      step += 1;
      done.push(Promise.resolve(act?.()));
    },
  });
  await Promise.all(done);
  assert.deepEqual([code, out, step], [0, "one\ntwo\nagain\n", 4]);
});

test("logs --follow goes on with another delivery, and says that the log of the first is cut", async (t) => {
  const { rig, first } = await loads(t);
  log(rig, first, "begun\n", ".r0123456789abcdef.part.log", 0, rig.now - SECOND);
  await running(rig, first);
  const done: Promise<void>[] = [];
  const { code, out, err } = await type(rig, ["logs", "2", "--follow", "--tail", "1"], {
    onText: (text) => {
      if (text === "begun\n") log(rig, first, "anew\n", ".log", 0, rig.now);
      if (text === "anew\n") done.push(report(rig, first, "complete"));
    },
  });
  await Promise.all(done);
  assert.deepEqual([code, out], [0, "begun\nanew\n"]);
  assert.match(err, /The log of this delivery is cut at byte 6; the task was delivered again/);
});

test("logs --follow of a log whose end never comes ends with the task", async (t) => {
  const { rig, first } = await loads(t);
  log(rig, first, "begun\n", ".r0123456789abcdef.part.log");
  await running(rig, first);
  const done: Promise<void>[] = [];
  const { code, err } = await type(rig, ["logs", "2", "--follow"], {
    onText: (text) => void (text === "begun\n" && done.push(report(rig, first, "complete"))),
  });
  await Promise.all(done);
  assert.equal(code, 0);
  assert.match(err, /The log is cut at byte 6/);
});

test("task, why and alerts show name the log and quote its last line", async (t) => {
  const { rig, first } = await loads(t);
  const path = log(rig, first, "one\nno route to host\n\n");
  await report(rig, first, "error");
  const second = retryOf(first);
  const retried = log(rig, second, "still no route\n", ".log", 1);
  await report(rig, second, "error");
  const task = await type(rig, ["task", "2"]);
  assert.ok(task.out.includes(`  log        ${path} (22 B)\n  last line  no route to host\n`), task.out);
  const [json] = jsonLines((await type(rig, ["task", "2", "--json"])).out);
  assert.deepEqual(json?.["log"], {
    path,
    host: null,
    size: 22,
    complete: true,
    last_line: "no route to host",
    error: null,
  });
  const why = await type(rig, ["why", "2"]);
  assert.match(why.out, /\n {2}log {2,}\S+\.log \(22 B\)\n {2}last line {2,}no route to host\n$/);
  assert.deepEqual(jsonLines((await type(rig, ["why", "2", "--json"])).out)[0]?.["log"], json?.["log"]);
  assert.equal(jsonLines((await type(rig, ["why", "3", "--json"])).out)[0]?.["log"], null);
  const alert = await type(rig, ["alerts", "show", "1"]);
  assert.ok(alert.out.includes(`${retried} (15 B)\n  last line  still no route\n`), alert.out);
  const [shown] = jsonLines((await type(rig, ["alerts", "show", "1", "--json"])).out);
  assert.deepEqual(shown?.["log"], { ...Object(json?.["log"]), path: retried, size: 15, last_line: "still no route" });
});

test("task and why say where the log of another machine is", async (t) => {
  const { rig, first } = await loads(t);
  await running(rig, first, { log: "/there/a.log" });
  assert.match((await type(rig, ["task", "2"])).out, /^ {2}log {8}\/there\/a\.log on host-1$/m);
  await report(rig, first, "complete");
  assert.match((await type(rig, ["why", "2"])).out, /^ {2}log {2,}\/there\/a\.log on host-1$/m);
});
