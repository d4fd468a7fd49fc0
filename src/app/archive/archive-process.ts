/** The process of one batch of archived rows: gets its job by message, and ends when its parent is gone. */
import { codeOf, toError } from "../../contract/to-error.ts";
import { openBucket } from "../../objects/buckets/open-bucket.ts";
import { archiveRows } from "./archive-rows.ts";
import type { ArchiveAnswer, ArchiveProcessRequest } from "./run-archive.ts";

const stop = new AbortController();
process.once("disconnect", () => stop.abort());
process.once("message", (request: ArchiveProcessRequest) => void work(request));

async function work(request: ArchiveProcessRequest): Promise<void> {
  const answer = await answerTo(request);
  send(answer, () => process.disconnect());
}

async function answerTo({ job, target, credentials }: ArchiveProcessRequest): Promise<ArchiveAnswer> {
  try {
    const bucket = await openBucket(target, credentials);
    try {
      const onProgress = (): void => send({ progress: true });
      return { archived: await archiveRows(job, { bucket, signal: stop.signal, now: Date.now, onProgress }) };
    } finally {
      bucket.close();
    }
  } catch (error) {
    return { failure: { code: codeOf(error), message: toError(error).message } };
  }
}

function send(answer: ArchiveAnswer, then?: () => void): void {
  // The parent is gone: `disconnect` ends the work.
  if (process.connected) process.send?.(answer, undefined, undefined, then);
}
