import { taskZone } from "../workflows/phase-zones.ts";
import { HOUR } from "../../../contract/time/time-units.ts";
import { percentile, type BucketCount } from "../../../core/stats/histogram.ts";
import type { FileTotals, FileHour, FileStatsAnswer, FileStatsRequest, PhaseFiles } from "../../file-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { FileArrivals } from "./file-arrivals.ts";
import type { FileLists } from "./file-lists.ts";

/** Longer ranges are cut to their last part. */
const LONGEST_SPAN = 31 * 24 * HOUR;
/** Task times whose arrival is returned. */
const ARRIVALS = 60;
const P95 = 0.95;

type HourRow = Omit<FileHour, "p95_ms">;
/** Read as arrays: a month has hundreds of thousands. */
type TimingRow = readonly [hour: number, bucket: number, count: number];
interface PhaseRow {
  readonly task_zone: string | null;
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
  readonly removed: number;
}

/** Statistics of file events from their counters: a few rows per hour and phase. */
export class FileStats {
  readonly #lists: FileLists;
  readonly #hours: Statement<HourRow>;
  readonly #timings: Statement<TimingRow>;
  readonly #nextPhase: Statement<{ phase_id: number }>;
  readonly #phase: Statement<PhaseRow>;
  readonly #arrivals: FileArrivals;

  constructor(statements: Statements, lists: FileLists, arrivals: FileArrivals) {
    this.#lists = lists;
    this.#arrivals = arrivals;
    this.#hours = statements.prepare(
      "file_stats.hours",
      `SELECT hour, events, bytes, matched, unmatched, tasks FROM file_counts_hourly
       WHERE phase_id = ? AND hour >= ? AND hour < ? ORDER BY hour`,
    );
    this.#timings = statements.prepare(
      "file_stats.timings",
      "SELECT hour, bucket, count FROM file_timings_hourly WHERE phase_id = ? AND hour >= ? AND hour < ? ORDER BY hour, bucket",
    );
    this.#timings.raw();
    this.#nextPhase = statements.prepare(
      "file_stats.next_phase",
      "SELECT phase_id FROM file_counts_hourly WHERE phase_id > ? ORDER BY phase_id LIMIT 1",
    );
    this.#phase = statements.prepare(
      "file_stats.phase",
      `SELECT p.id AS phase_id, p.task, f.name AS workflow, p.removed_at IS NOT NULL OR f.removed_at IS NOT NULL AS removed,
         ${taskZone("p.id", "9e15")}
       FROM workflow_phases p JOIN workflow_files f ON f.id = p.file_id WHERE p.id = ?`,
    );
  }

  answer({ since, until, phase, limit, after }: FileStatsRequest): FileStatsAnswer {
    const to = Math.ceil(until / HOUR) * HOUR;
    const from = Math.max(Math.floor(since / HOUR) * HOUR, to - LONGEST_SPAN);
    const all = phase === null ? this.#counts(0, from, to) : null;
    const phaseIds = phase === null ? null : this.#lists.phaseIds(phase);
    const phases: PhaseFiles[] = [];
    for (const phaseId of phaseIds ?? this.#counted(after ?? 0)) {
      if (phaseId <= (after ?? 0)) continue;
      const stats = this.#counts(phaseId, from, to);
      // A phase without recent events is listed only on request, or when it still waits for files.
      const row = this.#phase.get(phaseId);
      if (row === undefined || (stats.events === 0 && row.removed === 1 && phaseIds === null)) continue;
      if (phases.length === limit) return { all, phases, next: phases.at(-1)?.phase_id ?? null };
      phases.push({ ...row, removed: row.removed === 1, ...stats, arrivals: this.#newest(phaseId) });
    }
    return { all, phases, next: null };
  }

  /** Phases that have counters, by a skip scan. */
  *#counted(after: number): Generator<number> {
    for (let last = after; ;) {
      const row = this.#nextPhase.get(last);
      if (row === undefined) return;
      yield (last = row.phase_id);
    }
  }

  #counts(phaseId: number, from: number, to: number): FileTotals {
    const ofHour = new Map<number, BucketCount[]>();
    const total: number[] = [];
    for (const [hour, bucket, count] of this.#timings.all(phaseId, from, to)) {
      const one = ofHour.get(hour);
      if (one === undefined) ofHour.set(hour, [{ bucket, count }]);
      else one.push({ bucket, count });
      total[bucket] = (total[bucket] ?? 0) + count;
    }
    const hours = this.#hours
      .all(phaseId, from, to)
      .map((row): FileHour => ({ ...row, p95_ms: percentile(ofHour.get(row.hour) ?? [], P95) }));
    const sum = (name: Exclude<keyof HourRow, "hour">): number => hours.reduce((total, row) => total + row[name], 0);
    return {
      events: sum("events"),
      bytes: sum("bytes"),
      matched: sum("matched"),
      unmatched: sum("unmatched"),
      tasks: sum("tasks"),
      // Not map: it would keep the holes of empty buckets.
      p95_ms: percentile(
        total.flatMap((count, bucket) => [{ bucket, count }]),
        P95,
      ),
      hours,
    };
  }

  #newest(phaseId: number): PhaseFiles["arrivals"] {
    return this.#arrivals.of({ phaseId, from: null, until: null, least: ARRIVALS, most: ARRIVALS }).arrivals;
  }
}
