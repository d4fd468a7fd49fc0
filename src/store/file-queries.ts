import type { WallMs } from "../contract/time/wall-ms.ts";
import type { FileEffects, FileState, GatheredFile } from "../core/decide/decider.ts";
import type { DecisionRow } from "../core/why/explain.ts";

/** Which events: all conditions must hold. Times are milliseconds since 1970. */
export interface FileFilter {
  /** True: events that matched a phase; false: events that matched none; null: both. */
  readonly matched: boolean | null;
  /** Of these, only events that matched none and came near one, or events of which a task failed in the end. */
  readonly only?: "near_miss" | "failed" | null;
  /** Events that matched such a phase: of this type, job and workflow file, each unless it is null. */
  readonly phase: FilePhase | null;
  /** With a phase: matched by it for a task time in this range. */
  readonly taskTime?: TaskTimes | null;
  /** `*` matches any characters, slashes too, `?` matches one; without either it is the complete path. */
  readonly path: string | null;
  /** Received at this moment or later. */
  readonly since: number | null;
  /** Received before this moment. */
  readonly until: number | null;
}

export interface FilePhase {
  readonly type: string | null;
  readonly job: string | null;
  readonly workflow?: string | null;
}

/** As the clocks of the phase's zone show them; the end is not in it. */
export interface TaskTimes {
  readonly from: WallMs;
  readonly until: WallMs;
}

export const ALL_FILES: FileFilter = { matched: null, phase: null, path: null, since: null, until: null };

/** Queries about file events, all bounded. */
export interface FileQueries {
  /** Newest first. A page reads at most 5,000 events. */
  list(filter: FileFilter, page: FilePageRequest): Promise<FilePage>;
  /** How many there are of each state. */
  counts(filter: FileFilter): Promise<FileStateCounts>;
  /** What lists show beside each of these events. */
  outcomes(ids: readonly number[]): Promise<readonly FileOutcome[]>;
  /** Ids, oldest first, from after `after` up to `upTo` (null: the newest one). */
  select(filter: FileFilter, request: FileSelectionRequest): Promise<FileSelection>;
  /** One event with its matches, tasks and decisions; null when it does not exist. */
  show(id: number): Promise<FileHistory | null>;
  /** The newest event about the file of this path. */
  newestOf(path: string): Promise<number | null>;
  stats(request: FileStatsRequest): Promise<FileStatsAnswer>;
  /** When the files of each task time of a phase came, the newest first. */
  arrivals(request: ArrivalsRequest): Promise<ArrivalsAnswer>;
}

export interface ArrivalsRequest {
  readonly phaseId: number;
  /** Task times from this one; earlier ones too while there are fewer than `least`. Null: `least` of them. */
  readonly from: WallMs | null;
  /** And before this one; null: the newest too. */
  readonly until: WallMs | null;
  readonly least: number;
  /** So many at most. */
  readonly most: number;
}

export interface ArrivalsAnswer {
  readonly arrivals: readonly ArrivalRow[];
  /** There are more. */
  readonly cut: boolean;
}

/** A task time of which a file came. */
export interface ArrivalRow {
  readonly task_time: WallMs;
  /** Of the first file, and the event of it. */
  readonly received_at: number;
  readonly file_id: number;
  /** Of the last one. */
  readonly last_received_at: number;
}

export interface FilePageRequest {
  readonly limit: number;
  /** Id of the last row of the page before. */
  readonly before: number | null;
}

export interface FilePage {
  readonly events: readonly FileRow[];
  /** `before` of the next page; null: this was the last page. */
  readonly next: number | null;
}

/** Of the events that match, or of the newest of them that were read. */
export interface FileStateCounts {
  readonly all: number;
  readonly matched: number;
  readonly unmatched: number;
  readonly near_miss: number;
  readonly failed: number;
  /** There are more that were not read. */
  readonly isCut: boolean;
}

export interface FileOutcome {
  readonly id: number;
  /** The phases that it matched, at most 5. */
  readonly phases: readonly { readonly task: string; readonly workflow: string }[];
  /** The phase whose pattern came nearest, when it matched none. */
  readonly nearest: { readonly task: string; readonly workflow: string } | null;
  /** The newest attempt of the first task that each of these phases made of it. */
  readonly made: readonly FileTaskRow[];
}

export interface FileSelectionRequest {
  readonly limit: number;
  readonly after: number;
  readonly upTo: number | null;
}

export interface FileSelection {
  readonly ids: readonly number[];
  /** `after` of the next selection; null: this was the last page. */
  readonly next: number | null;
  readonly up_to: number;
}

