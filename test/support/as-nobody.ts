import { chmod } from "node:fs/promises";

/** Root may read and delete everything, so another user must try; `path` is opened to that user. */
export async function asNobody<T>(path: string, run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await run();
  await chmod(path, 0o755);
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
