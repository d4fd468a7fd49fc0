import { Option } from "commander";
import type { ActedTasks } from "../../contract/api/tasks/task-control-api.ts";
import { printable } from "../../contract/printable.ts";
import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import { UsageError } from "../usage-error.ts";
import { actOn } from "./act.ts";
import { withSelection, type SelectionFlags } from "./selection.ts";

interface Flags extends SelectionFlags {
  readonly children?: true;
  readonly info?: string;
  readonly meta?: string;
  readonly reason?: string;
  readonly as: "recorded" | "current";
}

/** Differences that are shown. */
const SHOWN = 20;

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
    .addOption(
      new Option("--as <form>", "as it was sent, or as the workflows in force would make it for the same task time")
        .choices(["recorded", "current"])
        .default("recorded"),
    )
    .option("--reason <text>", "why, for others who read the history later")
    .action(
      cli.action((ids: readonly string[], flags: Flags) => {
        const { children = false, info = null, meta = null, reason = "", as } = flags;
        const isCopy = info !== null || meta !== null;
        if (isCopy && as === "current")
          throw new UsageError(
            "--info and --meta make an edited copy of what was sent, and --as current sends what would be made now: choose one.",
          );
        const request = { by: currentUser(), reason, children, info, meta, as };
        let differing = 0;
        return actOn(
          {
            job: { kind: "retry", ...request },
            ask: isCopy ? "Copy" : "Retry",
            done: isCopy ? "copied" : "retried",
            line: ({ record_id: id, changed }) =>
              isCopy ? `record ${id} copied as record ${changed}` : `record ${id} retried as record ${changed}`,
            run: (instance, group) => instance.tasks.retry({ ...request, ids: [...group], dry_run: false }),
            before: async (instance, group) => {
              if (isCopy) return;
              for (const task of await instance.tasks.retry({ ...request, ids: [...group], dry_run: true })) {
                if (task.difference === undefined) continue;
                differing += 1;
                if (differing <= SHOWN) cli.context.err(differenceText(task.record_id, task.difference, as));
                else if (differing === SHOWN + 1) cli.context.err("… and more that differ");
              }
            },
          },
          ids,
          flags,
          cli.context,
        );
      }),
    );
}

type Difference = NonNullable<ActedTasks[number]["difference"]>;

function differenceText(id: number, { recorded, current }: Difference, as: Flags["as"]): string {
  const lines = [
    `record ${id} would be another task now; it is sent ${as === "recorded" ? "as it was" : "as it would be now"}:`,
  ];
  for (const key of ["info", "meta"] as const) {
    if (recorded[key] === current[key]) continue;
    lines.push(`  ${key} was ${printable(recorded[key])}`, `  ${key} now ${printable(current[key])}`);
  }
  return lines.join("\n");
}
