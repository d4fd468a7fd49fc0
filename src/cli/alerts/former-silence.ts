import { Option, type Command } from "commander";
import { alertId } from "./alert-ids.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { addSilence, selectsAlerts, withAddFlags, type AddFlags } from "./silence-add.ts";
import { endSilence, silenceId } from "./silence-end.ts";
import { showSilences, withListFlags, type SilenceListFlags } from "./silence-list.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends AddFlags, SilenceListFlags {
  readonly end?: number;
}

/** `flowlord alerts silence`, the former name of `silences list`, `silences add` and `silences end` in one. */
export function addFormerSilence(cli: Cli, alerts: Command): void {
  withListFlags(withAddFlags(cli.formerCommand("silence [id]", "silences", alerts)))
    .addOption(new Option("--end <silence>", "end this silence now").argParser(silenceId))
    .option("--json", "one JSON object, of a list one a line")
    .action(
      cli.action((id: string | undefined, own: Flags) =>
        formerSilence(cli.context, id === undefined ? null : alertId(id), withGroupFlags(alerts, own)),
      ),
    );
}

async function formerSilence(context: CliContext, id: number | null, flags: Flags): Promise<number> {
  const isNew = selectsAlerts(id, flags);
  if (flags.end !== undefined) {
    if (isNew) throw new UsageError("--end ends a silence; it cannot be combined with flags that select alerts.");
    return await endSilence(context, flags.end, flags);
  }
  const isAdd = isNew || [flags.for, flags.until, flags.from, flags.reason].some((flag) => flag !== undefined);
  return isAdd ? await addSilence(context, id, flags) : await showSilences(context, flags);
}
