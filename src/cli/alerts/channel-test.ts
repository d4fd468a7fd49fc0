import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { printable } from "../output/table.ts";
import { who } from "./current-user.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord alerts test CHANNEL`. */
export function addAlertTest(cli: Cli, list: Command): void {
  cli
    .command(
      "test <channel>",
      "Send a message through a channel and show what the receiver answers.",
      ["flowlord alerts test slack", "flowlord alerts test ops -c flowlord.toml"],
      list,
    )
    .option("--json", "one JSON object: channel, sent, answer, tries_again")
    .action(
      cli.action((channel: string, own: Flags) =>
        testChannel(cli.context, channel, { ...list.opts<ConfigFlags>(), ...own }),
      ),
    );
}

async function testChannel(context: CliContext, channel: string, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const { openInstance } = await import("../instance.ts");
  const instance = await openInstance(options);
  try {
    const outcome = await instance.alerts.test(channel, who());
    if (flags.json === true) context.out(JSON.stringify({ channel, ...outcome }));
    else {
      const word = outcome.sent ? context.paint.green("sent") : context.paint.red("not sent");
      context.out(`${channel}: ${word}: ${printable(outcome.answer)}`);
      if (outcome.tries_again)
        context.err(instance.isRunning ? "It is tried again for five minutes." : "The next start tries it again.");
    }
    return outcome.sent ? 0 : 1;
  } finally {
    await instance.close();
  }
}
