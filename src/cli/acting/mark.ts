import { MARKS, type MarkResult } from "../../core/decide/by-hand/marks.ts";
import { meantResult } from "../../contract/query/result-words.ts";
import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import { configOf } from "../find-config.ts";
import { UsageError } from "../usage-error.ts";
import { actOn } from "./act.ts";
import { withSelection, type SelectionFlags } from "./selection.ts";

interface Flags extends SelectionFlags {
  readonly reason?: string;
}

/** `flowlord mark ID… | -q QUERY complete|error|skipped` */
export function addMark(cli: Cli): void {
  const command = cli.command(
    "mark [ids-and-result...]",
    "Give tasks a result as their workers would: complete, error or skipped. Children, joins and alerts follow from it.",
    [
      "flowlord mark 1204 complete --reason 'loaded by hand'",
      "flowlord mark 1204 1207 error --reason 'the machine is gone'",
      "flowlord mark -q 'state:overdue type:load' skipped --reason 'no data that day' --yes",
    ],
  );
  withSelection(command)
    .option("--reason <text>", "why, for others who read the history later; required")
    .action(
      cli.action((words: readonly string[], flags: Flags) => {
        // Without a configuration nothing else is worth saying.
        configOf(flags, cli.context);
        const result = resultOf(words.at(-1) ?? "");
        const { reason = "" } = flags;
        if (reason === "") throw new UsageError("mark needs --reason: whoever reads the history asks why.");
        return actOn(
          {
            job: { kind: "mark", by: currentUser(), reason, result },
            ask: `Mark as ${result}`,
            done: `marked ${result}`,
            line: ({ record_id: id, changed }) =>
              id === changed
                ? `record ${id} marked ${result}`
                : `record ${id}: its attempt, record ${changed}, marked ${result}`,
            run: (instance, group) => instance.tasks.mark({ ids: [...group], by: currentUser(), reason, result }),
          },
          words.slice(0, -1),
          flags,
          cli.context,
        );
      }),
    );
}

function resultOf(word: string): MarkResult {
  const known = MARKS.find((one) => one === word);
  if (known !== undefined) return known;
  const meant = MARKS.find((one) => one === meantResult(word));
  const hint = meant === undefined ? "" : ` "${word}" is called ${meant} here.`;
  throw new UsageError(
    `mark ends with the result: complete, error or skipped, as in flowlord mark 1204 complete --reason "…".${hint}`,
  );
}
