import { confirm } from "./confirm.ts";
import type { Command } from "commander";
import { DomainError } from "../../contract/domain-error.ts";
import { printable } from "../../contract/printable.ts";
import { integerBetween } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { askedQuery } from "../tasks/search-tasks.ts";
import type { TaskReads } from "../reads/task-reads.ts";
import type { Target } from "../instance-acts.ts";
import { UsageError } from "../usage-error.ts";

export interface SelectionFlags extends ConfigFlags {
  readonly query?: string;
  readonly yes?: true;
  readonly expect?: number;
  readonly json?: true;
}

/** The flags of all commands that act on many tasks. */
export function withSelection(command: Command, fields = "record_id, changed, refused"): Command {
  return command
    .option("-q, --query <query>", "the tasks that the query finds instead of ids (docs/query-language.md)")
    .option("--yes", "do not ask first; needed where there is no terminal")
    .option("--expect <count>", "do nothing unless it is exactly this many tasks", integerBetween(0, 10_000_000))
    .option("--json", `one JSON object a line for each task: ${fields}`);
}

/** The newest records of the tasks that are meant. Throws UsageError, and DomainError for an id that nothing has. */
export async function selected(
  ids: readonly string[],
  flags: SelectionFlags,
  target: Target,
  context: CliContext,
): Promise<readonly number[]> {
  if (ids.length > 0 === (flags.query !== undefined))
    throw new UsageError("Name tasks by the numbers of their records, or all that a query finds with -q.");
  if (flags.query === undefined)
    return await target.read(async ({ tasks }) => {
      const found: number[] = [];
      for (const id of ids) found.push(await recordOf(id, tasks));
      return [...new Set(found)];
    });
  const asked = askedQuery(flags.query, context.now(), target.zone);
  return await target.read(({ tasks }) => tasks.select(asked));
}

/** A record's number, or the id of a run that has one task. */
async function recordOf(id: string, tasks: TaskReads): Promise<number> {
  const histories = await tasks.outcomes(id);
  const [newest] = histories.toReversed();
  if (newest === undefined)
    throw new DomainError(
      "not_found",
      "unknown_task",
      `No task has the record number or run id "${printable(id)}"; flowlord tasks lists the newest ones.`,
    );
  if (/^\d+$/.test(id)) return Number(id);
  if (histories.length === 1) return newest.task.record_id;
  const some = histories.slice(0, 5).map(({ task }) => task.record_id);
  throw new UsageError(
    `Run ${printable(id)} has ${histories.length} records (${some.join(", ")}${histories.length > 5 ? " …" : ""}): ` +
      "name those that are meant; flowlord lineage shows them all.",
  );
}

/** `1 task`, `1,200 tasks` */
export function tasksText(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "task" : "tasks"}`;
}

/** Throws UsageError when it is another number than expected. */
export function checkExpected(count: number, { expect }: SelectionFlags): void {
  if (expect !== undefined && expect !== count)
    throw new UsageError(`Nothing was done: it would be ${tasksText(count)}, and --expect says ${expect}.`);
}

/**
 * Asks before something is done to that many tasks. `act`: what happens, as in "Cancel"; `summary` is shown before. False: the
 * person said no, which is printed. Throws UsageError when nobody can be asked.
 */
export async function confirmed(
  act: string,
  count: number,
  { yes }: Pick<SelectionFlags, "yes">,
  context: CliContext,
  summary = "",
): Promise<boolean> {
  return await confirm(
    {
      summary,
      question: `${act} ${tasksText(count)}?`,
      refusal: `Nothing was done: ${act.toLowerCase()} ${tasksText(count)}? Say --yes, or --yes --expect ${count} to be sure of the number.`,
    },
    yes === true,
    context,
  );
}
