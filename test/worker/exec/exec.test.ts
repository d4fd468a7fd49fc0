import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";
import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { WorkerOptionsError } from "../../../src/worker/worker-options-error.ts";
import { scratchFolder, sh, startExec } from "./exec-fixture.ts";

const codes = { exitCodes: { warn: [3, 30], alert: [4] } };
const endings: [script: string, result: string, msg: string, meta?: unknown][] = [
  ["", "complete", ""],
  ["echo first; echo last; echo", "complete", "last"],
  ["echo out; echo err >&2; exit 1", "error", "exit code 1: err"],
  ["echo err >&2; echo out; exit 1", "error", "exit code 1: err"],
  ["echo out; exit 1", "error", "exit code 1: out"],
  ["echo out; echo err >&2", "complete", "out"],
  ["echo err >&2", "complete", "err"],
  ["exit 1", "error", "exit code 1"],
  ["echo half; exit 3", "warn", "half"],
  ["exit 30", "warn", ""],
  ["echo bad feed; exit 4", "alert", "bad feed"],
  ["exit 77", "error", "exit code 77"],
  ["echo dying; kill -SEGV $$", "error", "killed by SIGSEGV: dying"],
  [`printf 'a\\033[31mred\\033[0m\\a\\tb\\r\\n'`, "complete", "ared  b"],
  [`echo out; echo '{"msg":"told","meta":{"rows":3,"ok":true}}' >&3`, "complete", "told", { rows: "3", ok: "true" }],
  [`echo '{"result":"warn"}' >&3; echo out`, "warn", "out"],
  [`echo '{"result":"alert","msg":"told"}' >&3; exit 1`, "alert", "exit code 1: told"],
  [`echo '{"result":"complete","msg":"told"}' >&3; exit 1`, "error", "exit code 1: told"],
  [`echo '{"result":"error","msg":"told","meta":"a=1"}' >&3`, "error", "told", "a=1"],
  [`echo '{"msg":"old"}' >&3; echo '{"msg":"new"}' >&3`, "complete", "new"],
  [`echo nonsense >&3; echo out`, "error", "out (its report on fd 3 is invalid: not a JSON object)"],
  [`echo '{"result":"fine"}' >&3`, "error", `(its report on fd 3 is invalid: unknown result "fine")`],
  [`head -c 70000 /dev/zero >&3; echo out`, "error", "out (its report on fd 3 is invalid: it is larger than 64 KiB)"],
  [
    `echo '{"result":"error","msg":"told","meta":{"a":null}}' >&3`,
    "error",
    "told (its report on fd 3 is invalid: meta is neither a query nor an object of values)",
  ],
  [`echo '{"result":"complete","msg":7}' >&3; exit 4`, "alert", "(its report on fd 3 is invalid: msg is not a string)"],
  [`printf '\ufeff{"msg":"told"}' >&3`, "complete", "told"],
];
for (const [script, result, msg, meta] of endings) {
  test(`exec: ${script === "" ? "a silent success" : script}`, async (t) => {
    const exec = await startExec(t, { ...sh(script), ...codes });
    assert.deepEqual(await exec.run(), { result, msg, meta });
  });
}

test("the command gets the task on stdin, in variables and in arguments, but not Flowlord's own variables", async (t) => {
  process.env["FLOWLORD_FILE__SECRET_KEY"] = "hidden";
  t.after(() => delete process.env["FLOWLORD_FILE__SECRET_KEY"]);
  const exec = await startExec(t, {
    ...sh(
      `cat; env | grep -e '^FLOWLORD_' -e '^OWN' | grep -v OWNER | sort; printf '<%s>' "$@"`,
      "{id}|{type}|{job}|{attempt}|{created}",
      "{info}",
      "{meta}",
      "--day={info:day}",
      "{meta:file}{meta:none}",
      "{task_time}",
      "{unknown} {info:{meta:file}",
    ),
    env: { OWN: "yes" },
  });
  await exec.run({
    job: "hourly",
    info: "s3://b/f?day=2026-01-02&a-b=x+y#end",
    meta: "cron=2026-01-02T03&file=a&file=%7Bid%7D",
  });
  const [log] = await logs(exec.logDir);
  assert.deepEqual(log?.split("\n"), [
    '{"type":"clean","job":"hourly","info":"s3://b/f?day=2026-01-02&a-b=x+y#end",' +
      '"created":"2026-01-02T03:04:05Z","id":"0190","meta":"cron=2026-01-02T03&file=a&file=%7Bid%7D"}',
    "FLOWLORD_ATTEMPT=2",
    "FLOWLORD_CREATED=2026-01-02T03:04:05Z",
    "FLOWLORD_ID=0190",
    "FLOWLORD_INFO=s3://b/f?day=2026-01-02&a-b=x+y#end",
    "FLOWLORD_INFO_A_B=x y",
    "FLOWLORD_INFO_DAY=2026-01-02",
    "FLOWLORD_JOB=hourly",
    "FLOWLORD_META=cron=2026-01-02T03&file=a&file=%7Bid%7D",
    "FLOWLORD_META_CRON=2026-01-02T03",
    "FLOWLORD_META_FILE=a",
    "FLOWLORD_TYPE=clean",
    "OWN=yes",
    "<0190|clean|hourly|2|2026-01-02T03:04:05Z><s3://b/f?day=2026-01-02&a-b=x+y#end>" +
      "<cron=2026-01-02T03&file=a&file=%7Bid%7D><--day=2026-01-02><a",
    "{id}><2026-01-02T03><{unknown} {info:a",
    "{id}>",
  ]);
});

