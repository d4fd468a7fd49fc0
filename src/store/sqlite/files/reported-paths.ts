import { canonicalPath } from "../../../contract/file-path.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { pathHash } from "./path-hash.ts";

/** A file event whose path was reported, and a task made of it. */
export interface EventTask {
  readonly phaseId: number;
  readonly recordId: number;
}

interface EarlierEvent {
  readonly id: number;
  readonly receivedAt: number;
  readonly reportedBy: number | null;
}

/** More ancestors than a run that is of use has. */
const MAX_ANCESTORS = 100;
/** Events about one path while one task ran. */
const MAX_EVENTS = 20;

/** `reported_paths`: which record reported the path of a file. Paths are canonical. */
export class ReportedPaths {
  readonly #report: Statement;
  readonly #reporter: Statement<{ recordId: number }>;
  readonly #parent: Statement<{ parentId: number | null; origin: string }>;
  readonly #files: Statement<{ data: string }>;
  readonly #events: Statement<EarlierEvent>;
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
    this.#parent = statements.prepare(
      "reported.parent",
      "SELECT parent_id AS parentId, origin FROM task_records WHERE id = ?",
    );
    // The decision that made the task names its files; the meta may be what its worker made of it.
    this.#files = statements.prepare(
      "reported.files",
      "SELECT data FROM decisions WHERE record_id = ? AND record_id IS NOT NULL AND code IN ('file_matched', 'held')",
    );
    this.#events = statements.prepare(
      "reported.events",
      `SELECT id, received_at AS receivedAt, reported_by AS reportedBy FROM file_messages INDEXED BY file_messages_path
       WHERE path_hash = ? AND path = ? ORDER BY id DESC LIMIT ${MAX_EVENTS}`,
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
    return this.#reporter.get(pathHash(path), path)?.recordId ?? null;
  }

  /** The files that the record, or one it came from, was made of: it names them without having written them. */
  inputsOf(recordId: number): ReadonlySet<string> {
    const inputs = new Set<string>();
    let next: number | null = recordId;
    for (let steps = 0; next !== null && steps < MAX_ANCESTORS; steps += 1) {
      const row: { parentId: number | null; origin: string } | undefined = this.#parent.get(next);
      if (row === undefined) break;
      if (row.origin === "file") for (const path of this.filesOf(next)) inputs.add(path);
      next = row.parentId;
    }
    return inputs;
  }

  /** The files that the task was made of. */
  filesOf(recordId: number): readonly string[] {
    return this.#files.all(recordId).flatMap(({ data }) => {
      const { files = [] } = JSON.parse(data) as { readonly files?: readonly string[] };
      return files.map(canonicalPath);
    });
  }

  /** The newest events about the path since then: a file's event may come before its task reports. */
  eventsSince(spellings: readonly string[], since: number): readonly EarlierEvent[] {
    return spellings
      .flatMap((path) => this.#events.all(pathHash(path), path))
      .filter(({ receivedAt }) => receivedAt >= since);
  }

  markEvent(eventId: number, recordId: number): void {
    this.#mark.run(recordId, eventId);
  }

  tasksOf(eventId: number): readonly EventTask[] {
    return this.#tasks.all(eventId);
  }
}
