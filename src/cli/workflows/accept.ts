import { currentUser } from "../alerts/current-user.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { printable } from "../../contract/printable.ts";

interface Flags extends ConfigFlags {
  readonly reason?: string;
  readonly json?: true;
}

/** `flowlord workflows` and the commands below it. */
export function addWorkflows(cli: Cli): void {
  const group = cli.group("workflows", "Workflows: accept that their files are gone.", ["flowlord workflows accept"]);
  cli
    .command(
      "accept",
      "Take workflows whose files are gone or empty for removed, however many; without it, the last versions stay in force.",
      ["flowlord workflows accept"],
      group,
    )
    .option("--reason <text>", "why, for others who read the history later")
    .option("--json", "one JSON object: removed")
    .action(cli.action((own: Flags) => accept(cli.context, withGroupFlags(group, own))));
}

async function accept(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const removed = await instance.acceptRemoval({ by: currentUser(), reason: flags.reason ?? "" });
    if (flags.json === true) context.out(JSON.stringify({ removed }));
    else if (removed.length === 0) context.out("The workflows were read as they are; no file was missing.");
    else context.out(`Removed: ${removed.map(printable).join(", ")}.`);
    return 0;
  } finally {
    await instance.close();
  }
}
