import { fileArrivals, type UsualArrivals } from "../../core/stats/file-arrivals.ts";
import type { FileStatsAnswer, FileStatsRequest, PhaseFiles } from "../../store/file-queries.ts";
import type { ReadStore } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

export interface FileAnalytics extends Omit<FileStatsAnswer, "phases"> {
  readonly phases: readonly (Omit<PhaseFiles, "arrivals"> & UsualArrivals)[];
}

export async function fileAnalytics(
  request: FileStatsRequest,
  reads: Pick<ReadStore, "files">,
  runtime: Pick<Runtime, "now" | "zone">,
): Promise<FileAnalytics> {
  const { phases, ...rest } = await reads.files.stats(request);
  return { ...rest, phases: phases.map((phase) => fileArrivals(phase, runtime.now(), runtime.zone)) };
}
