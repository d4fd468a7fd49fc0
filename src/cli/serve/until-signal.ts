import type { CliContext } from "../context.ts";

/** npm passes on the Ctrl-C that the terminal has sent to all: within this time it is one and the same. */
const SAME_SIGNAL_MS = 500;

/** Runs something that goes on until SIGINT or SIGTERM; a second signal ends the process at once. */
export async function untilSignal(context: CliContext, run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  let requestedAt = 0;
  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      requestedAt = context.now();
      stop.abort();
    } else if (context.now() - requestedAt > SAME_SIGNAL_MS) {
      // Whoever asks twice wants it now; what is unfinished is taken up at the next start.
      process.exit(130);
    }
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await run(stop.signal);
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
