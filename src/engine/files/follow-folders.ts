import { type MovedFolder, movedFolders } from "../../core/text/moved-folders.ts";
import type { Store } from "../../store/store.ts";

/** Which folders were watched at the last start. */
const KEY = "watch.folders";

/**
 * When watched folders are at another path than at the last start, as after a move to another machine, what was announced of them is
 * known there too: by name, size and time of change, so that files which came with the move are not announced again. Returns the
 * folders that were followed.
 */
export async function followFolders(
  folders: readonly string[],
  store: Pick<Store, "getState" | "putState" | "watchedFiles">,
): Promise<readonly MovedFolder[]> {
  const known = await store.getState(KEY);
  const watched = folders.map((folder) => folder.replace(/(?<=.)\/+$/, ""));
  const now = JSON.stringify(watched);
  if (known === now) return [];
  const moved = movedFolders(known === null ? [] : (JSON.parse(known) as string[]), watched);
  const followed: MovedFolder[] = [];
  for (const one of moved) if ((await store.watchedFiles.follow(one.from, one.to)) > 0) followed.push(one);
  await store.putState(new Map([[KEY, now]]));
  return followed;
}
