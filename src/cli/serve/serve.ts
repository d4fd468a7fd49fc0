import { dirname, join, resolve } from "node:path";
import { issueLine } from "../../config/read/issue.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, findConfig, QUICKSTART, type ConfigFlags } from "../find-config.ts";
import { untilSignal } from "./until-signal.ts";
import { UsageError } from "../usage-error.ts";

/** `flowlord serve`: run until a signal stops it. The older program's flags arrive here as `--set`. */
export function addServe(cli: Cli): void {
  cli
    .command("serve", "Run Flowlord. The command that runs when none is named.", [
      "flowlord serve -c flowlord.toml",
      "flowlord -c flowlord.toml -workflow=./workflows -port=8081",
      "flowlord serve --set bus.bus=file --set bus.path=./bus",
    ])
    .addHelpText("after", LEGACY_FLAGS)
    .action(cli.action((flags: ConfigFlags) => serveCommand(cli, flags)));
}

const LEGACY_FLAGS = `
The older program's flags are accepted too, with one dash or two, as -name VALUE or -name=VALUE:
  -config, -workflow, -refresh, -done-topic, -file-topic, -failed-topic, -port, -host, -show, -g toml, -v
and beside them --insecure.`;

async function serveCommand({ context }: Cli, flags: ConfigFlags): Promise<number> {
  const { options, warnings } = configOf(flags, context);
  for (const warning of warnings) context.err(issueLine(warning));
  printQuickstart(flags, context);
  if (options.workflow === "") {
    throw new UsageError("No workflow is configured: set `workflow` in the config file, or give -workflow=PATH.");
  }
  const { serve } = await import("../../app/serve.ts");
  const { STOP_WITHIN_MS } = await import("../../app/stop.ts");
  return await untilSignal(
    context,
    (signal) => serve(options, { out: (line) => context.out(line), err: (line) => context.err(line), signal }),
    STOP_WITHIN_MS,
  );
}

/** Tells a first-time user what is running, and where its report is. */
function printQuickstart(flags: ConfigFlags, context: CliContext): void {
  const file = findConfig(flags, context);
  if (file === null || resolve(context.cwd, file) !== QUICKSTART) return;
  context.out(
    "Running the quickstart: every five seconds it measures some of the packages that npm installed here; some steps fail on purpose.",
  );
  context.out(`Its report appears in a few seconds: ${join(dirname(file), "run", "report.html")}`);
}
