import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import { actOn } from "./act.ts";
import { withSelection, type SelectionFlags } from "./selection.ts";

interface Flags extends SelectionFlags {
  readonly children?: true;
  readonly info?: string;
  readonly meta?: string;
  readonly reason?: string;
}

/** `flowlord retry ID… | -q QUERY` */
export function addRetry(cli: Cli): void {
  const command = cli.command(
    "retry [ids...]",
    "Run tasks once more, as they were sent: each as the next attempt of the same task, whatever its result.",
    [
      "flowlord retry 1204",
      "flowlord retry -q 'result:error type:load created>-1d' --yes --expect 12",
      "flowlord retry 1204 --children",
      "flowlord retry 1204 --info '?day=2026-01-31'",
    ],
  );
  withSelection(command)
    .option("--children", "what followed from the task follows once more; joins that it met start anew")
    .option("--info <text>", "an edited copy with this info instead: a new task, linked to the old one")
    .option("--meta <query>", "an edited copy with these keys over its meta, as key=value&key2=value2")
    .option("--reason <text>", "why, for others who read the history later")
    .action(
      cli.action((ids: readonly string[], flags: Flags) => {
        const { children = false, info = null, meta = null, reason = "" } = flags;
        const isCopy = info !== null || meta !== null;
        return actOn(
          {
            ask: isCopy ? "Copy" : "Retry",
            done: isCopy ? "copied" : "retried",
            line: ({ record_id: id, changed }) =>
              isCopy ? `record ${id} copied as record ${changed}` : `record ${id} retried as record ${changed}`,
            run: (instance, group) =>
              instance.tasks.retry({ ids: [...group], by: currentUser(), reason, children, info, meta }),
          },
          ids,
          flags,
          cli.context,
        );
      }),
    );
}
