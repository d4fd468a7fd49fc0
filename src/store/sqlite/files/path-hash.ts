import { infoHash } from "../tasks/info-hash.ts";

const NAME_BITS = 2 ** 26;

/**
 * A 53-bit hash of a path: 27 bits of its folder, then 26 bits of its name. Files of one folder are adjacent in the
 * index, and files that arrive together are mostly in a few folders: a commit touches few pages, where an even hash would
 * touch one for each event. When hashes collide, the paths are compared.
 */
export function pathHash(path: string): number {
  const slash = path.lastIndexOf("/");
  const folder = Math.floor(infoHash(path.slice(0, slash + 1)) / NAME_BITS);
  return folder * NAME_BITS + (infoHash(path.slice(slash + 1)) % NAME_BITS);
}
