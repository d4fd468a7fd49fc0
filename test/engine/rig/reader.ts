import Database from "better-sqlite3";
import { openBare } from "../../store/sqlite/scratch.ts";

/** A row as the database stores it, with the columns of docs/database.md. */
type Row<Numbers extends string, Texts extends string, Maybes extends string = never> = Readonly<
  Record<Numbers, number> & Record<Texts, string> & Record<Maybes, number | null>
>;

export type StoredTask = Row<
  "id" | "attempt" | "first_attempt_id" | "phase_id" | "position" | "held",
  "task_id" | "type" | "job" | "info" | "meta" | "msg" | "state" | "result" | "origin" | "workflow",
  "parent_id" | "task_time" | "scheduled_at" | "deadline_at" | "started" | "ended" | "finished_at"
>;

export interface StoredDecision extends Row<"id" | "phase_id", "code", "record_id" | "file_message_id" | "task_time"> {
  readonly data: Readonly<Record<string, unknown>>;
}

export type StoredAlert = Row<
  "id" | "at_once" | "count" | "open" | "newest_id",
  "type" | "severity" | "state" | "task_type" | "job" | "workflow" | "message" | "notify",
  "record_id" | "task_time" | "silence_id"
>;

type StoredRelationship = Row<"phase_id" | "position" | "parent_id" | "child_id", "kind">;
type StoredCounts = Row<
  "at" | "total" | "complete" | "error" | "warn" | "unknown" | "cancelled" | "run_ms",
  "type" | "job"
>;
type StoredChange = Row<"id" | "alert_id", "state" | "by" | "note">;
type StoredOccurrence = Row<"id" | "alert_id" | "reopened", "task_id" | "message">;
type StoredFile = Row<"id" | "size" | "matched" | "tasks", "path", "created" | "task_time">;
type StoredMatch = Row<"id" | "file_message_id" | "phase_id", never, "record_id">;
type StoredMiss = Row<"file_message_id" | "phase_id" | "path_at", "pattern" | "reason">;
type StoredFileCounts = Row<"phase_id" | "events" | "matched" | "unmatched" | "tasks", never>;

/**
 * The queries of the tests that the store's port does not have: all rows, oldest first. Another
 * adapter has a file like this one, and nothing else in the suite knows how rows are stored.
 */
