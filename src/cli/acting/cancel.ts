import { currentUser } from "../alerts/current-user.ts";
import type { ActedTasks } from "../../contract/api/tasks/task-control-api.ts";
import type { Cli } from "../cli.ts";
import { actOn } from "./act.ts";
import { tasksText, withSelection, type SelectionFlags } from "./selection.ts";

interface Flags extends SelectionFlags {
  readonly children?: true;
  readonly reason?: string;
}

/** `flowlord cancel ID… | -q QUERY` */
export function addCancel(cli: Cli): void {
  const command = cli.command(
    "cancel [ids...]",
    "Cancel unfinished tasks: what waits is not sent, what a worker of the instance runs is stopped, and a result that comes later starts nothing.",
    [
      "flowlord cancel 1204",
      "flowlord cancel -q 'state:waiting type:load' --yes",
      "flowlord cancel 1204 --children --reason 'wrong day'",
    ],
  );
  withSelection(command, "record_id, changed, refused, with --children followed")
    .option("--children", "also what is unfinished of all that followed")
    .option("--reason <text>", "why, for others who read the history later")
    .action(
      cli.action((ids: readonly string[], flags: Flags) => {
        const { children = false, reason = "" } = flags;
        return actOn(
          {
            job: { kind: "cancel", by: currentUser(), reason, children },
            ask: "Cancel",
            done: "cancelled",
            line: cancelledText,
            run: (instance, group) => instance.tasks.cancel({ ids: [...group], by: currentUser(), reason, children }),
          },
          ids,
          flags,
          cli.context,
        );
      }),
    );
}

function cancelledText({ record_id: id, changed, followed = 0 }: ActedTasks[number]): string {
  const more = `${tasksText(followed)} that followed`;
  if (changed === null) return `record ${id}: ${more} cancelled`;
  const own = id === changed ? `record ${id} cancelled` : `record ${id}: its attempt, record ${changed}, cancelled`;
  return followed === 0 ? own : `${own}, and ${more}`;
}
