import { fork, type ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";

export interface LowPriorityProcess<Answer> {
  /** Its one message. Rejects when it ended without one; after `stop` it stays open. */
  readonly answer: Promise<Answer>;
  stop(): void;
}

/**
 * Runs a module of this program that reads the database for long, and answers by one message. In its own process, not a
 * thread, so that a stop can kill it: SQLite cannot be interrupted from Node, and a busy thread would delay the exit.
 * Everything else on the machine goes first. `isWaitedFor`: this process does not end before it.
 */
export function runAtLowPriority<Answer>(
  module: URL,
  args: readonly string[],
  { isWaitedFor = false }: { readonly isWaitedFor?: boolean } = {},
): LowPriorityProcess<Answer> {
  const child = fork(fileURLToPath(module), args, {
    execArgv: ["--disable-sigusr1"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  yieldToOthers(child);
  if (!isWaitedFor) {
    child.unref();
    child.channel?.unref();
  }
  let isStopped = false;
  const answer = new Promise<Answer>((resolve, reject) => {
    const fail = (why: string): void => {
      if (!isStopped) reject(new Error(why));
    };
    child.once("message", (message) => resolve(message as Answer));
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(signal ?? `exit code ${code}`));
  });
  return {
    answer,
    stop() {
      isStopped = true;
      child.kill("SIGKILL");
    },
  };
}

function yieldToOthers({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It then runs at the priority of this process.
  }
}
