import type { DirectInstance } from "../app/offline.ts";
import type { CommandReads } from "./reads/command-reads.ts";
import type { DrainAnswer, DrainRequest } from "../contract/api/tasks/worker-api.ts";

/** A running instance, or the database itself while none runs. */
export interface Instance extends DirectInstance {
  /** False: committed messages are sent at the next start. */
  readonly isRunning: boolean;
}

/** What only a running instance can do. */
export interface RunningInstance {
  drain(request: DrainRequest): Promise<DrainAnswer>;
}

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
