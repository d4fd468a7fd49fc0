import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { StoreHealth } from "../../store.ts";

/** The errors found; empty when the file is sound. */
export interface IntegrityAnswer {
  readonly problems: readonly string[];
}

export interface IntegrityCheck {
  readonly state: StoreHealth["integrity"];
  /** One sentence when the file is damaged, or could not be checked. */
  readonly reason: string | null;
  /** Abort a check that is still running. */
  stop(): void;
}

/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const CHECKER = new URL(`./integrity-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * Check the file in the background; the start does not wait. After a crash the WAL has already repaired the file, so this
 * looks for damage that SQLite cannot repair, like a failing disk. It runs in its own process, not a thread, so that a
 * stop can kill it: SQLite cannot be interrupted from Node, and a busy thread would delay the exit.
 */
export function checkIntegrity(path: string): IntegrityCheck {
  let state: StoreHealth["integrity"] = "checking";
  let reason: string | null = null;
  const child = fork(fileURLToPath(CHECKER), [path], {
    execArgv: ["--disable-sigusr1"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child.unref();
  child.channel?.unref();
  child.once("message", (answer: IntegrityAnswer) => {
    state = answer.problems.length === 0 ? "checked" : "broken";
    if (answer.problems.length === 0) return;
    reason = `Database ${path} is damaged (${answer.problems.join("; ")}): stop Flowlord and restore a backup, or save what is left with \`sqlite3 FILE .recover\`.`;
  });
  const fail = (why: string): void => {
    if (state !== "checking") return;
    state = "broken";
    reason = `Database ${path}: its check after a crash ended without a result (${why}); the next start repeats it.`;
  };
  child.once("error", (error) => fail(error.message));
  child.once("exit", (code, signal) => fail(signal ?? `exit code ${code}`));
  return {
    get state() {
      return state;
    },
    get reason() {
      return reason;
    },
    stop() {
      child.removeAllListeners("exit");
      child.kill("SIGKILL");
    },
  };
}
