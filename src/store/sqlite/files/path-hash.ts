import { infoHash } from "../tasks/info-hash.ts";

const NAME_BITS = 2 ** 26;

/**
 * A 53-bit hash of a path: 27 bits of its folder, then 26 bits of its name. Files of one folder stand together in the
 * index, and those that come at one time mostly are of a few folders: a commit touches few pages of it, where an even
 * hash would touch one for each event. Equal hashes are told apart by comparing the paths.
 */
export function pathHash(path: string): number {
  const slash = path.lastIndexOf("/");
  const folder = Math.floor(infoHash(path.slice(0, slash + 1)) / NAME_BITS);
  return folder * NAME_BITS + (infoHash(path.slice(slash + 1)) % NAME_BITS);
}
