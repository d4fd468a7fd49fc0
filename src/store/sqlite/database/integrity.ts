import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { StoreHealth } from "../../store.ts";

/** What the check found wrong; empty when nothing is. */
export interface IntegrityAnswer {
  readonly problems: readonly string[];
}

export interface IntegrityCheck {
  readonly state: StoreHealth["integrity"];
  /** One sentence when the file is damaged, or could not be checked. */
  readonly reason: string | null;
  /** Give up a check that is still running. */
  stop(): void;
}

/** The extension of this very file: `.ts` in a clone, `.js` when built. */
const CHECKER = new URL(`./integrity-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * Check the file behind a start that does not wait: after a crash SQLite's log has put it right, so this is for what
 * SQLite cannot repair, like a failing disk. In a process of its own, not a thread, because a stop must be able to end
 * it: SQLite cannot be interrupted from Node, and a thread in it would hold up the exit.
 */
export function checkIntegrity(path: string): IntegrityCheck {
  let state: StoreHealth["integrity"] = "checking";
  let reason: string | null = null;
  const child = fork(fileURLToPath(CHECKER), [path], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
  child.unref();
  child.channel?.unref();
  child.once("message", (answer: IntegrityAnswer) => {
    state = answer.problems.length === 0 ? "checked" : "broken";
    if (answer.problems.length === 0) return;
    reason = `Database ${path} is damaged (${answer.problems.join("; ")}): stop Flowlord and restore a backup, or save what is left with \`sqlite3 FILE .recover\`.`;
  });
  const giveUpTimer = (why: string): void => {
    if (state !== "checking") return;
    state = "broken";
    reason = `Database ${path}: its check after a crash ended without an answer (${why}); it is done again at the next start.`;
  };
  child.once("error", (error) => giveUpTimer(error.message));
  child.once("exit", (code, signal) => giveUpTimer(signal ?? `exit code ${code}`));
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