export class Reader {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** As an earlier version left it: nothing is known of the failures yet. */
  forgetFailures(): void {
    this.#run(
      "DELETE FROM task_failures",
      'INSERT OR REPLACE INTO unread_failures (result, below) SELECT value, 1e9 FROM json_each(\'["error", "alert"]\')',
    );
  }

  /** As a cleanup leaves it. */
  forgetTask(id: number): void {
    this.#run(`DELETE FROM task_records WHERE id = ${id}`);
  }

  tasks(): readonly StoredTask[] {
    return this.#all("task_records ORDER BY id");
  }

  /** Of this code, or all. */
  decisions(code?: string): readonly StoredDecision[] {
    const rows: readonly (StoredDecision & { data: string })[] = this.#all("decisions ORDER BY id");
    return rows
      .filter((row) => code === undefined || row.code === code)
      .map((row) => ({ ...row, data: JSON.parse(row.data) as StoredDecision["data"] }));
  }

  relationships(): readonly StoredRelationship[] {
    return this.#all("task_relationships ORDER BY kind, parent_id");
  }

  /** Tasks counted by hour or day, type and job; `at` is when the hour or day begins. */
  counts(by: "hour" | "day"): readonly StoredCounts[] {
    const table = by === "hour" ? "task_counts_hourly" : "task_counts_daily";
    const rows: readonly (StoredCounts & Record<typeof by, number>)[] = this.#all(`${table} ORDER BY ${by}, type, job`);
    return rows.map(({ [by]: at, ...row }) => ({ ...row, at }));
  }

  /** The cursors of the schedules, by phase. */
  cursors(): readonly number[] {
    const rows: readonly Row<"cursor_at", never>[] = this.#all("schedules ORDER BY phase_id");
    return rows.map((row) => row.cursor_at);
  }

  /** When its messages are due, the first one first. */
  outboxDue(): readonly number[] {
    const rows: readonly { readonly due_at: number }[] = this.#all("outbox ORDER BY due_at, id");
    return rows.map((row) => row.due_at);
  }

  outbox(): readonly Row<"id", "topic", "record_id">[] {
    return this.#all("outbox ORDER BY id");
  }

  alerts(): readonly StoredAlert[] {
    return this.#all("alert_records ORDER BY id");
  }

  alertChanges(): readonly StoredChange[] {
    return this.#all("alert_changes ORDER BY id");
  }

  occurrences(): readonly StoredOccurrence[] {
    return this.#all("alert_occurrences ORDER BY id");
  }

  notifications(): readonly Row<"id", "channel" | "state">[] {
    return this.#all("alert_notifications ORDER BY id");
  }

  /** What each channel was notified of, and not yet of its end. */
  notified(): readonly Row<"alert_id", "channel">[] {
    return this.#all("notified_alerts ORDER BY channel, alert_id");
  }

  /** When its notifications are due. */
  notificationsDue(): readonly number[] {
    const rows: readonly { readonly due_at: number }[] = this.#all("alert_notifications ORDER BY id");
    return rows.map((row) => row.due_at);
  }

  /** The cursors of each channel: the last occurrence planned for its summaries, and for its immediate notifications. */
  channels(): readonly Row<"cursor_id" | "immediate_cursor_id", "name">[] {
    return this.#all("alert_channels ORDER BY name");
  }

  silences(): readonly Row<"id", never>[] {
    return this.#all("silences ORDER BY id");
  }

  files(): readonly StoredFile[] {
    return this.#all("file_messages ORDER BY id");
  }

  fileMatches(): readonly StoredMatch[] {
    return this.#all("file_pattern_matches ORDER BY id");
  }

  /** Of each event the nearest phase first. */
  nearMisses(): readonly StoredMiss[] {
    return this.#all("file_near_misses ORDER BY file_message_id, position");
  }

  /** By phase; phase 0 is the total. */
  fileCounts(): readonly StoredFileCounts[] {
    return this.#all("file_counts_hourly ORDER BY phase_id, hour");
  }

  /** Insert a notification that no planner made. */
  plantNotification(input: PlantedNotification): void {
    const db = openBare(this.#path);
    try {
      db.prepare(
        `INSERT INTO alert_notifications (channel, kind, state, delivery_id, alerts, occurrences, after_id, until_id, text,
           interval_ms, created_at, due_at, attempts, answer, finished_at)
         VALUES (@channel, 'summary', @state, 'planted-' || @at, @alerts, 1, @after, @until, '', 0, @at, @due, @attempts, @answer, @finishedAt)`,
      ).run({ ...input, alerts: JSON.stringify([{ id: input.alert }]) });
    } finally {
      db.close();
    }
  }

  /** A separate connection: it does not see what the store has not committed. Callers name the row type. */
  #run(...statements: readonly string[]): void {
    const db = openBare(this.#path);
    for (const sql of statements) db.exec(sql);
    db.close();
  }

  #all(from: string): readonly never[] {
    const db = new Database(this.#path, { readonly: true });
    try {
      return db.prepare<[], never>(`SELECT * FROM ${from}`).all();
    } finally {
      db.close();
    }
  }
}

export interface PlantedNotification {
  readonly channel: string;
  readonly state: "waiting" | "sent" | "failed";
  /** The alert that it is about. */
  readonly alert: number;
  /** It covers the occurrences after this one, up to that. */
  readonly after: number;
  readonly until: number;
  readonly at: number;
  readonly due: number;
  readonly attempts: number;
  readonly answer: string;
  readonly finishedAt: number | null;
}
