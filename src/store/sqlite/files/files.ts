import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type {
  Delivery,
  FileEffects,
  FileMessage,
  GatheredFile,
  GatheredNeed,
  GatheredState,
  StoredFileEvent,
  UsedFiles,
} from "../../../core/decide/decider.ts";
import type { FileEvent } from "../../../contract/file-event.ts";
import { present } from "../../../contract/present.ts";
import type { GatheringRow } from "../../file-queries.ts";
import type { FilesSpan } from "../../store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import { type FileChange, type StoredFileRow, FileRows, type PhaseMatch } from "./file-rows.ts";
import { pathHash } from "./path-hash.ts";
import type { ChangeLog } from "../write/change-log.ts";

const VERSION_KEYS = ["created", "checksum", "etag", "generation", "md5"] as const;

/** What an event says of the content of its file. */
type SeenVersion = Pick<FileEvent, "size" | (typeof VERSION_KEYS)[number]>;

interface StoredRow {
  readonly topic: string;
  readonly bus_id: string | null;
  readonly path: string;
  readonly bucket: string;
  readonly size: number;
  readonly line_count: number;
  readonly byte_count: number;
  readonly checksum: string;
  readonly etag: string;
  readonly generation: string;
  readonly md5: string;
  readonly crc32c: string;
  readonly updated: number | null;
  readonly created: number | null;
  readonly received_at: number;
  readonly task_time: WallMs | null;
  readonly matched: number;
  readonly reported_by: number | null;
}

/** A stored event, to be redriven. */
export interface StoredFile {
  readonly file: StoredFileEvent;
  readonly wasMatched: boolean;
  readonly wasNearest: number;
  /** The record that reported its path. */
  readonly reportedBy: number | null;
}

/** `file_messages`, `file_pattern_matches`, `file_near_misses` and `watched_files`. */
export class Files {
  /** Rows of the open transaction; the writer flushes them. */
  readonly rows: FileRows;
  readonly #ids: IdSequence;
  readonly #matchIds: IdSequence;
  readonly #known: Statement<{ id: number }>;
  readonly #repeated: Statement;
  readonly #first: Statement<{ id: number }>;
  readonly #stored: Statement<StoredRow>;
  readonly #matchesOf: Statement<StoredFileEvent["matches"][number] & { readonly matchId: number }>;
  readonly #nearest: Statement<{ phaseId: number }>;
  readonly #redriven: Statement;
  readonly #match: Statement;
  readonly #take: Statement;
  readonly #waiting: Statement<{ id: number }>;
  readonly #gathered: Statement<{ matchId: number; fileId: number; path: string | null }>;
  readonly #reporters: Statement<{ recordId: number }>;
  /** Different files that wait, by phase and key, once counted; forgotten when a transaction is rolled back. */
  readonly #counts = new Map<string, number>();
  readonly #used: Statement<SeenVersion & { readonly recordId: number }>;
  readonly #timed: Statement<{ taskTime: number; path: string }>;
  readonly #untimed: Statement<{ taskTime: null; path: string }>;
  readonly #gathering: Statement<Omit<GatheringRow, "have"> & { bytes: Buffer }>;
  readonly #fingerprint: Statement<{ fingerprint: string }>;
  readonly #mark: Statement;
  readonly #follow: Statement;
  readonly #changes: ChangeLog;

