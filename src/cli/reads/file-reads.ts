import type { ExplainedDecision } from "../../core/why/explain.ts";
import type { FileVerdict } from "../../core/why/file-verdicts.ts";
import type { Step } from "../../core/stats/file-arrivals.ts";
import type {
  FileFilter,
  FileHistory,
  FileRow,
  FileStatsRequest,
  FileTotals,
  PhaseFiles,
} from "../../store/file-queries.ts";
import type { NoteRow } from "../../store/notes.ts";

export interface ListedFiles {
  readonly rows: readonly FileRow[];
  readonly notes: readonly NoteRow[];
  /** `before` of the next page; null: there are no older ones. */
  readonly next: number | null;
}

export interface ShownFile {
  readonly history: Omit<FileHistory, "decisions">;
  readonly decisions: readonly ExplainedDecision[];
  readonly notes: readonly NoteRow[];
}

/** The files of a phase, and when they usually come. Task times are RFC 3339. */
export interface ShownPhaseFiles extends Omit<PhaseFiles, "arrivals"> {
  readonly last_task_time: string | null;
  readonly usual_delay_ms: number | null;
  readonly longest_delay_ms: number | null;
  readonly step: Step | null;
  readonly gaps: readonly string[];
  readonly more_gaps: boolean;
}

export interface ShownFileStats {
  readonly all: FileTotals | null;
  readonly phases: readonly ShownPhaseFiles[];
}

/** What the workflow files as they are say of a path. */
export interface Verdicts {
  readonly matches: readonly FileVerdict[];
  readonly near_misses: readonly FileVerdict[];
  /** How many phases wait for files. */
  readonly phases: number;
  /** Files whose errors keep their phases out. */
  readonly rejected: readonly string[];
}

export interface FileReads {
  list(filter: FileFilter, number: number, before: number | null): Promise<ListedFiles>;
  /** Null: there is no event of that number. */
  shown(id: number): Promise<ShownFile | null>;
  /** The newest event of a path; null also where there is no database yet. */
  newest(path: string): Promise<ShownFile | null>;
  verdicts(path: string): Promise<Verdicts>;
  stats(request: Pick<FileStatsRequest, "since" | "until" | "phase">): Promise<ShownFileStats>;
}
