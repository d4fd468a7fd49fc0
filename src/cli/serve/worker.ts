import type { Cli } from "../cli.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { logLevel } from "./log-level.ts";
import { runServer } from "./run-server.ts";
import { UsageError } from "../usage-error.ts";

/** `flowlord worker`: the workers of a config against its broker, on any machine. */
export function addWorker(cli: Cli): void {
  cli
    .localCommand(
      "worker",
      "Run only the [[worker]] sections, against the configured broker, on as many machines as needed.",
      [
        "flowlord worker -c worker.toml",
        "flowlord worker -c worker.toml --set bus.bus=nsq --set bus.nsqd_hosts=10.0.0.5:4150",
      ],
    )
    .addOption(logLevel())
    .action(cli.action((flags: WorkerFlags) => workerCommand(cli, flags)));
}

interface WorkerFlags extends ConfigFlags {
  readonly logLevel?: string;
}

async function workerCommand({ context }: Cli, { logLevel, ...flags }: WorkerFlags): Promise<number> {
  const level = logLevel === undefined ? [] : [`log.level=${logLevel}`];
  const config = configOf({ ...flags, set: [...(flags.set ?? []), ...level] }, context);
  const { options } = config;
  if (options.workers.length === 0) {
    throw new UsageError("The config has no [[worker]] section: there is nothing to run. See docs/workers.md.");
  }
  const { serveWorkers } = await import("../../app/worker-fleet.ts");
  return await runServer(context, config, (io) => serveWorkers(options, io));
}
