/** The process of one backup: gets its job by message, tells how far it is, and ends when its parent is gone. */
import { toError, codeOf } from "../../contract/to-error.ts";
import { openBucket } from "../../objects/buckets/open-bucket.ts";
import { makeBackup } from "./make-backup.ts";
import type { BackupAnswer, BackupRequest } from "./run-backup.ts";

/** At most one message about progress in this time (ms). */
const PROGRESS_MS = 250;

const stop = new AbortController();
process.once("disconnect", () => stop.abort());
process.once("message", (request: BackupRequest) => void work(request));

async function work({ job, target, credentials }: BackupRequest): Promise<void> {
  let lastAt = 0;
  const answer = await answerTo(async () => {
    const bucket = await openBucket(target, credentials);
    try {
      return await makeBackup(job, {
        bucket,
        signal: stop.signal,
        onProgress: (progress) => {
          const isFirst = progress.done === 0;
          if (!isFirst && Date.now() - lastAt < PROGRESS_MS) return;
          lastAt = Date.now();
          send({ progress });
        },
        now: Date.now,
        random: Math.random,
      });
    } finally {
      bucket.close();
    }
  });
  send(answer, () => process.disconnect());
}

async function answerTo(make: () => ReturnType<typeof makeBackup>): Promise<BackupAnswer> {
  try {
    return { made: await make() };
  } catch (error) {
    return { failure: { code: codeOf(error), message: toError(error).message } };
  }
}

function send(answer: BackupAnswer, then?: () => void): void {
  // The parent is gone: `disconnect` ends the work.
  if (process.connected) process.send?.(answer, undefined, undefined, then);
}
