import { readFile } from "node:fs/promises";
import { watch } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Resolves with the file's text once it ends with a newline. */
export async function textIn(path: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.endsWith("\n")) return text.trim();
    await changeIn(path);
  }
}

/** Resolves when no process with this id is running (a zombie is not running). */
export async function gone(pid: number): Promise<void> {
  while (await runs(pid)) await pause(10);
}

export async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function changeIn(path: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(path.slice(0, path.lastIndexOf("/")), () => resolve());
  // The change may have happened before the watcher was set up.
  const timer = setTimeout(resolve, 50);
  await promise;
  clearTimeout(timer);
  watcher.close();
}

/** The process id of this process's exec host. */
export async function hostOf(): Promise<number> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, "utf8");
  for (const pid of children.trim().split(" ")) {
    if ((await readFile(`/proc/${pid}/cmdline`, "utf8")).includes("flowlord exec host")) return Number(pid);
  }
  throw new Error("no exec host runs");
}
