import type { BucketOptions } from "../../objects/buckets/open-bucket.ts";
import { type ProcessFailure, runProcess } from "../processes/run-process.ts";
import type { BackupManifest } from "./backup-manifest.ts";
import type { CheckedSegments, SegmentCheck } from "./continuous/check-segments.ts";
import type { BackupJob, BackupProgress, MadeBackup } from "./make-backup.ts";

export interface BackupRequest<Job = BackupJob | SegmentCheck> {
  /** A backup to make, or what is stored to be checked. */
  readonly job: Job;
  /** The address of the bucket or folder. */
  readonly target: string;
  readonly credentials: Pick<BucketOptions, "accessKey" | "secretKey">;
}

/** Those that go on from a backup; null: none do. */
export type BackupSegments = NonNullable<BackupManifest["segments"]> | null;

export type BackupAnswer =
  /** The copy was taken: the answer says which segments go on from it. */
  { readonly isTaken: true } | { readonly progress: BackupProgress } | BackupOutcome | CheckOutcome;

export type BackupOutcome = { readonly made: MadeBackup } | { readonly failure: ProcessFailure };
export type CheckOutcome = { readonly checked: CheckedSegments } | { readonly failure: ProcessFailure };

export interface BackupRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BackupProgress) => void;
  /** Called when the copy was taken; must not reject. */
  readonly segments?: () => Promise<BackupSegments>;
}

/** Makes a backup in a process of its own. Never rejects. */
export async function runBackup(request: BackupRequest<BackupJob>, run: BackupRun): Promise<BackupOutcome> {
  return (await inProcess(request, run)) as BackupOutcome;
}

/** The same, for a check of what is stored. Never rejects. */
export async function runCheck(request: BackupRequest<SegmentCheck>, run: BackupRun): Promise<CheckOutcome> {
  return (await inProcess(request, run)) as CheckOutcome;
}

type Outcome = BackupOutcome | CheckOutcome;

/** Pieces live for a moment: a larger young generation would only make the process larger. */
const MEMORY = ["--max-semi-space-size=2"];

async function inProcess(
  request: BackupRequest,
  { signal, onProgress, segments = async () => null }: BackupRun,
): Promise<Outcome> {
  return await runProcess<BackupAnswer, Outcome>({
    module: new URL("./backup-process", import.meta.url),
    name: "backup",
    request,
    nodeFlags: MEMORY,
    signal,
    onMessage: (answer, send) => {
      if ("isTaken" in answer) void segments().then((told) => send({ segments: told }));
      else if ("progress" in answer) onProgress(answer.progress);
      else return answer;
      return null;
    },
  });
}
