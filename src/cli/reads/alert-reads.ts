import type { AlertMatcher } from "../../core/alerts/alert-matcher.ts";
import type { Link } from "../../core/task/task-links.ts";
import type { AlertFilter, AlertHistory, AlertRow, SilenceRow } from "../../store/alert-store.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { PhaseAboutRow } from "../../store/workflow-queries.ts";
import type { LogSummary } from "../../task-logs/log-summary.ts";

export interface ShownAlert {
  readonly history: AlertHistory;
  readonly notes: readonly NoteRow[];
  readonly phase: Pick<PhaseAboutRow, "task" | "workflow" | "owner" | "description" | "runbook"> | null;
  readonly links: readonly Link[];
  /** Of the task that the alert is about. */
  readonly log: LogSummary | null;
  /** By whose clock it is told. */
  readonly zone: string;
}

export interface ShownChannel {
  readonly name: string;
  readonly kind: string;
  readonly matcher: AlertMatcher;
  readonly minFrequency: number;
  readonly maxFrequency: number;
}

export interface AlertReads {
  list(filter: AlertFilter): Promise<{ readonly rows: readonly AlertRow[]; readonly notes: readonly NoteRow[] }>;
  /** Null: there is no alert of that number. */
  shown(id: number): Promise<ShownAlert | null>;
  /** Newest first, at most 1,000. */
  silences(includeEnded: boolean): Promise<readonly SilenceRow[]>;
  channels(): Promise<readonly ShownChannel[]>;
}
