import { isatty } from "node:tty";
import type { CliContext } from "../context.ts";

/** npm forwards a Ctrl-C that the terminal has sent already: two signals within this time count as one. */
const SAME_SIGNAL_MS = 500;

/** What stops a server: Ctrl-C, a service manager, a terminal that was closed. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What a server knows of the signals. */
export interface Stop {
  /** Aborted: stop. */
  readonly signal: AbortSignal;
  /** What SIGTERM waits for before the stop; a second signal, or one before this is set, stops at once. */
  readonly drainFirst: (drain: (stopNow: AbortSignal) => Promise<void>) => void;
  /** What SIGHUP does instead of a stop, once this is set. In a terminal it still stops: the terminal was closed. */
  readonly onHangup: (reload: () => void) => void;
}

/**
 * Runs until one of the signals. SIGTERM stops when the server is drained, the others at once; a second one stops now, and one
 * during the stop ends the process. `withinMs` after the stop began the process is killed: an exit would wait for a file
 * system that hangs.
 */
export async function untilSignal(
  context: CliContext,
  run: (stop: Stop) => Promise<number>,
  withinMs = Infinity,
): Promise<number> {
  const stop = new AbortController();
  let drain: ((stopNow: AbortSignal) => Promise<void>) | null = null;
  let reload: (() => void) | null = null;
  const isInTerminal = isatty(0);
  let requestedAt: number | null = null;
  const begin = (): void => {
    if (stop.signal.aborted) return;
    if (withinMs !== Infinity) setTimeout(() => endNow(context, withinMs), withinMs).unref();
    stop.abort();
  };
  const onSignal = (name: NodeJS.Signals): void => {
    if (name === "SIGHUP" && reload !== null && !isInTerminal) {
      if (!stop.signal.aborted) reload();
      return;
    }
    const isSecond = requestedAt !== null;
    if (requestedAt !== null && context.now() - requestedAt <= SAME_SIGNAL_MS) return;
    requestedAt = context.now();
    // The user does not want to wait. The next start continues what is unfinished.
    if (stop.signal.aborted) process.exit(130);
    else if (isSecond || name !== "SIGTERM" || drain === null) begin();
    else void drain(stop.signal).finally(begin);
  };
  for (const name of STOP_SIGNALS) process.on(name, onSignal);
  try {
    return await run({
      signal: stop.signal,
      drainFirst: (first) => void (drain = first),
      onHangup: (read) => void (reload = read),
    });
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
