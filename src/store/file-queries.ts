import type { DecisionRow } from "../core/why/explain.ts";

/** Which events: all that is given must hold. Times are milliseconds since 1970. */
export interface FileFilter {
  /** True: those that matched a phase; false: those that matched none; null: both. */
  readonly matched: boolean | null;
  /** Those that matched a phase of this type, and of this job unless it is null. */
  readonly phase: { readonly type: string; readonly job: string | null } | null;
  /** `*` stands for any characters, slashes too, `?` for one; without either it is the whole path. */
  readonly path: string | null;
  /** Received at this moment or later. */
  readonly since: number | null;
  /** Received before this moment. */
  readonly until: number | null;
}

export const ALL_FILES: FileFilter = { matched: null, phase: null, path: null, since: null, until: null };

/** Questions about file events: reads, bounded. */
export interface FileQueries {
  /** Newest first. At most 5,000 events are looked at for a page. */
  list(filter: FileFilter, page: FilePageRequest): Promise<FilePage>;
  /** Ids, oldest first, from after `after` up to `upTo` (null: the newest there is). */
  select(filter: FileFilter, request: FileSelectionRequest): Promise<FileSelection>;
  /** One event with all that hangs on it; null when there is none. */
  show(id: number): Promise<FileHistory | null>;
  /** The newest event about the file of this path. */
  newestOf(path: string): Promise<number | null>;
  stats(request: FileStatsRequest): Promise<FileStatsAnswer>;
}

export interface FilePageRequest {
  readonly limit: number;
  /** Id of the last row of the page before. */
  readonly before: number | null;
}

export interface FilePage {
  readonly events: readonly FileRow[];
  /** `before` of the next page; null: this was the last. */
  readonly next: number | null;
}

export interface FileSelectionRequest {
  readonly limit: number;
  readonly after: number;
  readonly upTo: number | null;
}

export interface FileSelection {
  readonly ids: readonly number[];
  /** `after` of the next selection; null: this was the last. */
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
  readonly task_time: number | null;
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
  /** Which files are gathered together; null when the phase makes a task of each. */
  readonly gather_key: string | null;
  /** First task made of it; null: none yet. */
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
}

export interface NearMissRow {
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
  readonly language: "files" | "files_glob";
  readonly pattern: string;
  /** The parts of the pattern that matched, and what each took of the path. */
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
  /** Made of it, also by a second look; at most 100. */
  readonly tasks: readonly FileTaskRow[];
  readonly near_misses: readonly NearMissRow[];
  readonly decisions: readonly DecisionRow[];
  /** Events about the same file: the nearest 20 before it and after it, oldest first. */
  readonly earlier: readonly FileSibling[];
  readonly later: readonly FileSibling[];
}

export interface FileStatsRequest {
  /** From the hour (UTC) of this moment to the one that holds `until`; of more than 31 days the last 31. */
  readonly since: number;
  readonly until: number;
  readonly phase: FileFilter["phase"];
  /** Phases of a page. */
  readonly limit: number;
  /** Id of the last phase of the page before. */
  readonly after: number | null;
}

export interface FileStatsAnswer {
  /** Of all events; null when one phase was asked for. */
  readonly all: FileTotals | null;
  readonly phases: readonly PhaseFiles[];
  readonly next: number | null;
}

interface FileCounts {
  readonly events: number;
  readonly bytes: number;
  readonly matched: number;
  /** Of a phase: events that matched none and came nearest to it. */
  readonly unmatched: number;
  readonly tasks: number;
  /** Milliseconds from the receipt until all was written, of 95 of 100; null without events. */
  readonly p95_ms: number | null;
}

export interface FileTotals extends FileCounts {
  /** The hours that have any, oldest first. */
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
  /** When the first file of each of the last 60 task times came, newest first. */
  readonly arrivals: readonly { readonly task_time: number; readonly received_at: number }[];
}

/** What a second look at an event led to. */
export interface RedrivenFile {
  readonly id: number;
  readonly path: string;
  /** Phases that it matches now. */
  readonly matched: number;
  /** Those of them that made a task of it before. */
  readonly taken: number;
  /** Those that wait for more files. */
  readonly waiting: number;
  /** Why nothing was done, when deciding failed; else null. */
  readonly error: string | null;
  readonly tasks: readonly {
    readonly record_id: number;
    readonly type: string;
    readonly job: string;
    readonly info: string;
  }[];
}
