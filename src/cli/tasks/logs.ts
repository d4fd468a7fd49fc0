import { printable } from "../../contract/printable.ts";
import { taskName } from "../../core/task/task-name.ts";
import { attemptText } from "../../core/why/phrases.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import { integerBetween, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { untilSignal } from "../serve/until-signal.ts";
import { UsageError } from "../usage-error.ts";
import { followLog } from "./follow-log.ts";
import { cutNote, logOutput, type LogOutput } from "./log-output.ts";
import { logOwner } from "../../core/task/why-no-log.ts";
import type { LogReads, ReadableLog } from "../reads/log-reads.ts";

interface Flags extends ConfigFlags {
  readonly attempt?: number;
  readonly tail?: number;
  readonly follow?: true;
  readonly json?: true;
}

/** With `--json` and without `--tail`, and at most. */
const JSON_LINES = 1000;
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** `flowlord logs ID`: what a task wrote. */
export function addLogs(cli: Cli): void {
  cli
    .command("logs <id>", "Show what the command of a task wrote; ID is a record's number, or the id of a whole run.", [
      "flowlord logs 1204",
      "flowlord logs 1204 --tail 20 --follow",
      "flowlord logs 1204 --attempt 1",
    ])
    .option(
      "--attempt <number>",
      "this attempt of the task, from 1 (default: that of the record)",
      integerBetween(1, 1e6),
    )
    .option("--tail <lines>", "only the last so many lines", integerBetween(0, 1e9))
    .option("--follow", "show what comes, until the task ends; also of its next attempts, without --attempt")
    .option("--json", `one JSON object for each log: its path, size and last lines (--tail, default ${JSON_LINES})`)
    .action(cli.action((id: string, flags: Flags) => logs(cli.context, id, flags)));
}

async function logs(context: CliContext, id: string, flags: Flags): Promise<number> {
  if (flags.follow === true && flags.json === true)
    throw new UsageError("--follow shows the text as it comes: leave --json out, or --follow.");
  const target = await targetOf(flags, context);
  return await target.read(async ({ logs: reads }) => {
    const records = await reads.records(id);
    if (records.length === 0) {
      context.err(`No task has the record number or run id "${printable(id)}"; flowlord tasks lists the newest ones.`);
      return 1;
    }
    const tasks = await ofAttempt(reads, records, flags.attempt);
    const [only] = tasks;
    if (only === undefined) {
      context.err(`${named(id, records)} has no attempt ${flags.attempt}; flowlord task ${printable(id)} shows them.`);
      return 1;
    }
    if (flags.follow === true) return await follow(reads, only, tasks, flags, context);
    return await show(reads, tasks, flags, context);
  });
}

/** Those of the attempt; of one record, the same task's. */
async function ofAttempt(
  reads: LogReads,
  records: readonly LoggedRecord[],
  attempt: number | undefined,
): Promise<readonly LoggedRecord[]> {
  if (attempt === undefined) return records;
  const [only] = records;
  const all = records.length === 1 && only !== undefined ? await reads.attempts(only) : records;
  return all.filter((record) => record.attempt === attempt - 1);
}

function named(id: string, records: readonly LoggedRecord[]): string {
  const [only] = records;
  return records.length === 1 && only !== undefined ? logOwner(only) : `Run ${printable(id)}`;
}

async function follow(
  reads: LogReads,
  only: LoggedRecord,
  tasks: readonly LoggedRecord[],
  { tail, attempt }: Flags,
  context: CliContext,
): Promise<number> {
  const firsts = new Set(tasks.map((task) => task.first_attempt_id));
  if (firsts.size > 1) {
    throw new UsageError(
      `The run has ${firsts.size} tasks, and --follow follows one: name its record, as flowlord tasks and flowlord ps list them.`,
    );
  }
  const task = tasks.at(-1) ?? only;
  return await untilSignal(context, async ({ signal }) => {
    const output = logOutput(context);
    const parts = { reads, context, signal, output };
    await followLog(task, { tail: tail ?? null, isPinned: attempt !== undefined }, parts);
    await output.end();
    return signal.aborted ? 130 : 0;
  });
}

async function show(
  reads: LogReads,
  tasks: readonly LoggedRecord[],
  { tail, json }: Flags,
  context: CliContext,
): Promise<number> {
  let shown = 0;
  for (const task of tasks) {
    const { log, earlier } = await reads.open(task, null);
    if (log === null) continue;
    try {
      if (json === true) context.out(JSON.stringify(await asJson(task, earlier, log, tail ?? JSON_LINES)));
      else {
        // As `tail` heads several files.
        if (tasks.length > 1) context.out(`${shown === 0 ? "" : "\n"}==> ${headOf(task)} <==`);
        await copy(log, tail ?? null, logOutput(context));
        await notes(task, earlier, log, context);
      }
      shown += 1;
    } finally {
      await log.close();
    }
  }
  if (shown > 0) return 0;
  const [only] = tasks;
  context.err(
    tasks.length === 1 && only !== undefined
      ? await reads.whyNone(only)
      : `None of the ${tasks.length} tasks has a log here; flowlord logs RECORD says why for one of them.`,
  );
  return 1;
}

async function copy(log: ReadableLog, tail: number | null, output: LogOutput): Promise<void> {
  const size = await log.size();
  const from = tail === null ? 0 : await log.tailStart(tail, size);
  for await (const piece of log.range(from, size)) await output.write(piece);
  await output.end();
}

async function notes(
  task: LoggedRecord,
  earlier: readonly string[],
  log: ReadableLog,
  context: CliContext,
): Promise<void> {
  if (await log.isPartial()) context.err(cutNote(task, await log.size()));
  if (earlier.length > 0) {
    const deliveries = earlier.length === 1 ? "An earlier delivery" : `${earlier.length} earlier deliveries`;
    const verb = earlier.length === 1 ? "has a log of its own" : "have logs of their own";
    context.err(`${deliveries} of this attempt ${verb}: ${earlier.map(printable).join(", ")}`);
  }
}

async function asJson(
  task: LoggedRecord,
  earlier: readonly string[],
  log: ReadableLog,
  lines: number,
): Promise<object> {
  const { record_id, id, type, job, attempt, state, result } = task;
  const size = await log.size();
  const wanted = await log.tailStart(lines, size);
  const from = Math.max(wanted, size - MAX_JSON_BYTES);
  const pieces: Buffer[] = [];
  for await (const piece of log.range(from, size)) pieces.push(piece);
  const text = Buffer.concat(pieces).toString("utf8");
  const shown = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  return {
    record_id,
    id,
    type,
    job,
    attempt,
    state,
    result,
    path: log.path,
    size,
    complete: !(await log.isPartial()),
    earlier_deliveries: earlier,
    skipped_bytes: from,
    lines: shown,
  };
}

function headOf({ type, job, record_id: record, attempt, retries }: LoggedRecord): string {
  const tries = attempt === 0 && (retries ?? 0) === 0 ? "" : `, attempt ${attemptText(attempt, retries)}`;
  return printable(`${taskName({ type, job })}, record ${record}${tries}`);
}
