import { toError } from "../../contract/to-error.ts";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "../log/log.ts";
import type { OwnWorkers } from "./own-workers.ts";

/** How a stop begins: the server says what is done first. */
export interface StopAsked {
  /** What SIGTERM waits for before the stop; a second signal, or one before this is set, stops at once. */
  drainFirst?(drain: (stopNow: AbortSignal) => Promise<void>): void;
  /** What SIGHUP does instead of a stop, once this is set. */
  onHangup?(reload: () => void): void;
}

/** Takes no more tasks, and gives those that run so long (ms) to end; resolves earlier when `stopNow` says so. */
export async function drainWorkers(
  workers: Pick<OwnWorkers, "drain" | "running" | "idle">,
  { withinMs, stopNow, log }: { readonly withinMs: number; readonly stopNow: AbortSignal; readonly log: Log },
): Promise<void> {
  if (withinMs <= 0) return;
  const late = wait(withinMs, undefined, { signal: stopNow }).catch(() => undefined);
  const drained = workers.drain().then(async () => {
    const { running } = workers;
    if (running > 0) {
      const tasks = `${running} ${running === 1 ? "task" : "tasks"}`;
      const limit = `${Math.ceil(withinMs / 1000)} s`;
      log.info(
        "serve",
        `Draining: no more tasks are taken, and ${tasks} may go on for up to ${limit}; a second signal stops now.`,
      );
    }
    await workers.idle();
  });
  // The stop then begins early, and interrupts what runs.
  const failed = (error: unknown): void => log.warn("serve", `Draining failed: ${toError(error).message}`);
  await Promise.race([drained.catch(failed), late]);
}
