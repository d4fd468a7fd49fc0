import type { Command } from "commander";
import { alertId } from "./alert-ids.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { currentUser } from "./current-user.ts";

interface Flags extends ConfigFlags {
  readonly note?: string;
  readonly json?: true;
}

interface Change {
  readonly name: "ack" | "resolve";
  readonly act: "acknowledge" | "resolve";
  readonly done: string;
  /** The state of the alerts that it does not change. */
  readonly already: string;
  readonly summary: string;
  readonly example: string;
}

const CHANGES: readonly Change[] = [
  {
    name: "ack",
    act: "acknowledge",
    done: "acknowledged",
    already: "acknowledged or resolved",
    summary: "Acknowledge alerts: channels are not notified of them any more.",
    example: 'flowlord alerts ack 17 18 --note "looking into it"',
  },
  {
    name: "resolve",
    act: "resolve",
    done: "resolved",
    already: "resolved",
    summary: "Resolve alerts; if the cause occurs again, that is a new alert.",
    example: 'flowlord alerts resolve 17 --note "disk replaced"',
  },
];

/** `flowlord alerts ack` and `flowlord alerts resolve`. */
export function addAlertChanges(cli: Cli, group: Command): void {
  for (const change of CHANGES) {
    cli
      .command(`${change.name} <ids...>`, change.summary, [change.example], group)
      .option("--note <text>", "why, for others who read the alert later")
      .option("--json", "one JSON object: changed")
      .action(
        cli.action((ids: readonly string[], own: Flags) =>
          changeAlerts(cli.context, change, ids.map(alertId), withGroupFlags(group, own)),
        ),
      );
  }
}

async function changeAlerts(
  context: CliContext,
  change: Change,
  ids: readonly number[],
  flags: Flags,
): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const changed = await instance.alerts[change.act](ids, { by: currentUser(), note: flags.note ?? "" });
    if (flags.json === true) context.out(JSON.stringify({ changed }));
    else context.out(`${changed.length} ${changed.length === 1 ? "alert" : "alerts"} ${change.done}`);
    const others = ids.filter((id) => !changed.includes(id));
    if (others.length === 0) return 0;
    context.err(`Not changed: ${others.join(", ")}. They are not alerts, or are ${change.already} already.`);
    return 1;
  } finally {
    await instance.close();
  }
}
