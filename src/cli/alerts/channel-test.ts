import type { Command } from "commander";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { printable } from "../../contract/printable.ts";
import { currentUser } from "./current-user.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord channels test CHANNEL` */
export function addChannelTest(cli: Cli, group: Command): void {
  const command = cli.command(
    "test <channel>",
    "Send a message through a channel and show what the receiver answers.",
    ["flowlord channels test slack", "flowlord channels test ops -c flowlord.toml"],
    group,
  );
  withTest(cli, command, group);
}

/** `flowlord alerts test CHANNEL`, the former name. */
export function addFormerTest(cli: Cli, alerts: Command): void {
  withTest(cli, cli.formerCommand("test <channel>", "channels test", alerts), alerts);
}

function withTest(cli: Cli, command: Command, group: Command): void {
  command
    .option("--json", "one JSON object: channel, sent, answer, tries_again")
    .action(cli.action((channel: string, own: Flags) => testChannel(cli.context, channel, withGroupFlags(group, own))));
}

async function testChannel(context: CliContext, channel: string, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const outcome = await instance.alerts.test(channel, currentUser());
    if (flags.json === true) context.out(JSON.stringify({ channel, ...outcome }));
    else {
      const word = outcome.sent ? context.paint.green("sent") : context.paint.red("not sent");
      context.out(`${channel}: ${word}: ${printable(outcome.answer)}`);
      if (outcome.tries_again)
        context.err(instance.isRunning ? "It is retried for five minutes." : "The next start retries it.");
    }
    return outcome.sent ? 0 : 1;
  } finally {
    await instance.close();
  }
}
