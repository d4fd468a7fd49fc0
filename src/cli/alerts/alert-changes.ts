import type { Command } from "commander";
import { alertId } from "./alert-ids.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { who } from "./current-user.ts";

interface Flags extends ConfigFlags {
  readonly note?: string;
  readonly json?: true;
}

interface Change {
  readonly name: "ack" | "resolve";
  readonly act: "acknowledge" | "resolve";
  readonly done: string;
  /** What those are that it changes nothing of. */
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
    summary: "Say that somebody looks after alerts: nobody is told of them any more.",
    example: 'flowlord alerts ack 17 18 --note "looking into it"',
  },
  {
    name: "resolve",
    act: "resolve",
    done: "resolved",
    already: "resolved",
    summary: "Say that alerts are over; what shows again is a new alert.",
    example: 'flowlord alerts resolve 17 --note "disk replaced"',
  },
];

/** `flowlord alerts ack` and `flowlord alerts resolve`. */
export function addAlertChanges(cli: Cli, list: Command): void {
  for (const change of CHANGES) {
    cli
      .command(`${change.name} <ids...>`, change.summary, [change.example], list)
      .option("--note <text>", "why, for whoever looks at the alert later")
      .option("--json", "one JSON object: changed")
      .action(
        cli.action((ids: readonly string[], own: Flags) =>
          changeAlerts(cli.context, change, ids.map(alertId), { ...list.opts<ConfigFlags>(), ...own }),
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
  const { options } = configOf(flags, context);
  const { openInstance } = await import("../instance.ts");
  const instance = await openInstance(options);
  try {
    const changed = await instance.alerts[change.act](ids, { by: who(), note: flags.note ?? "" });
    if (flags.json === true) context.out(JSON.stringify({ changed }));
    else context.out(`${changed.length} ${changed.length === 1 ? "alert" : "alerts"} ${change.done}`);
    const others = ids.filter((id) => !changed.includes(id));
    if (others.length === 0) return 0;
    context.err(`Not changed: ${others.join(", ")}. They are no alerts, or are ${change.already} already.`);
    return 1;
  } finally {
    await instance.close();
  }
}
