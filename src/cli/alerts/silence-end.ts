import type { Command } from "commander";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { currentUser } from "./current-user.ts";

export interface EndFlags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord silences end ID` */
export function addSilenceEnd(cli: Cli, group: Command): void {
  cli
    .command("end", "End a silence now.", ["flowlord silences end 3"], group)
    .argument("<id>", "the silence", silenceId)
    .option("--json", "one JSON object: ended")
    .action(cli.action((id: number, own: EndFlags) => endSilence(cli.context, id, withGroupFlags(group, own))));
}

export const silenceId = integerBetween(1, Number.MAX_SAFE_INTEGER);

export async function endSilence(context: CliContext, id: number, flags: EndFlags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const ended = await instance.alerts.endSilence(id, currentUser());
    if (flags.json === true) context.out(JSON.stringify({ ended }));
    else if (ended) context.out(`silence ${id} ended`);
    if (!ended) context.err(`${id} is not a silence, or has ended already; flowlord silences list shows them.`);
    return ended ? 0 : 1;
  } finally {
    await instance.close();
  }
}
