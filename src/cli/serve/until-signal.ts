import type { CliContext } from "../context.ts";

/** npm forwards a Ctrl-C that the terminal has sent already: two signals within this time count as one. */
const SAME_SIGNAL_MS = 500;

/** What stops a server: Ctrl-C, a service manager, a terminal that was closed. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs until one of the signals; a second one ends the process at once. `withinMs` after the first one the process is
 * killed: an exit would wait for a file system that hangs.
 */
export async function untilSignal(
  context: CliContext,
  run: (signal: AbortSignal) => Promise<number>,
  withinMs = Infinity,
): Promise<number> {
  const stop = new AbortController();
  let requestedAt = 0;
  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      requestedAt = context.now();
      if (withinMs !== Infinity) setTimeout(() => endNow(context, withinMs), withinMs).unref();
      stop.abort();
    } else if (context.now() - requestedAt > SAME_SIGNAL_MS) {
      // The user does not want to wait. The next start continues what is unfinished.
      process.exit(130);
    }
  };
  for (const name of STOP_SIGNALS) process.on(name, onSignal);
  try {
    return await run(stop.signal);
  } finally {
    for (const name of STOP_SIGNALS) process.off(name, onSignal);
  }
}

function endNow(context: CliContext, afterMs: number): void {
  context.err(
    `Not stopped after ${afterMs / 1000} seconds: the process ends now. The next start continues what is unfinished.`,
  );
  process.kill(process.pid, "SIGKILL");
}
