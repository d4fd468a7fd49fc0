import { issueLine } from "../../config/read/issue.ts";
import type { Cli } from "../cli.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { untilSignal } from "./until-signal.ts";
import { UsageError } from "../usage-error.ts";

/** `flowlord worker`: the workers of a config against its broker, on any machine. */
export function addWorker(cli: Cli): void {
  cli
    .command(
      "worker",
      "Run only the [[worker]] sections, against the configured broker, on as many machines as needed.",
      [
        "flowlord worker -c worker.toml",
        "flowlord worker -c worker.toml --set bus.bus=nsq --set bus.nsqd_hosts=10.0.0.5:4150",
      ],
    )
    .action(cli.action((flags: ConfigFlags) => workerCommand(cli, flags)));
}

async function workerCommand({ context }: Cli, flags: ConfigFlags): Promise<number> {
  const { options, warnings } = configOf(flags, context);
  for (const warning of warnings) context.err(issueLine(warning));
  if (options.workers.length === 0) {
    throw new UsageError("The config has no [[worker]] section: there is nothing to run. See docs/workers.md.");
  }
  const { serveWorkers } = await import("../../app/worker-fleet.ts");
  return await untilSignal(context, (signal) =>
    serveWorkers(options, { out: (line) => context.out(line), err: (line) => context.err(line), signal }),
  );
}
