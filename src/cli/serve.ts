import { issueLine } from "../config/issue.ts";
import type { Cli } from "./cli.ts";
import { configOf, type ConfigFlags } from "./find-config.ts";
import { UsageError } from "./usage-error.ts";

/** `flowlord serve`: run until a signal stops it. The older program's flags reach it as `--set`. */
export function addServe(cli: Cli): void {
  cli
    .command("serve", "Run Flowlord. The command that runs when none is named.", [
      "flowlord serve -c flowlord.toml",
      "flowlord -c flowlord.toml -workflow=./workflows -port=8081",
      "flowlord serve --set bus.bus=file --set bus.path=./bus",
    ])
    .addHelpText("after", OLDER_FLAGS)
    .action(cli.action((flags: ConfigFlags) => serveCommand(cli, flags)));
}

const OLDER_FLAGS = `
The older program's flags are taken too, with one dash or two, as -name VALUE or -name=VALUE:
  -config, -workflow, -refresh, -done-topic, -file-topic, -failed-topic, -port, -host, -show, -g toml, -v
and beside them --insecure.`;

async function serveCommand({ context }: Cli, flags: ConfigFlags): Promise<number> {
  const { options, warnings } = configOf(flags, context);
  for (const warning of warnings) context.err(issueLine(warning));
  if (options.workflow === "") {
    throw new UsageError("No workflow is configured: set `workflow` in the config file, or give -workflow=PATH.");
  }
  const stop = new AbortController();
  const onSignal = (): void => {
    // Whoever asks twice wants it now; what is unfinished is taken up at the next start.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    const { serve } = await import("../main.ts");
    return await serve(options, {
      out: (line) => context.out(line),
      err: (line) => context.err(line),
      signal: stop.signal,
    });
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
