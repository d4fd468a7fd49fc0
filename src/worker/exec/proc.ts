import { readdir, readFile } from "node:fs/promises";

/** A process as described by Linux; other systems have no /proc, and nothing is ever found there. */
export interface ProcessStat {
  /** `R`, `S` and others; see `hasNotEnded`. */
  readonly state: string;
  readonly group: number;
  /** Clock ticks from boot to its start: distinguishes a process from a later one with the same id. */
  readonly start: string;
}

export async function processIds(): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Null when the process does not exist or has exited. */
export async function statOf(pid: number): Promise<ProcessStat | null> {
  return statIn(await textOf(`/proc/${pid}/stat`));
}

export function statIn(text: string): ProcessStat | null {
  // The second field is the command's name in parentheses, which may itself contain blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, , group] = fields;
  const start = fields[19];
  if (state === undefined || group === undefined || start === undefined) return null;
  return { state, group: Number(group), start };
}

/** An exited process stays listed until its parent reaps it, which some parents never do. */
export function hasNotEnded({ state }: ProcessStat): boolean {
  return state !== "Z" && state !== "X";
}

/** The variables a process was started with; empty when it is gone or another user's. */
export async function environmentOf(pid: number): Promise<string[]> {
  return (await textOf(`/proc/${pid}/environ`)).split("\0");
}

async function textOf(path: string): Promise<string> {
  // The process has exited or belongs to another user: neither is an orphan of ours.
  return await readFile(path, "utf8").catch(() => "");
}
