import type { FileHandle } from "node:fs/promises";

/** Writes pages into a database file that nobody has open. Throws the errors of the disk. */
export async function applyPages(
  file: FileHandle,
  pageSize: number,
  pages: Iterable<readonly [number, Uint8Array]>,
): Promise<void> {
  for (const [page, content] of pages) await file.write(content, 0, pageSize, (page - 1) * pageSize);
}
