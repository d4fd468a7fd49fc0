import assert from "node:assert/strict";
import { test } from "node:test";
import { buildCli, run } from "../../src/cli/main.ts";
import { processContext } from "../../src/cli/process-context.ts";
import type { OuterContext } from "../../src/cli/context.ts";
import { ESCAPES, type Planted, planted } from "./planted.ts";

/** Commands that show what is there, with arguments for each. `{task}` and the like are filled in. */
const READING: Readonly<Record<string, readonly (readonly string[])[]>> = {
  check: [[], ["{dir}/flow"]],
  config: [[]],
  tasks: [[], ["--limit", "500"], ["-q", "info:alert"], ["-q", "\u001b]0;pwned\u0007"]],
  task: [["{task}"], ["{hostile}"]],
  logs: [["{log}"], ["{hostile}"]],
  lineage: [["{task}"], ["{hostile}"]],
  why: [["{task}"], ["{log}"], ["{hostile}"]],
  "why-not": [
    ["in", "--at", "2026-01-01"],
    ["{hostile}", "--at", "2026-01-01"],
  ],
  ps: [[]],
  workers: [[]],
  stats: [[]],
  schedule: [[]],
  "backfill list": [[]],
  "backfill show": [["1"]],
  "backfill create": [
    ["shout", "--from", "2026-01-01", "--to", "2026-01-01"],
    ["shout", "--from", "2026-01-01", "--csv"],
  ],
  "alerts list": [[]],
  "alerts show": [["{alert}"]],
  "silences list": [[]],
  "channels list": [[]],
  "files list": [[]],
  "files show": [["{file}"]],
  "files why": [["{file}"], ["/in/{hostile}"]],
  "files stats": [[]],
  "dead-letters list": [[]],
  "retention list": [[]],
  cleanup: [[], ["--table", "{hostile}"]],
  "archive list": [
    ["--set", "retention.archive={dir}/archive"],
    ["--table", "{hostile}", "--set", "retention.archive={dir}/archive"],
  ],
  "archive query": [["SELECT '{hostile}' AS x", "--set", "retention.archive={dir}/archive"]],
  "archive verify": [["--table", "{hostile}", "--set", "retention.archive={dir}/archive"]],
  "backup list": [[]],
  "backup verify": [["{hostile}", "--set", "sqlite.backup_path={dir}/backups"]],
  restore: [["--list", "--set", "sqlite.backup_path={dir}/backups"]],
  "restore status": [[], ["--messages"]],
  "restore accept": [[]],
  "restore drop": [[]],
  "users list": [[]],
  "keys list": [[]],
  audit: [[]],
  reveal: [["{task}", "--reason", "who wrote this?"]],
};
/** They write, serve or help: what they say of the record goes through the same context. */
const OTHERS =
  /^(?:compact|copy|serve|init|quickstart|worker|completions|trigger|retry|cancel|mark|note|pause|resume|drain|publish|workflows accept|.*\bhelp|backfill (?:pause|resume|cancel|retry-failed)|alerts (?:ack|resolve)|silences (?:add|end)|channels test|files (?:redrive|finish)|dead-letters redrive|backup now|retention set|users (?:add|password|role|disable|enable)|keys (?:add|revoke))$/;

interface Shown {
  readonly out: string;
  readonly err: string;
}

/** What a command line writes to a terminal of a hundred columns. */
async function onTerminal({ place }: Planted, args: readonly string[]): Promise<Shown> {
  const shown = { out: "", err: "" };
  const stream = (name: keyof Shown): unknown => ({
    isTTY: true,
    columns: 100,
    writableLength: 0,
    on: () => undefined,
    write: (text: string | Uint8Array, done?: () => void) => {
      shown[name] += Buffer.from(text).toString();
      done?.();
    },
  });
  const context: OuterContext = processContext({
    stdin: { setEncoding: () => (async function* () {})() },
    stdout: stream("out"),
    stderr: stream("err"),
    env: { TERM: "xterm" },
    cwd: () => place.dir,
    exit: () => assert.fail("it ended the process"),
  } as unknown as NodeJS.Process);
  await run(args, context);
  return shown;
}

/** The colours that commands use, line breaks and tabs; nothing else may reach a terminal. */
function assertTame(text: string, what: string): void {
  const plain = text.replaceAll(/\u001b\[(?:0|1|2|22|31|32|33|39)m/g, "");
  const found = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.exec(plain);
  assert.equal(
    found,
    null,
    `${what}: ${JSON.stringify(plain.slice((found?.index ?? 0) - 60, (found?.index ?? 0) + 20))}`,
  );
}

function commandNames(): readonly string[] {
  const { program } = buildCli({} as never);
  const walk = (parent: typeof program, prefix: string): readonly string[] =>
    program
      .createHelp()
      .visibleCommands(parent)
      .flatMap((command) =>
        command.commands.length > 0 ? walk(command, `${prefix}${command.name()} `) : [prefix + command.name()],
      );
  return walk(program, "");
}

test("every command that shows something is tried", () => {
  const untried = commandNames().filter((name) => READING[name] === undefined && !OTHERS.test(name));
  assert.deepEqual(untried, []);
});

test("no command brings what others wrote to a terminal as more than text", { timeout: 110_000 }, async (t) => {
  const instance = await planted(t);
  const newest = async (path: string, key: string, id: string): Promise<string> =>
    String((await instance.get(path))[key]?.[0]?.[id]);
  const values: Readonly<Record<string, readonly string[]>> = {
    "{task}": ((await instance.get("/api/tasks?type=load&limit=9"))["tasks"] ?? []).map((task) =>
      String(task["record_id"]),
    ),
    "{log}": [await newest("/api/tasks?type=shout&result=complete", "tasks", "record_id")],
    "{alert}": ((await instance.get("/api/alerts?limit=9"))["alerts"] ?? []).map((alert) => String(alert["id"])),
    "{file}": ((await instance.get("/api/files?limit=9"))["files"] ?? []).map((file) => String(file["id"])),
    "{hostile}": ESCAPES,
  };
  let seen = "";
  for (const [name, all] of Object.entries(READING))
    for (const args of all) {
      const named = Object.keys(values).find((key) => args.some((arg) => arg.includes(key))) ?? "";
      for (const value of values[named] ?? [""])
        for (const form of [[], ["--json"]]) {
          const filled = args.map((arg) => arg.replace(named, () => value).replace("{dir}", instance.place.dir));
          const line = [...name.split(" "), ...filled, ...form];
          const { out, err } = await onTerminal(instance, line);
          assertTame(out, line.join(" "));
          assertTame(err, line.join(" "));
          assert.doesNotMatch(err, /unexpected:/, line.join(" "));
          if (form.length === 0) seen += out;
        }
    }
  // What was planted is shown, without what a terminal obeys.
  for (const text of ["pwned", "<script>alert(1)</script>", "all is well", "=1+1"])
    assert.ok(seen.includes(text), text);
});
