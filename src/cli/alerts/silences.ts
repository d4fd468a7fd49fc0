import { withGroupFlags, type Cli } from "../cli.ts";
import { addSilenceAdd } from "./silence-add.ts";
import { addSilenceEnd } from "./silence-end.ts";
import { showSilences, withListFlags, type SilenceListFlags } from "./silence-list.ts";

/** `flowlord silences` and the commands below it. */
export function addSilences(cli: Cli): void {
  const group = cli.group("silences", "Silences: stop notifications of alerts for a while.", [
    "flowlord silences list",
    'flowlord silences add --type "load*" --for 2h --reason "moving the disks"',
    "flowlord silences end 3",
  ]);
  const list = cli.list(group, "List the silences, and the alerts that each covers now.", [
    "flowlord silences list",
    "flowlord silences list --ended --json",
  ]);
  withListFlags(list)
    .option("--json", "one JSON object a line")
    .action(cli.action((own: SilenceListFlags) => showSilences(cli.context, withGroupFlags(group, own))));
  addSilenceAdd(cli, group);
  addSilenceEnd(cli, group);
}
