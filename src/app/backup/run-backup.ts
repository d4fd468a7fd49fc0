import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { BucketOptions } from "../../objects/buckets/open-bucket.ts";
import type { BackupJob, BackupProgress, MadeBackup } from "./make-backup.ts";

export interface BackupRequest {
  readonly job: BackupJob;
  /** The address of the bucket or folder. */
  readonly target: string;
  readonly credentials: Pick<BucketOptions, "accessKey" | "secretKey">;
}

export type BackupAnswer =
  | { readonly progress: BackupProgress }
  | { readonly made: MadeBackup }
  | { readonly failure: BackupFailure };

/** An error without its class, which cannot be sent between processes. */
export interface BackupFailure {
  readonly code: string | null;
  readonly message: string;
}

export type BackupOutcome = { readonly made: MadeBackup } | { readonly failure: BackupFailure };

/** A process that says nothing for this long (ms) is ended: something that it reads or writes hangs. */
const SILENCE_MS = 10 * 60_000;
/** How long (ms) it may take to remove what it has begun. */
const STOP_WITHIN_MS = 10_000;
/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const PROCESS = fileURLToPath(
  new URL(`./backup-process${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
);

/**
 * Makes a backup in a process of its own, to which everything else on the machine goes first: its memory goes with it, and a
 * folder on a network that hangs keeps nothing from stopping. Never rejects.
 */
export async function runBackup(
  request: BackupRequest,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: BackupProgress) => void },
): Promise<BackupOutcome> {
  if (signal.aborted) return { failure: INTERRUPTED };
  const child = fork(PROCESS, [], { execArgv: ["--disable-sigusr1"], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  lowerPriority(child.pid);
  const { promise, resolve } = Promise.withResolvers<BackupOutcome>();
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const failed = (code: string, message: string): void => resolve({ failure: { code, message } });
  const watch = setTimeout(() => {
    failed(
      "silent",
      "The backup did nothing for ten minutes: what it reads or writes hangs. Check its file system and network.",
    );
    child.kill("SIGKILL");
  }, SILENCE_MS);
  const stop = (): void => {
    resolve({ failure: INTERRUPTED });
    if (child.connected) child.disconnect();
    setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS).unref();
  };
  child.on("message", (answer: BackupAnswer) => {
    watch.refresh();
    if ("progress" in answer) onProgress(answer.progress);
    else resolve(answer);
  });
  child.once("error", (error) => failed("no_process", `The process of the backup did not start (${error.message}).`));
  child.once("exit", (code, by) =>
    failed("ended", `The process of the backup ended early (${by ?? `exit code ${code}`}) ${said}`.trim()),
  );
  signal.addEventListener("abort", stop, { once: true });
  child.send(request);
  try {
    return await promise;
  } finally {
    clearTimeout(watch);
    signal.removeEventListener("abort", stop);
  }
}

const INTERRUPTED: BackupFailure = { code: "interrupted", message: "It was interrupted: Flowlord stops." };

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It then runs at the priority of this process.
  }
}
