import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { environmentOf, hasNotEnded, processIds, statIn, statOf } from "./proc.ts";
import type { OnProblem } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

/** The mark that every command of a worker, and all it starts, carries in its environment. */
export const OWNER_VARIABLE = "FLOWLORD_OWNER";

/** `<folder>:<pid>:<start>`: which log folder, and which process of it, a command belongs to. */
export function ownerMark(logDir: string): string {
  return `${folderMark(logDir)}:${process.pid}:${statIn(readOwnStat())?.start ?? ""}`;
}

/**
 * End the commands that an earlier process with this log folder left running because it was killed: their tasks come
 * again, and two of them must not run side by side. Commands of a process that lives stay. Linux only; elsewhere, and
 * for commands of other users, nothing is found. Answers how many processes were killed.
 */
export async function endOrphans(logDir: string): Promise<number> {
  const mark = `${OWNER_VARIABLE}=${folderMark(logDir)}:`;
  const lives = new Map<string, boolean>();
  let killed = 0;
  for (const pid of await processIds()) {
    // A worker that was itself started by a command carries that one's mark.
    if (pid === process.pid) continue;
    const entry = (await environmentOf(pid)).find((each) => each.startsWith(mark));
    if (entry === undefined) continue;
    const owner = entry.slice(mark.length);
    if (!lives.has(owner)) lives.set(owner, await isAlive(owner));
    if (lives.get(owner) === false && kill(pid)) killed += 1;
  }
  return killed;
}

/** `endOrphans` for all log folders of these workers, with a report of what it did or could not do. Never rejects. */
export async function clearOrphans(sections: readonly ExecWorkerOptions[], onProblem: OnProblem): Promise<void> {
  for (const logDir of new Set(sections.map((section) => section.logDir))) {
    try {
      const killed = await endOrphans(logDir);
      if (killed === 0) continue;
      const message = `${killed} processes of commands still ran from before and were killed; their tasks run again.`;
      onProblem({ code: "leftovers", message });
    } catch (error) {
      const message = `Commands that still run from before could not be ended: ${(error as Error).message}`;
      onProblem({ code: "leftovers", message });
    }
  }
}

async function isAlive(owner: string): Promise<boolean> {
  const [pid, start] = owner.split(":");
  const stat = await statOf(Number(pid));
  return stat !== null && hasNotEnded(stat) && stat.start === start;
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function folderMark(logDir: string): string {
  return hash("sha1", resolve(logDir)).slice(0, 16);
}

function readOwnStat(): string {
  try {
    return readFileSync("/proc/self/stat", "utf8");
  } catch {
    // No /proc here: nothing is ever found as a leftover either.
    return "";
  }
}
