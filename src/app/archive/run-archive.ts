import type { Options } from "../../config/options.ts";
import { sizeText } from "../../contract/live/size-text.ts";
import type { ArchiveRows } from "../../engine/retention/archiver.ts";
import type { BucketOptions } from "../../objects/buckets/open-bucket.ts";
import type { Log } from "../log/log.ts";
import { type ProcessFailure, runProcess } from "../processes/run-process.ts";
import { version } from "../version.ts";
import type { ArchivedRows, ArchiveJob } from "./archive-rows.ts";

export interface ArchiveProcessRequest {
  readonly job: ArchiveJob;
  /** The address of the bucket or folder. */
  readonly target: string;
  readonly credentials: Pick<BucketOptions, "accessKey" | "secretKey">;
}

type ArchiveOutcome = { readonly archived: ArchivedRows } | { readonly failure: ProcessFailure };
export type ArchiveAnswer = { readonly progress: true } | ArchiveOutcome;

/** Otherwise V8 lets garbage grow to hundreds of megabytes; what is held needs a part of this. */
const MEMORY = ["--max-old-space-size=192", "--max-semi-space-size=2"];

/** How rows are archived: in a process of its own. */
export function archiveInProcess(
  { file, sqlite }: Pick<Options, "file" | "sqlite">,
  target: string,
  log: Pick<Log, "error" | "info">,
): ArchiveRows {
  return async (request, signal) => {
    const job: ArchiveJob = { ...request, database: sqlite.localPath, programVersion: version() };
    const credentials = { accessKey: file.accessKey, secretKey: file.secretKey };
    const outcome = await runProcess<ArchiveAnswer, ArchiveOutcome>({
      module: new URL("./archive-process", import.meta.url),
      name: "archive",
      request: { job, target, credentials } satisfies ArchiveProcessRequest,
      nodeFlags: MEMORY,
      signal,
      onMessage: (answer) => ("progress" in answer ? null : answer),
    });
    const { table } = request.limits;
    if ("failure" in outcome) {
      const { message } = outcome.failure;
      if (!signal.aborted) log.error("retention", `Rows of ${table} were not archived to ${target}: ${message}`);
      return outcome;
    }
    const { until, ids, digests, rows, files, bytes } = outcome.archived;
    if (files > 0)
      log.info("retention", `Archived ${rows} rows of ${table}, and what goes with them, to ${target}.`, {
        files,
        size: sizeText(bytes),
      });
    return { archived: { until, digests: new Map(ids.map((id, index) => [id, digests[index] ?? ""])) } };
  };
}
