import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/read/issue.ts";
import { addCancel } from "./acting/cancel.ts";
import { addMark } from "./acting/mark.ts";
import { addNote } from "./acting/note.ts";
import { addRetry } from "./acting/retry.ts";
import { addAlerts } from "./alerts/alerts.ts";
import { addChannels } from "./alerts/channels.ts";
import { addSilences } from "./alerts/silences.ts";
import { normalizeArgv } from "./normalize-argv.ts";
import { addCheck } from "./workflows/check.ts";
import { afterHelp, Cli } from "./cli.ts";
import { addCompletions } from "./completions/completions.ts";
import { addConfig } from "./workflows/config-command.ts";
import { addBackfill } from "./backfill/backfill.ts";
import { addArchive } from "./archive/archive.ts";
import { addBackup } from "./backup/backup.ts";
import { addRestore } from "./backup/restore.ts";
import type { CliContext, OuterContext } from "./context.ts";
import { hidingContext } from "./hiding-context.ts";
import { addCompact } from "./care/compact.ts";
import { addCopy } from "./care/copy.ts";
import { addDeadLetters } from "./tasks/dead-letters.ts";
import { addFiles } from "./files/files.ts";
import { addWorkflows } from "./workflows/accept.ts";
import { addDrain } from "./serve/drain.ts";
import { addPause, addResume } from "./workflows/pause.ts";
import { addSchedule } from "./workflows/schedule.ts";
import { processContext } from "./process-context.ts";
import { addTrigger } from "./tasks/trigger.ts";
import { addLineage } from "./tasks/lineage.ts";
import { addLogs } from "./tasks/logs.ts";
import { addPublish } from "./tasks/publish.ts";
import { addInit } from "./serve/init.ts";
import { addQuickstart } from "./serve/quickstart.ts";
import { addServe } from "./serve/serve.ts";
import { addStats } from "./tasks/stats.ts";
import { addPs } from "./tasks/ps.ts";
import { addWorkers } from "./tasks/workers.ts";
import { addTask } from "./tasks/task.ts";
import { addWorker } from "./serve/worker.ts";
import { addTasks } from "./tasks/tasks.ts";
import { addCleanup } from "./care/cleanup.ts";
import { addRetention } from "./care/retention.ts";
import { addAudit } from "./access/audit.ts";
import { addKeys } from "./access/keys.ts";
import { addReveal } from "./access/reveal.ts";
import { addUsers } from "./access/users.ts";
import { UsageError } from "./usage-error.ts";
import { addWhyNot } from "./tasks/why-not.ts";
import { addWhy } from "./tasks/why.ts";

/** Runs a command line (without program and script) and returns the exit code. Never rejects. */
export async function run(argv: readonly string[], outer: OuterContext = processContext(process)): Promise<number> {
  const context = hidingContext(outer);
  try {
    const cli = buildCli(context);
    await cli.program.parseAsync(normalizeArgv(argv), { from: "user" });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.code === "commander.helpDisplayed") await inputs(argv, context);
    return failure(error, context);
  }
}

const EXAMPLES = [
  "flowlord serve -c flowlord.toml",
  "flowlord tasks --result error",
  "flowlord why 1204",
  "flowlord trigger load:daily --at 2026-01-31T05",
];

/** The groups of `flowlord --help`. */
const GROUPS: readonly (readonly [string, readonly ((cli: Cli) => void)[]])[] = [
  ["Run it:", [addServe, addInit, addQuickstart, addCheck, addConfig, addWorker, addCompletions]],
  ["See:", [addTasks, addTask, addLogs, addLineage, addWhy, addWhyNot, addPs, addWorkers, addStats, addSchedule]],
  [
    "Act:",
    [
      addTrigger,
      addRetry,
      addCancel,
      addMark,
      addNote,
      addBackfill,
      addPause,
      addResume,
      addDrain,
      addPublish,
      addWorkflows,
    ],
  ],
  ["Alerts:", [addAlerts, addSilences, addChannels]],
  ["Files, messages:", [addFiles, addDeadLetters]],
  ["Care:", [addBackup, addRestore, addRetention, addCleanup, addArchive, addCompact, addCopy]],
  ["Access:", [addUsers, addKeys, addAudit, addReveal]],
];

/** Builds all commands; the test of docs/command-line.md reads them. */
export function buildCli(context: CliContext): Cli {
  const program = new Command("flowlord")
    .description("A taskmaster for data pipelines. Without a command: serve.")
    .version(version(), "-v, --version")
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => context.out(text.replace(/\n$/, "")),
      writeErr: (text) => context.err(text.replace(/\n$/, "").replace(/^error: /, "flowlord: ")),
      getOutHelpWidth: () => context.width ?? 100,
      getErrHelpWidth: () => context.width ?? 100,
    })
    .showSuggestionAfterError()
    // Added here, so that it gets its own group.
    .addHelpCommand(
      new Command("help").argument("[command]").description("Show the help of a command.").helpGroup("Help:"),
    )
    .addHelpText("after", afterHelp(EXAMPLES));
  const cli = new Cli(context, program);
  for (const [heading, commands] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of commands) add(cli);
  }
  return cli;
}

/** Help is complete without them: what keeps them from being read is no reason to fail. */
async function inputs(argv: readonly string[], context: CliContext): Promise<void> {
  try {
    const { printInputs } = await import("./tasks/phase-help.ts");
    await printInputs(argv, context);
  } catch {
    // A configuration that cannot be read is reported by the command itself.
  }
}

function failure(error: unknown, context: CliContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError) context.err(error.message);
  else if (error instanceof Error && "code" in error) context.err(`flowlord: ${error.message}`);
  else context.err(`flowlord: unexpected: ${error instanceof Error ? error.stack : String(error)}`);
  return error instanceof UsageError ? 2 : 1;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}
