import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/read/issue.ts";
import { addAlerts } from "./alerts/alerts.ts";
import { arrange } from "./normalize-argv.ts";
import { addCheck } from "./workflows/check.ts";
import { Cli } from "./cli.ts";
import { addConfig } from "./workflows/config-command.ts";
import type { CliContext } from "./context.ts";
import { addDeadLetters } from "./tasks/dead-letters.ts";
import { addFiles } from "./files/files.ts";
import { addNext } from "./workflows/schedule.ts";
import { paintFor } from "./output/paint.ts";
import { addRun } from "./tasks/trigger.ts";
import { addRuns } from "./tasks/lineage.ts";
import { addSend } from "./tasks/publish.ts";
import { addServe } from "./serve/serve.ts";
import { addStats } from "./tasks/stats.ts";
import { addTask } from "./tasks/task.ts";
import { addWorker } from "./serve/worker.ts";
import { addTasks } from "./tasks/tasks.ts";
import { UsageError } from "./usage-error.ts";
import { addWhyNot } from "./tasks/why-not.ts";
import { addWhy } from "./tasks/why.ts";

/** Runs a command line (without program and script) and answers the exit code. Never rejects. */
export async function run(argv: readonly string[], context: CliContext = processContext()): Promise<number> {
  try {
    const cli = buildCli(context);
    await cli.program.parseAsync(arrange(argv), { from: "user" });
    return cli.exitCode;
  } catch (error) {
    return failure(error, context);
  }
}

/** All commands, so that the test of docs/command-line.md can look at them. */
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
    .showSuggestionAfterError();
  const cli = new Cli(context, program);
  for (const add of [
    addServe,
    addCheck,
    addConfig,
    addNext,
    addRun,
    addSend,
    addTasks,
    addTask,
    addStats,
    addRuns,
    addWhy,
    addWhyNot,
    addAlerts,
    addDeadLetters,
    addFiles,
    addWorker,
  ])
    add(cli);
  return cli;
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

function processContext(): CliContext {
  const { stdin, stdout, stderr, env } = process;
  // Whoever reads the output may stop reading: `flowlord tasks | head` is no failure.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    env,
    cwd: process.cwd(),
    input: stdin.setEncoding("utf8"),
    now: () => Date.now(),
    paint: paintFor(stdout.isTTY, env),
    width: stdout.isTTY ? stdout.columns : null,
  };
}
