import type { DirectInstance } from "../app/offline.ts";
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