test("a command that does not read a large task from stdin does not fail because of it", async (t) => {
  const exec = await startExec(t, { command: ["true"] });
  assert.equal((await exec.run({ info: "x".repeat(2_000_000) })).result, "complete");
});

test("a command that cannot be started says why", async (t) => {
  const folder = await scratchFolder(t);
  const script = join(folder, "plain.sh");
  await writeFile(script, "#!/bin/sh\n");
  await chmod(script, 0o644);
  const lastOutput = async (fields: Parameters<typeof startExec>[1], info = ""): Promise<string | undefined> => {
    const outcome = await (await startExec(t, fields)).run({ info });
    assert.equal(outcome.result, "error");
    return outcome.msg;
  };
  assert.match(
    (await lastOutput({ command: ["no-such-command"] })) ?? "",
    /not started: no-such-command was not found/,
  );
  assert.match((await lastOutput({ command: [script] })) ?? "", /is not executable by this user/);
  assert.match(
    (await lastOutput({ command: ["true"], cwd: join(folder, "none") })) ?? "",
    /its folder .*none does not exist$/,
  );
  assert.match((await lastOutput({ command: ["true", "{info}"] }, "a\0b")) ?? "", /contains a NUL character/);
  assert.match(
    (await lastOutput({ command: ["true", "{info}"] }, "x".repeat(3_000_000))) ?? "",
    /arguments are longer than/,
  );
});

test("an empty command is refused", async (t) => {
  await assert.rejects(startExec(t, { command: [] }), WorkerOptionsError);
  await assert.rejects(startExec(t, { command: [" "] }), WorkerOptionsError);
});

test("the command runs in its folder", async (t) => {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, "inside"));
  const exec = await startExec(t, { command: ["pwd"], cwd: join(folder, "inside") });
  assert.match((await exec.run()).msg ?? "", /inside$/);
});

test("many tasks leave no open files and no zombies", { skip: process.platform !== "linux" }, async (t) => {
  const exec = await startExec(t, { ...sh("echo done; echo {} >&3") });
  await exec.run();
  const before = (await readdir("/proc/self/fd")).length;
  let left = 100;
  const limit = async (): Promise<void> => {
    while (left-- > 0) assert.equal((await exec.run({ id: String(left) })).msg, "done");
  };
  await Promise.all(Array.from({ length: 8 }, limit));
  assert.ok((await readdir("/proc/self/fd")).length <= before + 2);
  const children = await readFile(`/proc/self/task/${process.pid}/children`, "utf8");
  assert.equal(children.trim(), "");
});

test("secrets of the task and of env are hidden in the log, from both pipes, and the message has what it was sent", async (t) => {
  const script = `printf '%s' 'pass'; sleep 0.05; echo "word=$1 $KEY"; printf 'token: ' >&2; echo "$1" >&2; echo "got $1 for $KEY"`;
  const exec = await startExec(t, {
    ...sh(script, "{meta:key}"),
    env: { KEY: "env-secret-1" },
    redact: { ...DEFAULT_RULES, secrets: ["env-secret-1", "canary7f3a9"] },
  });
  const { msg } = await exec.run({ meta: "key=canary7f3a9" });
  assert.equal(msg, "got canary7f3a9 for env-secret-1");
  const [log = ""] = await logs(exec.logDir);
  assert.deepEqual(log.trimEnd().split("\n").toSorted(), [
    "got ******** for ********",
    "password=******** ********",
    "token: ********",
  ]);
});

test("values of the task's secret keys are hidden in the log without their names too", async (t) => {
  const exec = await startExec(
    t,
    sh('echo "$1 $2 $3 $4"', "{meta:api_token}", "{meta:day}", "key-of-json", "key-of-nested"),
  );
  const info = '{"a":{"client_secret":"key-of-json"},"day":"monday"}';
  await exec.run({
    info,
    meta: `api_token=key-of-meta&day=tuesday&body=${encodeURIComponent('{"password":"key-of-nested"}')}`,
  });
  assert.deepEqual(await logs(exec.logDir), ["******** tuesday ******** ********\n"]);
});

async function logs(logDir: string): Promise<string[]> {
  const entries = await readdir(logDir, { recursive: true });
  return Promise.all(
    entries.filter((name) => name.endsWith(".log")).map((name) => readFile(join(logDir, name), "utf8")),
  );
}
