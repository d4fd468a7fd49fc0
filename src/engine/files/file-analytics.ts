import { arrivalStats } from "../../core/stats/file-arrivals.ts";
import { isoOfWall } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
import type { FileStatsAnswer, FileStatsRequest, PhaseFiles } from "../../store/file-queries.ts";
import type { ReadStore } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

/** When files of a phase usually come, and which are missing. Task times are RFC 3339. */
export interface UsualArrivals {
  readonly last_task_time: string | null;
  readonly usual_delay_ms: number | null;
  readonly longest_delay_ms: number | null;
  readonly gaps: readonly string[];
  readonly more_gaps: boolean;
}

export interface FileAnalytics extends Omit<FileStatsAnswer, "phases"> {
  readonly phases: readonly (Omit<PhaseFiles, "arrivals"> & UsualArrivals)[];
}

export async function fileAnalytics(
  request: FileStatsRequest,
  reads: Pick<ReadStore, "files">,
  runtime: Pick<Runtime, "now" | "zone">,
): Promise<FileAnalytics> {
  const { phases, ...rest } = await reads.files.stats(request);
  return { ...rest, phases: phases.map((phase) => described(phase, runtime)) };
}

/** A removed phase has no missing files. */
function described({ arrivals, ...phase }: PhaseFiles, runtime: Pick<Runtime, "now" | "zone">) {
  const { removed, task_zone: own } = phase;
  const zone = zoneOf(own ?? runtime.zone);
  const all = arrivals.map((one) => ({ taskTime: one.task_time, receivedAt: one.received_at }));
  const { usualDelay, longestDelay, gaps, moreGaps } = arrivalStats(all, runtime.now(), zone);
  const [newest] = arrivals;
  return {
    ...phase,
    last_task_time: newest === undefined ? null : isoOfWall(newest.task_time, zone),
    usual_delay_ms: usualDelay,
    longest_delay_ms: longestDelay,
    gaps: removed ? [] : gaps.map((gap) => isoOfWall(gap, zone)),
    more_gaps: !removed && moreGaps,
  };
}
