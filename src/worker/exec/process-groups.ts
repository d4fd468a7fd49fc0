import { hasNotEnded, processIds, statOf } from "./proc.ts";

/** Process groups of running commands, so that none outlives the process that started it. */
export class ProcessGroups {
  readonly #leaders = new Set<number>();

  add(pid: number): void {
    this.#leaders.add(pid);
  }

  delete(pid: number): void {
    this.#leaders.delete(pid);
  }

  killAll(): void {
    for (const pid of this.#leaders) signalGroup(pid, "SIGKILL");
  }
}

/** Signal all processes of a group; false when none is left. Signal 0 only checks. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: the group is gone. EPERM: its remaining processes changed their user and cannot be signalled.
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}

/** Whether any process of a group still runs. */
export function groupRuns(leader: number): boolean {
  if (!signalGroup(leader, 0)) return false;
  const ids = processIds();
  // Without /proc only the result of the signal is known.
  if (ids.length === 0) return true;
  const stats = ids.map(statOf);
  return stats.some((stat) => stat !== null && stat.group === leader && hasNotEnded(stat));
}
