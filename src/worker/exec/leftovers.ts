import { setTimeout as pause } from "node:timers/promises";
import { environmentOf, processIds } from "./proc.ts";

/** Ends of commands within this time share one look at the processes. */
const GATHER_MS = 50;
/** Looks take at most this share of the time: each reads the environment of every process. */
const SHARE = 50;
/** A process may start another between the look and its end. */
const MAX_LOOKS = 5;

/**
 * Ends what commands left running, whatever its group and session: it is known by the mark in the environment that each
 * command and its children are started with. Linux only; on other systems, and of other users, it finds nothing.
 */
export class Leftovers {
  readonly #variable: string;
  #marks = new Set<string>();
  #turn: Promise<void> | null = null;
  #restMs = GATHER_MS;

  constructor(variable: string) {
    this.#variable = variable;
  }

  /** The command with this mark has ended; resolves when nothing with it runs. Never rejects. */
  async end(mark: string): Promise<void> {
    this.#marks.add(mark);
    this.#turn ??= this.#look();
    await this.#turn;
  }

  async #look(): Promise<void> {
    await pause(this.#restMs);
    const entries = new Set([...this.#marks].map((mark) => `${this.#variable}=${mark}`));
    // Who comes from here on waits for the next turn.
    this.#marks = new Set();
    this.#turn = null;
    const began = performance.now();
    for (let look = 0; look < MAX_LOOKS && killMarked(entries); look += 1);
    this.#restMs = Math.max(GATHER_MS, (performance.now() - began) * SHARE);
  }
}

/** Whether any was found. */
function killMarked(entries: ReadonlySet<string>): boolean {
  let killed = false;
  for (const pid of processIds()) {
    if (pid === process.pid || !environmentOf(pid).some((entry) => entries.has(entry))) continue;
    try {
      killed = killProcess(pid) || killed;
    } catch {
      // It changed its user: no signal of ours reaches it.
    }
  }
  return killed;
}

/** False when it has already exited by itself. */
export function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
