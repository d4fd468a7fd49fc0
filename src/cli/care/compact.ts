import { sizeText } from "../../contract/live/size-text.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord compact`: the database without gaps, in a new file. */
export function addCompact(cli: Cli): void {
  cli
    .localCommand("compact", "Write the database anew without its gaps, while no instance runs.", [
      "systemctl stop flowlord && flowlord compact && systemctl start flowlord",
    ])
    .option("--json", "one JSON object: path, before, after (bytes), rows")
    .action(cli.action((flags: Flags) => compact(cli.context, flags)));
}

async function compact(context: CliContext, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const { compactStore } = await import("../../app/open-store.ts");
  const done = compactStore(options, (sentence) => context.err(sentence));
  if (flags.json === true) context.out(JSON.stringify(done));
  else
    context.out(
      `compacted ${done.path}: ${sizeText(done.before)} → ${sizeText(done.after)}, ${done.rows} rows checked`,
    );
  return 0;
}
