import { processZone } from "../config/process-zone.ts";
import type { Options } from "../config/options.ts";
import type { CliContext } from "./context.ts";
import { configOf, type ConfigFlags } from "./find-config.ts";
import type { Instance, RunningInstance } from "./instance-acts.ts";
import type { CommandReads } from "./reads/command-reads.ts";
import { localReads } from "./reads/local-reads.ts";
import { serverAddress } from "./remote/server-address.ts";
import { withReader } from "./with-reader.ts";

/** What a command is about: this machine, or an instance elsewhere. */
export interface Target {
  /** IANA: by whose clock times are read and shown. */
  readonly zone: string;
  /** Shows what is asked; on this machine the database is closed afterwards. Throws StoreError and InstanceError. */
  read<T>(read: (reads: CommandReads) => Promise<T>): Promise<T>;
  /** To change something. On this machine: the running instance, or else the database itself. */
  openInstance(): Promise<Instance>;
  /** Throws InstanceError when none runs. */
  openRunning(): Promise<RunningInstance>;
}

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
    openInstance: async () => await (await import("./instance.ts")).openInstance(options),
    openRunning: async () => await (await import("./instance.ts")).openRunning(options),
  };
}
