import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "commander";
import { hidingContext } from "../../../src/cli/hiding-context.ts";
import { buildCli } from "../../../src/cli/main.ts";
import { processContext } from "../../../src/cli/process-context.ts";
import { seeded } from "./seeded.ts";

/** Every command that reads, with the flags that change what is asked. */
const READS: readonly (readonly string[])[] = [
  ["tasks"],
  ["tasks", "-n", "2"],
  ["tasks", "-n", "3", "--before", "5"],
  ["tasks", "-n", "5000"],
  ["tasks", "--type", "load", "--job", "daily"],
  ["tasks", "--result", "error"],
  ["tasks", "--state", "queued"],
  ["tasks", "--type", "none"],
  ["tasks", "-q", "type:load result:error"],
  ["tasks", "-q", "type:quarter", "-n", "2"],
  ["tasks", "-q", "created:2026-11-24T05", "--type", "load"],
  ["task", "1"],
  ["task", "2"],
  ["task", "run-9"],
  ["task", "id-000003"],
  ["task", "99999"],
  ["task", "nobody"],
  ["why", "1"],
  ["why", "2"],
  ["why", "run-9"],
  ["task", "6"],
  ["task", "9"],
  ["why", "6"],
  ["why", "7"],
  ["logs", "7"],
  ["alerts", "show", "3"],
  ["note", "alert:3"],
  ["why", "99999"],
  ["why-not", "load:daily", "--workflow", "sales/flow.toml", "--at", "2026-11-20"],
  ["why-not", "clean", "--at", "2026-11-24T05"],
  ["why-not", "quarter", "--at", "yesterday"],
  ["why-not", "nothing", "--at", "2026-11-24"],
  ["lineage", "1"],
  ["lineage", "run-9"],
  ["lineage", "1", "-n", "1"],
  ["lineage", "99999"],
  ["ps"],
  ["ps", "-n", "1"],
  ["ps", "--type", "load"],
  ["workers"],
  ["stats"],
  ["stats", "--last", "7d"],
  ["schedule"],
  ["schedule", "-n", "60"],
  ["schedule", "--zone", "UTC"],
  ["alerts", "list"],
  ["alerts", "list", "--state", "all", "-n", "1"],
  ["alerts", "list", "--severity", "critical", "--type", "load", "--since", "2d"],
  ["alerts", "show", "1"],
  ["alerts", "show", "999"],
  ["silences", "list"],
  ["silences", "list", "--ended"],
  ["channels", "list"],
  ["files", "list"],
  ["files", "list", "--unmatched", "-n", "1"],
  ["files", "list", "--path", "gs://in/*", "--since", "2026-11-24"],
  ["files", "show", "1"],
  ["files", "show", "3"],
  ["files", "show", "999"],
  ["files", "why", "1"],
  ["files", "why", "3"],
  ["files", "why", "gs://out/[x]*.txt"],
  ["files", "why", "gs://in/2026/x/never.csv"],
  ["files", "why", "gs://in/nothing"],
  ["files", "stats"],
  ["files", "stats", "--hours", "--type", "files"],
  ["dead-letters", "list"],
  ["dead-letters", "list", "--redriven", "-n", "1"],
  ["backfill", "list"],
  ["backfill", "show", "1"],
  ["backfill", "show", "99"],
  ["backfill", "create", "load:daily", "--workflow", "sales/flow.toml", "--from", "2026-11-10", "--to", "2026-11-12"],
  ["backfill", "create", "quarter", "--from", "2026-11-20T05", "--to", "2026-11-20T06"],
  ["note", "1"],
  ["note", "day:today"],
  ["note", "phase:load:daily", "--workflow", "stock/flow.toml"],
  ["note", "file:999"],
  ["logs", "1"],
  ["logs", "1", "--tail", "2"],
  ["logs", "1", "--attempt", "2"],
  ["logs", "2"],
  ["logs", "99999"],
  ["backup", "list"],
  ["backup", "list", "-n", "1"],
  ["restore", "status"],
  ["restore", "status", "--messages"],
  ["users", "list"],
  ["keys", "list", "--revoked"],
  ["audit"],
  ["audit", "--who", "ada", "-n", "1"],
];

/** What changes something, and so is tried elsewhere. */
const ACTS: ReadonlySet<string> = new Set([
  "trigger",
  "retry",
  "cancel",
  "mark",
  "pause",
  "resume",
  "drain",
  "publish",
  "backfill pause",
  "backfill resume",
  "backfill cancel",
  "backfill retry-failed",
  "backup now",
  "workflows accept",
  "alerts ack",
  "alerts resolve",
  "silences add",
  "silences end",
  "channels test",
  "files redrive",
  "files finish",
  "dead-letters redrive",
  "users add",
  "users password",
  "users role",
  "users disable",
  "users enable",
  "keys add",
  "keys revoke",
  "reveal",
  // It goes the way of a change: policies are those of the running instance.
  "restore accept",
  "restore drop",
  "retention list",
  "retention set",
  "cleanup",
]);

test("every command is about this machine, changes something, or is compared here", () => {
  const { program } = buildCli(hidingContext(processContext(process)));
  const help = program.createHelp();
  const leaves = (parent: Command, prefix: string): readonly [string, Command][] =>
    help
      .visibleCommands(parent)
      .filter((one) => parent.commands.includes(one) && one.name() !== "help")
      .flatMap((one) =>
        one.commands.length > 0 ? leaves(one, `${prefix}${one.name()} `) : [[prefix + one.name(), one]],
      );
  const asked = leaves(program, "").filter(
    ([, { options }]) => !options.some(({ long, hidden }) => long === "--server" && hidden),
  );
  for (const [name] of asked) {
    const isCompared = READS.some((args) => args.slice(0, name.split(" ").length).join(" ") === name);
    assert.ok(isCompared || ACTS.has(name), `${name} is not compared`);
  }
  assert.ok(asked.length > 40);
});

test("every command that reads prints the same of a database here and of the instance that serves it", async (t) => {
  const { here, there } = await seeded(t);
  let printed = 0;
  for (const args of READS) {
    for (const json of args[0] === "backfill" && args[1]?.includes(":") === true
      ? [[], ["--json"], ["--csv"]]
      : [[], ["--json"]]) {
      for (const width of json.length === 0 ? [null, 100] : [null]) {
        const line = [...args, ...json];
        const local = await here(line, width);
        assert.notEqual(local.code, 2, `${line.join(" ")}: ${local.err}`);
        assert.doesNotMatch(local.err, /unexpected/, line.join(" "));
        assert.deepEqual(await there(line, width), local, line.join(" "));
        printed += local.out.length;
      }
    }
  }
  assert.ok(printed > 50_000, `only ${printed} characters were compared`);
});
