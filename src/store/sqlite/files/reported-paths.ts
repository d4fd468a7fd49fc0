import type { Statement, Statements } from "../database/connection.ts";
import { pathHash } from "./path-hash.ts";

/** A file event whose path was reported, and a task made of it. */
export interface EventTask {
  readonly phaseId: number;
  readonly recordId: number;
}

interface EarlierEvent {
  readonly id: number;
  readonly reportedBy: number | null;
}

/** More ancestors than a run that is of use has. */
const MAX_ANCESTORS = 100;

/** `reported_paths`: which record reported the path of a file. */
export class ReportedPaths {
  readonly #report: Statement;
  readonly #reporter: Statement<{ recordId: number }>;
  readonly #made: Statement<{ parentId: number | null; meta: string }>;
  readonly #event: Statement<EarlierEvent>;
  readonly #mark: Statement;
  readonly #tasks: Statement<EventTask>;

  constructor(statements: Statements) {
    this.#report = statements.prepare(
      "reported.add",
      `INSERT INTO reported_paths (path_hash, path, record_id, at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET record_id = excluded.record_id, at = excluded.at`,
    );
    this.#reporter = statements.prepare(
      "reported.by",
      "SELECT record_id AS recordId FROM reported_paths WHERE path_hash = ? AND path = ?",
    );
    this.#made = statements.prepare(
      "reported.made_of",
      "SELECT parent_id AS parentId, meta FROM task_records WHERE id = ?",
    );
    this.#event = statements.prepare(
      "reported.event",
      `SELECT id, reported_by AS reportedBy FROM file_messages INDEXED BY file_messages_path
       WHERE path_hash = ? AND path = ? AND received_at >= ? ORDER BY id DESC LIMIT 1`,
    );
    this.#mark = statements.prepare("reported.mark", "UPDATE file_messages SET reported_by = ? WHERE id = ?");
    this.#tasks = statements.prepare(
      "reported.tasks",
      `SELECT phase_id AS phaseId, record_id AS recordId FROM file_pattern_matches
       WHERE file_message_id = ? AND record_id IS NOT NULL`,
    );
  }

  add(path: string, recordId: number, now: number): void {
    this.#report.run(pathHash(path), path, recordId, now);
  }

  /** The newest record that reported the path; null when none did. */
  reporterOf(path: string): number | null {
    const found = this.#reporter.get(pathHash(path), path);
    return found === undefined || this.isMadeOf(found.recordId, path) ? null : found.recordId;
  }

  /** Whether the record, or one it came from, was made of this file: then it names the file without having written it. */
  isMadeOf(recordId: number, path: string): boolean {
    let next: number | null = recordId;
    for (let steps = 0; next !== null && steps < MAX_ANCESTORS; steps += 1) {
      const row: { parentId: number | null; meta: string } | undefined = this.#made.get(next);
      if (row === undefined) return false;
      if (new URLSearchParams(row.meta).getAll("file").includes(path)) return true;
      next = row.parentId;
    }
    return false;
  }

  /** The newest event about the path since then: a file's event may come before its task reports. */
  eventSince(path: string, since: number): EarlierEvent | null {
    return this.#event.get(pathHash(path), path, since) ?? null;
  }

  markEvent(eventId: number, recordId: number): void {
    this.#mark.run(recordId, eventId);
  }

  tasksOf(eventId: number): readonly EventTask[] {
    return this.#tasks.all(eventId);
  }
}
