import { hash } from "node:crypto";
import { resolve } from "node:path";
import { killProcess } from "./leftovers.ts";
import { environmentOf, hasNotEnded, processIds, statOf } from "./proc.ts";
import type { OnProblem } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

/** The environment variable that marks every command of a worker and its children. */
export const OWNER_VARIABLE = "FLOWLORD_OWNER";

/** `<folder>:<pid>:<start>`: the log folder and the worker process that a command belongs to; its own id follows. */
export function ownerMark(logDir: string): string {
  return `${folderMark(logDir)}:${process.pid}:${statOf(process.pid)?.start ?? ""}`;
}

/**
 * Kill the commands that an earlier process with this log folder left running when it was killed: their tasks are
 * redelivered and must not run twice at the same time. Commands of a running worker stay. Linux only; on other systems,
 * and for commands of other users, it finds nothing. Returns how many processes were killed.
 */
export function endOrphans(logDir: string): number {
  const mark = `${OWNER_VARIABLE}=${folderMark(logDir)}:`;
  const lives = new Map<string, boolean>();
  let killed = 0;
  for (const pid of processIds()) {
    // A worker that was itself started by a command inherited the mark of that command.
    if (pid === process.pid) continue;
    const entry = environmentOf(pid).find((each) => each.startsWith(mark));
    if (entry === undefined) continue;
    const owner = entry.slice(mark.length);
    if (!lives.has(owner)) lives.set(owner, isAlive(owner));
    if (lives.get(owner) === false && killProcess(pid)) killed += 1;
  }
  return killed;
}

/** `endOrphans` for all log folders of these workers; reports kills and errors. Never throws. */
export function clearOrphans(sections: readonly ExecWorkerOptions[], onProblem: OnProblem): void {
  for (const logDir of new Set(sections.map((section) => section.logDir))) {
    try {
      const killed = endOrphans(logDir);
      if (killed === 0) continue;
      const message = `${killed} processes of an earlier worker's commands were still running and were killed; their tasks run again.`;
      onProblem({ code: "leftovers", message });
    } catch (error) {
      const message = `Commands of an earlier worker that are still running could not be killed: ${(error as Error).message}`;
      onProblem({ code: "leftovers", message });
    }
  }
}

function isAlive(owner: string): boolean {
  const [pid, start] = owner.split(":");
  const stat = statOf(Number(pid));
  return stat !== null && hasNotEnded(stat) && stat.start === start;
}

function folderMark(logDir: string): string {
  return hash("sha1", resolve(logDir)).slice(0, 16);
}
