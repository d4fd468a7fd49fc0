import { processZone } from "../config/process-zone.ts";
import type { Options } from "../config/options.ts";
import type { CliContext } from "./context.ts";
import { configOf, type ConfigFlags } from "./find-config.ts";
import type { Target } from "./instance-acts.ts";
import { localReads } from "./reads/local-reads.ts";
import { serverAddress } from "./remote/server-address.ts";
import { withReader } from "./with-reader.ts";

/** What the flags and the environment name. Throws as `serverAddress` and `configOf` do, and InstanceError. */
export async function targetOf(flags: ConfigFlags, context: CliContext): Promise<Target> {
  const server = serverAddress(flags, context);
  if (server === null) return localTarget(configOf(flags, context).options, context);
  const { remoteTarget } = await import("./remote/remote-target.ts");
  return await remoteTarget(server, context);
}

function localTarget(options: Options, context: CliContext): Target {
  const zone = options.timezone ?? processZone();
  return {
    zone,
    read: (read) => withReader(options, (open) => read(localReads({ options, zone, now: () => context.now(), open }))),
    // Imported here: otherwise `serve` would load the schemas of requests that it never makes.
    openInstance: async () =>
      await (await import("./instance.ts")).openInstance(options, (sentence) => context.err(sentence)),
    openRunning: async () => await (await import("./instance.ts")).openRunning(options),
  };
}
