import { InvalidArgumentError, Option } from "commander";
import { meantResult, meantState } from "../../contract/query/result-words.ts";
import { TASK_STATES, type TaskState } from "../../core/decide/effects.ts";
import { attemptText } from "../../core/why/phrases.ts";
import { taskJson } from "../../core/task/task-json.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { TaskRow } from "../../store/task-queries.ts";
import { integerBetween, typeOption, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { paintResult } from "../output/paint.ts";
import { askedQuery, printMore } from "./search-tasks.ts";
import { PageNotes } from "../output/notes.ts";
import { table, type Cell } from "../output/table.ts";
import { UsageError } from "../usage-error.ts";
import { localTime, taskTimeColumn } from "../output/times.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly before?: number;
  readonly type?: string;
  readonly job?: string;
  readonly result?: string;
  readonly state?: TaskState;
  readonly query?: string;
  readonly json?: true;
}

/** `flowlord tasks`: task records, newest first. */
export function addTasks(cli: Cli): void {
  cli
    .command("tasks", "List task records, newest first.", [
      "flowlord tasks",
      "flowlord tasks --type clean --result error -n 50",
      "flowlord tasks --state queued --json",
      "flowlord tasks --before 1200",
      "flowlord tasks -q 'type:load -result:complete created>-2d'",
      "flowlord tasks -q '\"connection refused\" meta.file:*.gz run>5m' -n 50",
    ])
    .option("-q, --query <query>", "only what the query finds, in the whole history (docs/query-language.md)")
    .option("-n, --number <count>", "how many", integerBetween(1, 10_000), 20)
    .option("--before <record>", "only records older than this one", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option("--type <type>", "only this type", typeOption)
    .option("--job <job>", "only this job")
    .option("--result <result>", "only this result: complete, error, warn, alert", resultName)
    .addOption(new Option("--state <state>", "only this state").choices(TASK_STATES).argParser(stateName))
    .option("--json", "one JSON object a line")
    .action(cli.action((flags: Flags) => tasks(cli.context, flags)));
}

/** A worker may have sent any other text; a word that means one of the results elsewhere is a mistake. */
function resultName(text: string): string {
  const meant = meantResult(text);
  if (meant === null) return text;
  throw new InvalidArgumentError(
    `That result is called ${meant}; a text that a worker did send: -q 'result:"${text}"'.`,
  );
}

function stateName(text: string): string {
  if (TASK_STATES.some((one) => one === text)) return text;
  const meant = meantState(text);
  const hint = meant === null ? "" : ` Here "${text}" is called ${meant}.`;
  throw new InvalidArgumentError(`Allowed choices are ${TASK_STATES.join(", ")}.${hint}`);
}

async function tasks(context: CliContext, flags: Flags): Promise<number> {
  const { state, result } = flags;
  if (result !== undefined && result !== "" && state !== undefined && state !== "finished")
    throw new UsageError(`A task that is ${state} has no result: give --state or --result, not both.`);
  const target = await targetOf(flags, context);
  const { zone } = target;
  const search = flags.query === undefined ? null : askedQuery(flags.query, context.now(), zone);
  return await target.read(async ({ tasks: reads }) => {
    const found = await reads.list({
      search,
      type: flags.type ?? null,
      job: flags.job ?? null,
      result: result ?? null,
      state: state ?? null,
      before: flags.before ?? null,
      number: flags.number,
    });
    const { rows } = found;
    const notes = new PageNotes(found.notes);
    if (flags.json === true)
      for (const row of rows)
        context.out(JSON.stringify({ ...taskJson(row, zone), notes: notes.json(row.first_attempt_id) }));
    else if (rows.length > 0) context.out(taskTable(rows, notes, zone, context));
    else if (found.next === null) context.out("No task matches.");
    if (flags.json !== true || search !== null) printMore(found, flags.json === true ? null : zone, context);
    return 0;
  });
}

function taskTable(rows: readonly TaskRow[], notes: PageNotes, zone: string, { paint, width }: CliContext): string {
  const times = taskTimeColumn(rows, zone);
  const cells = rows.map((row): Cell[] => {
    const status = row.result === "" ? row.state : row.result;
    return [
      { text: String(row.record_id), paint: paint.dim },
      { text: localTime(row.decided_at, zone) },
      { text: taskName(row), paint: paint.bold },
      { text: status, paint: (text) => paintResult(paint, status, text) },
      { text: row.attempt === 0 ? "" : attemptText(row.attempt, row.retries) },
      { text: times.text(row), paint: paint.dim },
      ...notes.cells(row.first_attempt_id),
      { text: row.msg === "" ? row.info : `${row.info}  ${row.msg}` },
    ];
  });
  const heads = ["RECORD", `CREATED (${zone})`, "TASK", "STATUS", "ATTEMPT", times.head, ...notes.heads, "INFO"];
  return table(heads, cells, width);
}
