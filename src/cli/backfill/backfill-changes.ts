import type { Command } from "commander";
import { type ChangeBackfillRequest } from "../../contract/api/workflows/backfill-api.ts";
import { currentUser } from "../alerts/current-user.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { backfillId } from "./backfill-list.ts";

interface Flags extends ConfigFlags {
  readonly reason?: string;
  readonly json?: true;
}

interface Change {
  readonly act: ChangeBackfillRequest["act"];
  readonly done: string;
  readonly summary: string;
}

const CHANGES: readonly Change[] = [
  { act: "pause", done: "paused", summary: "Pause a backfill: what was sent goes on, and nothing more is created." },
  { act: "resume", done: "resumed", summary: "Go on with a paused backfill." },
  {
    act: "cancel",
    done: "cancelled",
    summary:
      "Cancel a backfill, also its tasks that are unfinished: a result that comes later is recorded and starts nothing.",
  },
  { act: "retry-failed", done: "waiting again", summary: "Create the tasks of a backfill that failed once more." },
];

/** `flowlord backfill pause`, `resume`, `cancel` and `retry-failed`. */
export function addBackfillChanges(cli: Cli, group: Command): void {
  for (const change of CHANGES) {
    cli
      .command(change.act, change.summary, [`flowlord backfill ${change.act} 3 --reason "the disk is full"`], group)
      .argument("<id>", "the backfill", backfillId)
      .option("--reason <text>", "why, for others who read its history later")
      .option("--json", "one JSON object: slots")
      .action(cli.action((id: number, own: Flags) => act(cli.context, change, id, withGroupFlags(group, own))));
  }
}

async function act(context: CliContext, { act: name, done }: Change, id: number, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const reason = flags.reason ?? "";
    const { slots } = await instance.backfills.change({ id, act: name, by: currentUser(), reason });
    if (flags.json === true) context.out(JSON.stringify({ slots }));
    else context.out(`backfill ${id}: ${slots} ${slots === 1 ? "slot" : "slots"} ${done}`);
    if (!instance.isRunning) context.err("No instance is running: it goes on at the next start.");
    return 0;
  } finally {
    await instance.close();
  }
}
