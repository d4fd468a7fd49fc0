import { Worker } from "node:worker_threads";
import type { StoreHealth } from "../store.ts";

/** What the worker says when it is done: what is wrong, empty when nothing is. */
export type IntegrityAnswer = { readonly problems: readonly string[] } | { readonly error: string };

export interface IntegrityCheck {
  readonly state: StoreHealth["integrity"];
  readonly reason: string | null;
  /** Give up a check that is still running. */
  stop(): Promise<void>;
}

/** The extension of this very file: `.ts` in a clone, `.js` when built. */
const WORKER = new URL(`./integrity-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * Check the whole file in a thread of its own, behind a start that does not wait: after a crash SQLite's log has put
 * the file right, so the check is for what SQLite cannot repair, like a failing disk.
 */
export function checkIntegrity(path: string): IntegrityCheck {
  const check = { state: "checking" as StoreHealth["integrity"], reason: null as string | null, stop };
  const fail = (reason: string): void => {
    check.state = "broken";
    check.reason = reason;
  };
  const worker = new Worker(WORKER, { workerData: { path } });
  // A check never keeps the process alive.
  worker.unref();
  worker.on("message", (answer: IntegrityAnswer) => {
    if ("error" in answer) fail(`Database ${path}: the integrity check could not be done (${answer.error}).`);
    else if (answer.problems.length > 0) {
      fail(
        `Database ${path} is damaged (${answer.problems.join("; ")}): stop Flowlord and restore a backup, or save what is left with \`sqlite3 FILE .recover\`.`,
      );
    } else check.state = "checked";
  });
  worker.on("error", (error) => fail(`Database ${path}: the integrity check could not be done (${error.message}).`));
  async function stop(): Promise<void> {
    await worker.terminate();
  }
  return check;
}
