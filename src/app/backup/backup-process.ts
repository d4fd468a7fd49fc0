/** The process of one backup: gets its job by message, tells how far it is, and ends when its parent is gone. */
import { toError, codeOf } from "../../contract/to-error.ts";
import { openBucket } from "../../objects/buckets/open-bucket.ts";
import { checkSegments } from "./continuous/check-segments.ts";
import { type BackupProgress, makeBackup } from "./make-backup.ts";
import type { BackupAnswer, BackupRequest, BackupSegments } from "./run-backup.ts";

/** At most one message about progress in this time (ms). */
const PROGRESS_MS = 250;

const stop = new AbortController();
process.once("disconnect", () => stop.abort());
process.once("message", (request: BackupRequest) => void work(request));

/** The segments that go on from the copy that was just taken, as the parent has them. */
async function segments(): Promise<BackupSegments> {
  const answer = Promise.withResolvers<BackupSegments>();
  process.once("message", (told: { readonly segments: BackupSegments }) => answer.resolve(told.segments));
  process.once("disconnect", () => answer.resolve(null));
  send({ isTaken: true });
  return await answer.promise;
}

async function work({ job, target, credentials }: BackupRequest): Promise<void> {
  let lastAt = 0;
  const say = (progress: BackupProgress): void => {
    const isFirst = progress.done === 0;
    if (!isFirst && Date.now() - lastAt < PROGRESS_MS) return;
    lastAt = Date.now();
    send({ progress });
  };
  const onBytes = (done: number): void => say({ step: "verify", done, total: 0 });
  const checking = { signal: stop.signal, onBytes };
  const answer = await answerTo(async () => {
    const bucket = await openBucket(target, credentials);
    try {
      if (!("database" in job)) return { checked: await checkSegments(bucket, job, checking) };
      const made = await makeBackup(job, {
        bucket,
        signal: stop.signal,
        onProgress: say,
        ...(typeof job.pointInTime === "number" ? { segments } : {}),
        now: Date.now,
        random: Math.random,
      });
      return { made };
    } finally {
      bucket.close();
    }
  });
  send(answer, () => process.disconnect());
}

async function answerTo(make: () => Promise<BackupAnswer>): Promise<BackupAnswer> {
  try {
    return await make();
  } catch (error) {
    return { failure: { code: codeOf(error), message: toError(error).message } };
  }
}

function send(answer: BackupAnswer, then?: () => void): void {
  // The parent is gone: `disconnect` ends the work.
  if (process.connected) process.send?.(answer, undefined, undefined, then);
}