export interface FileRow {
  readonly id: number;
  readonly topic: string;
  readonly path: string;
  readonly bucket: string;
  readonly size: number;
  readonly line_count: number;
  readonly byte_count: number;
  readonly checksum: string;
  readonly md5: string;
  readonly crc32c: string;
  readonly etag: string;
  readonly generation: string;
  readonly created: number | null;
  readonly updated: number | null;
  readonly received_at: number;
  readonly last_received_at: number | null;
  readonly deliveries: number;
  readonly task_time: WallMs | null;
  /** IANA zone of a phase that it matched; null when there is none. */
  readonly task_zone: string | null;
  /** First event about the same file; null: this one. */
  readonly first_id: number | null;
  /** Number of phases. */
  readonly matched: number;
  readonly tasks: number;
  readonly processing_ms: number | null;
}

export interface FileMatchRow {
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
  /** The group of files that one task is made of; null when the phase makes a task of each file. */
  readonly gather_key: string | null;
  /** First task made of it, if any. */
  readonly record_id: number | null;
}

export interface FileTaskRow {
  readonly record_id: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly state: string;
  readonly result: string;
  readonly attempt: number;
}

export interface NearMissRow {
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
  readonly language: "files" | "files_glob";
  readonly pattern: string;
  /** The parts of the pattern that matched, and the piece of the path that each consumed. */
  readonly tokens: readonly { readonly kind: string; readonly pattern: string; readonly took: string }[];
  readonly reason: string;
  readonly path_at: number;
  readonly pattern_at: number;
  readonly wanted: string;
  readonly found: string;
}

/** Another event about the same file. */
export interface FileSibling {
  readonly id: number;
  readonly received_at: number;
  readonly matched: number;
  readonly tasks: number;
}

export interface FileHistory {
  readonly event: FileRow;
  readonly matches: readonly FileMatchRow[];
  /** Made of it, also by a redrive, each with the state of its newest attempt; at most 100. */
  readonly tasks: readonly FileTaskRow[];
  /** The task that named its path when it ended: it wrote the file. Null: none is known. */
  readonly written_by: FileTaskRow | null;
  readonly near_misses: readonly NearMissRow[];
  readonly decisions: readonly DecisionRow[];
  /** Events about the same file: the nearest 20 before it and after it, oldest first. */
  readonly earlier: readonly FileSibling[];
  readonly later: readonly FileSibling[];
}

export interface FileStatsRequest {
  /** From the hour (UTC) of this moment to the hour of `until`; a range of more than 31 days is cut to its last 31. */
  readonly since: number;
  readonly until: number;
  readonly phase: FileFilter["phase"];
  /** Phases of a page. */
  readonly limit: number;
  /** Id of the last phase of the page before. */
  readonly after: number | null;
}

export interface FileStatsAnswer {
  /** Of all events; null when the request names a phase. */
  readonly all: FileTotals | null;
  readonly phases: readonly PhaseFiles[];
  readonly next: number | null;
}

interface FileCounts {
  readonly events: number;
  readonly bytes: number;
  readonly matched: number;
  /** Of a phase: events that matched no phase and were nearest to this one. */
  readonly unmatched: number;
  readonly tasks: number;
  /** 95th percentile of the milliseconds from receipt to commit; null without events. */
  readonly p95_ms: number | null;
}

export interface FileTotals extends FileCounts {
  /** The hours with events, oldest first. */
  readonly hours: readonly FileHour[];
}

export interface FileHour extends FileCounts {
  readonly hour: number;
}

export interface PhaseFiles extends FileTotals {
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
  /** No longer in a workflow. */
  readonly removed: boolean;
  /** IANA zone of its task times; null: not known. */
  readonly task_zone: string | null;
  /** Of each of the last 60 task times, newest first. */
  readonly arrivals: readonly ArrivalRow[];
}

/** Files that a phase gathers for one task time. */
export interface GatheringRow {
  readonly gatherKey: string;
  /** When the first of them came. */
  readonly since: number;
  /** How many different files have come; null: nothing counted them since the start. */
  readonly have: number | null;
}

/** Ends the wait for more files of one task time. */
export interface FinishGathered {
  readonly phaseId: number;
  readonly gatherKey: string;
  /** The phase has a cap: its slots are read. */
  readonly isCapped: boolean;
  readonly decide: (files: readonly GatheredFile[], slots: FileState["slots"]) => FileEffects;
}

/** Result of redriving one event. */
export interface RedrivenFile {
  readonly id: number;
  readonly path: string;
  /** Phases that it matches now. */
  readonly matched: number;
  /** Phases among them that made a task of it before. */
  readonly taken: number;
  /** Phases among them that wait for more files. */
  readonly waiting: number;
  /** Why the redrive failed; else null. */
  readonly error: string | null;
  readonly tasks: readonly {
    readonly record_id: number;
    readonly type: string;
    readonly job: string;
    readonly info: string;
  }[];
}
