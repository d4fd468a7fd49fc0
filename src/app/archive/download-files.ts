import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import pMap from "p-map";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { requireRoom } from "../backup/require-room.ts";
import { ArchiveError } from "./archive-error.ts";

const AT_ONCE = 4;
/** What one query downloads at most. */
const MAX_BYTES = 10_000_000_000;

/** Downloads files below the folder, under their keys. Resolves with the folder. Throws ArchiveError `too_much`, BackupError `no_space` and ObjectError. */
export async function downloadFiles(
  bucket: Bucket,
  files: readonly { readonly key: string; readonly bytes: number }[],
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > MAX_BYTES)
    throw new ArchiveError(
      "too_much",
      `The query needs ${Math.ceil(bytes / 1_000_000)} MB of the archive, more than ${MAX_BYTES / 1_000_000}: name fewer days with --since and --until.`,
    );
  await requireRoom(bytes, folder, "name fewer days with --since and --until, or another folder in backup.scratch");
  await pMap(
    files,
    async ({ key }) => {
      const path = join(folder, key);
      await mkdir(dirname(path), { recursive: true });
      await pipeline(bucket.read(key, { signal }), createWriteStream(path, { flags: "wx", mode: 0o600 }));
    },
    { concurrency: AT_ONCE, signal },
  );
  return folder;
}
