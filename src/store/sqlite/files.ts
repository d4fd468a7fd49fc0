import type { FileEffects, FileMessage, GatheredFile } from "../../core/decider.ts";
import type { FilesSpan } from "../store.ts";
import type { Statement, Statements } from "./connection.ts";

/** `file_messages`, `file_pattern_matches` and `watched_files`. */
export class Files {
  readonly #insert: Statement;
  readonly #known: Statement<{ id: number }>;
  readonly #setMatched: Statement;
  readonly #match: Statement;
  readonly #take: Statement;
  readonly #gathered: Statement<GatheredFile>;
  readonly #timed: Statement<{ path: string }>;
  readonly #untimed: Statement<{ path: string }>;
  readonly #fingerprint: Statement<{ fingerprint: string }>;
  readonly #mark: Statement;

  constructor(statements: Statements) {
    this.#insert = statements.prepare(
      "file.insert",
      `INSERT INTO file_messages (topic, bus_id, path, bucket, size, line_count, byte_count, checksum, etag, generation, created, received_at, task_time)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#known = statements.prepare(
      "file.known",
      "SELECT id FROM file_messages WHERE topic = ? AND bus_id = ? AND bus_id IS NOT NULL",
    );
    this.#setMatched = statements.prepare("file.set_matched", "UPDATE file_messages SET matched = ? WHERE id = ?");
    this.#match = statements.prepare(
      "file.match",
      `INSERT INTO file_pattern_matches (file_message_id, phase_id, task_time, received_at, gather_key, record_id) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#take = statements.prepare("file.take", "UPDATE file_pattern_matches SET record_id = ? WHERE id = ?");
    this.#gathered = statements.prepare(
      "file.gathered",
      `SELECT m.id AS matchId, f.path FROM file_pattern_matches m JOIN file_messages f ON f.id = m.file_message_id
       WHERE m.phase_id = ? AND m.gather_key = ? AND m.gather_key IS NOT NULL AND m.record_id IS NULL ORDER BY m.id`,
    );
    const seen =
      "SELECT f.path FROM file_pattern_matches m JOIN file_messages f ON f.id = m.file_message_id WHERE m.phase_id = ?";
    this.#timed = statements.prepare("file.timed", `${seen} AND m.task_time > ? AND m.task_time <= ?`);
    this.#untimed = statements.prepare("file.untimed", `${seen} AND m.task_time IS NULL AND m.received_at >= ?`);
    this.#fingerprint = statements.prepare(
      "watched.fingerprint",
      "SELECT fingerprint FROM watched_files WHERE path = ?",
    );
    this.#mark = statements.prepare(
      "watched.mark",
      `INSERT INTO watched_files (path, fingerprint, seen_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, seen_at = excluded.seen_at`,
    );
  }

  /** Row of an event that came before under the same id of the bus. */
  known(message: FileMessage): number | null {
    return message.busId === null ? null : (this.#known.get(message.topic, message.busId)?.id ?? null);
  }

  add(message: FileMessage): number {
    const { event } = message;
    const done = this.#insert.run(
      message.topic,
      message.busId,
      event.path,
      event.bucket,
      Math.trunc(event.size),
      Math.trunc(event.linecnt),
      Math.trunc(event.bytecnt),
      event.checksum,
      event.etag,
      event.generation,
      event.created,
      message.receivedAt,
      message.taskTime,
    );
    return Number(done.lastInsertRowid);
  }

  setMatched(fileMessageId: number, count: number): void {
    this.#setMatched.run(count, fileMessageId);
  }

  match(
    fileMessageId: number,
    message: FileMessage,
    match: FileEffects["matches"][number],
    recordId: number | null,
  ): void {
    this.#match.run(fileMessageId, match.phaseId, message.taskTime, message.receivedAt, match.gatherKey, recordId);
  }

  take(matchIds: readonly number[], recordId: number): void {
    for (const id of matchIds) this.#take.run(recordId, id);
  }

  gathered(phaseId: number, gatherKey: string): readonly GatheredFile[] {
    return this.#gathered.all(phaseId, gatherKey);
  }

  /** Different files: one that came twice counts once. */
  seen(span: FilesSpan): number {
    const timed = this.#timed.all(span.phaseId, span.taskTimeAfter, span.taskTimeUntil);
    const untimed = this.#untimed.all(span.phaseId, span.untimedSince);
    return new Set([...timed, ...untimed].map((row) => row.path)).size;
  }

  fingerprint(path: string): string | null {
    return this.#fingerprint.get(path)?.fingerprint ?? null;
  }

  mark(path: string, fingerprint: string, now: number): void {
    this.#mark.run(path, fingerprint, now);
  }
}
