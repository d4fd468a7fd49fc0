import { addChannelTest } from "./channel-test.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { matcherText } from "./silence-list.ts";
import { spanText } from "../../core/why/phrases.ts";
import type { ShownChannel } from "../reads/alert-reads.ts";
import { table } from "../output/table.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord channels` and the commands below it. */
export function addChannels(cli: Cli): void {
  const group = cli.group("channels", "Channels for alerts: list them, send a test message.", [
    "flowlord channels list",
    "flowlord channels test slack",
  ]);
  cli
    .list(group, "List the configured channels, and the alerts that each receives.", [
      "flowlord channels list",
      "flowlord channels list -c flowlord.toml --json",
    ])
    .option("--json", "one JSON object a line: name, kind, matcher, min_frequency_ms, max_frequency_ms")
    .action(cli.action((own: Flags) => channels(cli.context, withGroupFlags(group, own))));
  addChannelTest(cli, group);
}

async function channels(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ alerts }) => {
    const all = await alerts.channels();
    if (flags.json === true) for (const channel of all) context.out(JSON.stringify(channelJson(channel)));
    else if (all.length === 0) context.out("No channel is configured; see docs/alerts.md.");
    else context.out(channelTable(all, context));
    return 0;
  });
}

/** Without addresses and keys: they may be secrets. */
function channelJson({ name, kind, matcher, minFrequency, maxFrequency }: ShownChannel): object {
  return { name, kind, matcher, min_frequency_ms: minFrequency, max_frequency_ms: maxFrequency };
}

function channelTable(list: readonly ShownChannel[], { paint, width }: CliContext): string {
  const rows = list.map(({ name, kind, matcher, minFrequency, maxFrequency }) => [
    { text: name, paint: paint.bold },
    { text: kind },
    { text: matcherText(matcher) },
    {
      text: minFrequency === 0 ? "at once" : `every ${spanText(minFrequency)} to ${spanText(maxFrequency)}`,
    },
  ]);
  return table(["CHANNEL", "KIND", "ALERTS", "SENDS"], rows, width);
}