  /** `now`: to measure how long an event took. */
  constructor(statements: Statements, ids: IdSequences, now: () => number, changes: ChangeLog) {
    this.#changes = changes;
    this.#matchIds = ids.of("file_pattern_matches", 1024);
    this.rows = new FileRows(statements, this.#matchIds, now, () => this.#counts.clear());
    this.#ids = ids.of("file_messages", 1024);
    this.#known = statements.prepare(
      "file.known",
      "SELECT id FROM file_messages WHERE topic = ? AND bus_id = ? AND bus_id IS NOT NULL",
    );
    this.#repeated = statements.prepare(
      "file.repeated",
      "UPDATE file_messages SET deliveries = deliveries + 1, last_received_at = ? WHERE id = ?",
    );
    this.#first = statements.prepare(
      "file.first",
      // In index order; with an explicit ORDER BY SQLite plans the query again at each use.
      "SELECT ifnull(first_id, id) AS id FROM file_messages INDEXED BY file_messages_path WHERE path_hash = ? AND path = ? LIMIT 1",
    );
    this.#stored = statements.prepare(
      "file.kept",
      `SELECT topic, bus_id, path, bucket, size, line_count, byte_count, checksum, etag, generation, md5, crc32c, updated,
         created, received_at, task_time, matched, reported_by FROM file_messages WHERE id = ?`,
    );
    this.#matchesOf = statements.prepare(
      "file.matches_of",
      `SELECT id AS matchId, phase_id AS phaseId, gather_key AS gatherKey, record_id AS recordId FROM file_pattern_matches
       WHERE file_message_id = ? ORDER BY phase_id`,
    );
    this.#nearest = statements.prepare(
      "file.nearest",
      "SELECT phase_id AS phaseId FROM file_near_misses WHERE file_message_id = ? AND position = 0",
    );
    this.#redriven = statements.prepare(
      "file.redriven",
      "UPDATE file_messages SET matched = ?, tasks = tasks + ? WHERE id = ?",
    );
    this.#match = statements.prepare(
      "file.match",
      `INSERT INTO file_pattern_matches (id, file_message_id, phase_id, task_time, received_at, gather_key, record_id) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET record_id = excluded.record_id, gather_key = excluded.gather_key WHERE record_id IS NULL`,
    );
    this.#take = statements.prepare(
      "file.take",
      "UPDATE file_pattern_matches SET record_id = ? WHERE id IN (SELECT value FROM json_each(?))",
    );
    // By the file first (CROSS), here and in `file.used`: a hundred thousand matches may wait.
    this.#waiting = statements.prepare(
      "file.waiting",
      `SELECT m.id FROM file_messages f INDEXED BY file_messages_path
       CROSS JOIN file_pattern_matches m INDEXED BY file_pattern_matches_key
         ON m.file_message_id = f.id AND m.phase_id = ? AND m.gather_key = ? AND m.record_id IS NULL
       WHERE f.path_hash = ? AND f.path = ? LIMIT 1`,
    );
    this.#gathered = statements.prepare(
      "file.gathered",
      `SELECT m.id AS matchId, m.file_message_id AS fileId, f.path FROM file_pattern_matches m
       LEFT JOIN file_messages f ON f.id = m.file_message_id
       WHERE m.phase_id = ? AND m.gather_key = ? AND m.gather_key IS NOT NULL AND m.record_id IS NULL ORDER BY m.id`,
    );
    this.#reporters = statements.prepare(
      "file.reporters",
      `SELECT f.reported_by AS recordId FROM json_each(?) e CROSS JOIN file_pattern_matches m ON m.id = e.value
       JOIN file_messages f ON f.id = m.file_message_id WHERE f.reported_by IS NOT NULL`,
    );
    this.#used = statements.prepare(
      "file.used",
      `SELECT m.record_id AS recordId, f.size, f.created, f.checksum, f.etag, f.generation, f.md5
       FROM file_messages f INDEXED BY file_messages_path
       CROSS JOIN file_pattern_matches m INDEXED BY file_pattern_matches_key
         ON m.file_message_id = f.id AND m.phase_id = ? AND m.gather_key = ? AND m.record_id IS NOT NULL
       WHERE f.path_hash = ? AND f.path = ? ORDER BY f.id DESC LIMIT 1`,
    );
    // The first file of the next task time: a skip scan, however many files wait.
    this.#gathering = statements.prepare(
      "file.gathering",
      `SELECT gather_key AS gatherKey, CAST(gather_key AS BLOB) AS bytes, received_at AS since FROM file_pattern_matches
       WHERE phase_id = ? AND gather_key > CAST(? AS TEXT) AND gather_key IS NOT NULL AND record_id IS NULL ORDER BY gather_key, id LIMIT 1`,
    );
    const seen =
      "SELECT m.task_time AS taskTime, f.path FROM file_pattern_matches m JOIN file_messages f ON f.id = m.file_message_id WHERE m.phase_id = ?";
    this.#timed = statements.prepare("file.timed", `${seen} AND m.task_time > ? AND m.task_time <= ?`);
    this.#untimed = statements.prepare("file.untimed", `${seen} AND m.task_time IS NULL AND m.received_at >= ?`);
    this.#fingerprint = statements.prepare(
      "watched.fingerprint",
      "SELECT fingerprint FROM watched_files WHERE path = ?",
    );
    this.#follow = statements.prepare(
      "watched.follow",
      `INSERT OR IGNORE INTO watched_files SELECT ? || substr(path, length(?) + 1), fingerprint, seen_at FROM watched_files
       WHERE path >= ? AND path < ?`,
    );
    this.#mark = statements.prepare(
      "watched.mark",
      `INSERT INTO watched_files (path, fingerprint, seen_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, seen_at = excluded.seen_at`,
    );
  }

  /** Counts a repeated delivery and returns the id of its event. Null: the message is new. */
  repeat(delivery: Delivery, receivedAt: number): number | null {
    const pending = this.rows.delivered(delivery);
    if (pending !== null) {
      pending.repeats += 1;
      pending.lastReceivedAt = receivedAt;
      return pending.id;
    }
    const known = this.#known.get(delivery.topic, delivery.busId)?.id ?? null;
    if (known === null) return null;
    this.#repeated.run(receivedAt, known);
    this.#changes.note("files", known);
    return known;
  }

  nextId(): number {
    return this.#ids.next();
  }

  /** Adds a decided event. */
  add(
    id: number,
    message: FileMessage,
    matches: readonly PhaseMatch[],
    nearMisses: FileEffects["nearMisses"],
    reportedBy: number | null,
  ): void {
    const { path } = message.event;
    const pending = this.rows.firstOf(path);
    const firstId = pending === null ? this.#first.get(pathHash(path), path)?.id : (pending.firstId ?? pending.id);
    for (const match of matches) if (match.gatherKey !== null) this.#addMatch(id, message, match);
    const row: StoredFileRow = {
      id,
      message,
      firstId: firstId ?? null,
      matches,
      nearMisses,
      reportedBy,
      repeats: 0,
      lastReceivedAt: null,
    };
    this.rows.keep(row);
    this.#changes.note("files", id);
  }

  /** Null when the event does not exist. */
  stored(id: number): StoredFile | null {
    const row = this.#stored.get(id);
    if (row === undefined) return null;
    const event = {
      path: row.path,
      size: row.size,
      linecnt: row.line_count,
      bytecnt: row.byte_count,
      checksum: row.checksum,
      created: row.created,
      isDir: false,
      files: 0,
      bucket: row.bucket,
      etag: row.etag,
      generation: row.generation,
      md5: row.md5,
      crc32c: row.crc32c,
      updated: row.updated,
    };
    const { topic, bus_id: busId, received_at: receivedAt, task_time: taskTime } = row;
    return {
      file: {
        fileMessageId: id,
        message: { event, busId, topic, payload: "", receivedAt, taskTime },
        matches: this.#matchesOf.all(id),
      },
      wasMatched: row.matched > 0,
      wasNearest: this.#nearest.get(id)?.phaseId ?? 0,
      reportedBy: row.reported_by,
    };
  }

  /** Records the changes of a redriven event. */
  change(stored: StoredFile, matches: readonly PhaseMatch[], nearMisses: FileEffects["nearMisses"]): void {
    const { file, wasMatched, wasNearest } = stored;
    const { fileMessageId: id, message } = file;
    const before = new Set(file.matches.map((match) => match.phaseId));
    for (const match of matches) this.#addMatch(id, message, match);
    const added = matches.filter((match) => !before.has(match.phaseId));
    const repeated = matches.filter((match) => before.has(match.phaseId));
    this.#redriven.run(before.size + added.length, tasksOf(matches), id);
    const change: FileChange = {
      id,
      receivedAt: message.receivedAt,
      size: message.event.size,
      added,
      repeated,
      wasMatched,
      wasNearest,
      // Earlier matches stay, so only an event that never matched has near misses.
      nearMisses: before.size + added.length > 0 ? [] : nearMisses,
    };
    this.rows.keep(change);
    this.#changes.note("files", id);
  }

  #addMatch(id: number, message: FileMessage, { phaseId, taskTime, gatherKey, recordId }: PhaseMatch): void {
    const { event, receivedAt } = message;
    if (gatherKey !== null && recordId === null) {
      const count = this.#counts.get(`${phaseId}|${gatherKey}`);
      if (count !== undefined && !this.#isWaiting(phaseId, gatherKey, event.path))
        this.#counts.set(`${phaseId}|${gatherKey}`, count + 1);
    }
    this.#match.run(this.#matchIds.next(), id, phaseId, taskTime, receivedAt, gatherKey, recordId);
  }

  claim({ phaseId, gatherKey, matchIds }: UsedFiles, recordId: number): void {
    this.#take.run(recordId, JSON.stringify(matchIds));
    this.#counts.delete(`${phaseId}|${gatherKey}`);
  }

  /** The files are counted as they come, and read once there are enough: each costs the same, however many wait. */
  gatheredState({ phaseId, gatherKey, event, want }: GatheredNeed): GatheredState {
    const have = this.#count(phaseId, gatherKey) + (this.#isWaiting(phaseId, gatherKey, event.path) ? 0 : 1);
    const files = have < want ? null : this.gathered(phaseId, gatherKey);
    return { have, files, usedBy: this.#usedBy(phaseId, gatherKey, event) };
  }

  #count(phaseId: number, gatherKey: string): number {
    const key = `${phaseId}|${gatherKey}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const count = new Set(this.gathered(phaseId, gatherKey).map(({ path }) => path)).size;
    this.#counts.set(key, count);
    return count;
  }

  /** Whether the file waits already. */
  #isWaiting(phaseId: number, gatherKey: string, path: string): boolean {
    for (const { id } of this.rows.about(path)) {
      const match = this.#matchesOf.all(id).find((one) => one.phaseId === phaseId);
      if (match?.gatherKey === gatherKey && match.recordId === null) return true;
    }
    return this.#waiting.get(phaseId, gatherKey, pathHash(path), path) !== undefined;
  }

  gathered(phaseId: number, gatherKey: string): readonly GatheredFile[] {
    return this.#gathered.all(phaseId, gatherKey).map(({ matchId, fileId, path }) => ({
      matchId,
      path: path ?? present(this.rows.byId(fileId), `file event ${fileId}`).message.event.path,
    }));
  }

  /** The records that reported the files of these matches. */
  reportersOf(matchIds: readonly number[]): ReadonlySet<number> {
    const found = new Set(this.#reporters.all(JSON.stringify(matchIds)).map(({ recordId }) => recordId));
    const used = new Set(matchIds);
    for (const { id, reportedBy } of this.rows.decided()) {
      if (reportedBy !== null && this.#matchesOf.all(id).some(({ matchId }) => used.has(matchId)))
        found.add(reportedBy);
    }
    return found;
  }

  /** The task that was made of this very file, by what its event says of its content; null when it says too little. */
  #usedBy(phaseId: number, gatherKey: string, event: FileEvent): number | null {
    if (event.created === null && event.generation === "" && event.etag === "") return null;
    for (const { id, message } of this.rows.about(event.path)) {
      const match = this.#matchesOf.all(id).find((one) => one.phaseId === phaseId && one.gatherKey === gatherKey);
      if (match !== undefined && match.recordId !== null)
        return isSameVersion(message.event, event) ? match.recordId : null;
    }
    const used = this.#used.get(phaseId, gatherKey, pathHash(event.path), event.path);
    return used !== undefined && isSameVersion(used, event) ? used.recordId : null;
  }

  /** By bytes: text that is not valid UTF-8 is another text once it was read. */
  gathering(phaseId: number): readonly GatheringRow[] {
    const found: GatheringRow[] = [];
    let row = this.#gathering.get(phaseId, "");
    while (row !== undefined) {
      const { bytes, ...one } = row;
      found.push({ ...one, have: this.#counts.get(`${phaseId}|${row.gatherKey}`) ?? null });
      row = this.#gathering.get(phaseId, bytes);
    }
    return found;
  }

  /** Number of different files of the task time that has the most of them: one that came twice counts once. */
  seen(span: FilesSpan): number {
    const paths = new Map<number | null, Set<string>>();
    const timed = this.#timed.all(span.phaseId, span.taskTimeAfter, span.taskTimeUntil);
    for (const { taskTime, path } of [...timed, ...this.#untimed.all(span.phaseId, span.untimedSince)])
      paths.set(taskTime, (paths.get(taskTime) ?? new Set()).add(path));
    return Math.max(0, ...[...paths.values()].map((seen) => seen.size));
  }

  fingerprint(path: string): string | null {
    return this.#fingerprint.get(path)?.fingerprint ?? null;
  }

  follow(from: string, to: string): number {
    // All paths that begin with the folder and a slash, which 0 follows.
    return this.#follow.run(to, from, `${from}/`, `${from}0`).changes;
  }

  mark(path: string, fingerprint: string, now: number): void {
    this.#mark.run(path, fingerprint, now);
  }
}

function isSameVersion(one: SeenVersion, other: SeenVersion): boolean {
  return VERSION_KEYS.every((key) => one[key] === other[key]) && Math.trunc(one.size) === Math.trunc(other.size);
}

function tasksOf(matches: readonly PhaseMatch[]): number {
  return matches.reduce((sum, match) => sum + match.tasks, 0);
}
