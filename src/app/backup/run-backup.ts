import type { BucketOptions } from "../../objects/buckets/open-bucket.ts";
import { type ProcessFailure, runProcess } from "../processes/run-process.ts";
import type { BackupJob, BackupProgress, MadeBackup } from "./make-backup.ts";

export interface BackupRequest {
  readonly job: BackupJob;
  /** The address of the bucket or folder. */
  readonly target: string;
  readonly credentials: Pick<BucketOptions, "accessKey" | "secretKey">;
}

export type BackupAnswer = { readonly progress: BackupProgress } | BackupOutcome;

export type BackupOutcome = { readonly made: MadeBackup } | { readonly failure: ProcessFailure };

/** Makes a backup in a process of its own. Never rejects. */
export async function runBackup(
  request: BackupRequest,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: BackupProgress) => void },
): Promise<BackupOutcome> {
  return await runProcess<BackupAnswer, BackupOutcome>({
    module: new URL("./backup-process", import.meta.url),
    name: "backup",
    request,
    signal,
    onMessage: (answer) => {
      if (!("progress" in answer)) return answer;
      onProgress(answer.progress);
      return null;
    },
  });
}
