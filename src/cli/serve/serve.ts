import { dirname, join, resolve } from "node:path";
import type { Cli } from "../cli.ts";
import { logLevel } from "./log-level.ts";
import type { CliContext } from "../context.ts";
import type { Options } from "../../config/options.ts";
import { configOf, findConfig, QUICKSTART, type ConfigFlags } from "../find-config.ts";
import { runServer, type ServerIo } from "./run-server.ts";
import { UsageError } from "../usage-error.ts";

/** `flowlord serve`: run until a signal stops it. The older program's flags arrive here as `--set`. */
export function addServe(cli: Cli): void {
  cli
    .localCommand("serve", "Run Flowlord. The command that runs when none is named.", [
      "flowlord serve -c flowlord.toml",
      "flowlord -c flowlord.toml -workflow=./workflows -port=8081",
      "flowlord serve --set bus.bus=file --set bus.path=./bus",
    ])
    .addOption(logLevel())
    .addHelpText("after", LEGACY_FLAGS)
    .action(cli.action((flags: ConfigFlags) => serveCommand(cli, flags)));
}

const LEGACY_FLAGS = `
The older program's flags are accepted too, with one dash or two, as -name VALUE or -name=VALUE:
  -config, -workflow, -refresh, -done-topic, -file-topic, -failed-topic, -port, -host, -show, -g toml, -v
and beside them --insecure.`;

async function serveCommand({ context }: Cli, flags: ConfigFlags): Promise<number> {
  const config = configOf(flags, context);
  const { options } = config;
  if (options.workflow === "") {
    throw new UsageError("No workflow is configured: set `workflow` in the config file, or give -workflow=PATH.");
  }
  const { serve } = await import("../../app/serve.ts");
  const { STOP_WITHIN_MS } = await import("../../app/stop.ts");
  const run = (io: ServerIo): Promise<number> => {
    for (const line of quickstartLines(flags, context, options)) io.log.info("quickstart", line);
    const { setLevel } = io;
    const file = findConfig(flags, context);
    const source = {
      initial: config,
      file: file === null ? null : resolve(context.cwd, file),
      read: () => configOf(flags, context),
      setLevel,
    };
    return serve(options, { ...io, config: source });
  };
  const lastBackup = config.options.backup?.stopWithin ?? 0;
  return await runServer(context, config, run, STOP_WITHIN_MS + lastBackup);
}

/** For a first-time user: what is running, and where its report is. */
function quickstartLines(flags: ConfigFlags, context: CliContext, options: Options): readonly string[] {
  const file = findConfig(flags, context);
  if (file === null || resolve(context.cwd, file) !== QUICKSTART) return [];
  return [
    "Running the quickstart: every five seconds it measures some of the packages that npm installed here; some steps fail on purpose.",
    ...dashboardLines(options),
    `Its report appears in a few seconds: ${join(dirname(file), "run", "report.html")}`,
  ];
}

function dashboardLines({ statusPort, listen, tls }: Options): readonly string[] {
  if (statusPort <= 0) return [];
  return [`Watch it on the dashboard: ${tls === null ? "http" : "https"}://${listen}:${statusPort}/`];
}
