import { readdir, readFile } from "node:fs/promises";

/** What Linux tells of a process; on other systems there is no /proc, and nothing is ever found. */
export interface ProcessStat {
  /** `R`, `S` and others; see `hasNotEnded`. */
  readonly state: string;
  readonly group: number;
  /** Clock ticks from boot to its start: tells a process from a later one with the same id. */
  readonly start: string;
}

export async function processIds(): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Null when there is no such process (any more). */
export async function statOf(pid: number): Promise<ProcessStat | null> {
  return statIn(await textOf(`/proc/${pid}/stat`));
}

export function statIn(text: string): ProcessStat | null {
  // The second field is the command's name in parentheses, which may itself hold blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, , group] = fields;
  const start = fields[19];
  if (state === undefined || group === undefined || start === undefined) return null;
  return { state, group: Number(group), start };
}

/** A process that ended stays listed until its parent notices, which some never do. */
export function hasNotEnded({ state }: ProcessStat): boolean {
  return state !== "Z" && state !== "X";
}

/** The variables a process was started with; empty when it is gone or another user's. */
export async function environmentOf(pid: number): Promise<string[]> {
  return (await textOf(`/proc/${pid}/environ`)).split("\0");
}

async function textOf(path: string): Promise<string> {
  // Processes end, and those of other users are not readable: neither is ours to judge.
  return await readFile(path, "utf8").catch(() => "");
}
