import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { Delivery, FileEffects, FileMessage } from "../../../core/decide/decider.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { FileCountChanges, FileCounters } from "./file-counters.ts";
import { pathHash } from "./path-hash.ts";
import type { IdSequence } from "../database/id-sequences.ts";
import { InsertBatch } from "../database/insert-batch.ts";

const COLUMNS = [
  "id",
  "topic",
  "bus_id",
  "path",
  "bucket",
  "size",
  "line_count",
  "byte_count",
  "checksum",
  "etag",
  "generation",
  "created",
  "received_at",
  "task_time",
  "matched",
  "md5",
  "crc32c",
  "updated",
  "deliveries",
  "last_received_at",
  "first_id",
  "path_hash",
  "processing_ms",
  "tasks",
  "reported_by",
];
const NEAR_COLUMNS = [
  "file_message_id",
  "position",
  "phase_id",
  "language",
  "pattern",
  "tokens",
  "reason",
  "path_at",
  "pattern_at",
  "wanted",
  "found",
];

/** A phase that an event matched, and how many tasks it made of it. */
export interface PhaseMatch {
  readonly phaseId: number;
  readonly taskTime: WallMs | null;
  readonly gatherKey: string | null;
  readonly recordId: number | null;
  readonly tasks: number;
}

/** An event that the open transaction decided. */
export interface StoredFileRow {
  readonly id: number;
  readonly message: FileMessage;
  readonly firstId: number | null;
  readonly matches: readonly PhaseMatch[];
  readonly nearMisses: FileEffects["nearMisses"];
  /** The record that reported its path. */
  readonly reportedBy: number | null;
  repeats: number;
  lastReceivedAt: number | null;
}

/** The changes of a redriven event. */
export interface FileChange {
  readonly id: number;
  readonly receivedAt: number;
  readonly size: number;
  /** Phases that it newly matches, and phases that made another task of it. */
  readonly added: readonly PhaseMatch[];
  readonly repeated: readonly PhaseMatch[];
  readonly wasMatched: boolean;
  /** The phase it was nearest to before; 0 for none. */
  readonly wasNearest: number;
  readonly nearMisses: FileEffects["nearMisses"];
}

/**
 * Collects rows of `file_messages` and of the tables that refer to them until the transaction ends, when their processing
 * time is known, and inserts many at a time.
 */
export class FileRows extends InsertBatch {
  readonly #matchIds: IdSequence;
  readonly #now: () => number;
  readonly #onRollback: () => void;
  readonly #counters: FileCounters;
  readonly #matches: InsertBatch;
  readonly #nearMisses: InsertBatch;
  readonly #dropNearMisses: Statement;
  #pending: (StoredFileRow | FileChange)[] = [];
  /** Pending rows: by bus message, and the first of each path. */
  readonly #byBusId = new Map<string, StoredFileRow>();
  readonly #firstOf = new Map<string, StoredFileRow>();

  constructor(statements: Statements, matchIds: IdSequence, now: () => number, onRollback: () => void) {
    super(statements, "file", "file_messages", COLUMNS);
    this.#matchIds = matchIds;
    this.#now = now;
    this.#onRollback = onRollback;
    this.#counters = new FileCounters(statements);
    const matchColumns = ["id", "file_message_id", "phase_id", "task_time", "received_at", "gather_key", "record_id"];
    this.#matches = new InsertBatch(statements, "file.match", "file_pattern_matches", matchColumns);
    this.#nearMisses = new InsertBatch(statements, "file.near_miss", "file_near_misses", NEAR_COLUMNS);
    this.#dropNearMisses = statements.prepare(
      "file.drop_near_misses",
      "DELETE FROM file_near_misses WHERE file_message_id = ?",
    );
  }

  delivered({ topic, busId }: Delivery): StoredFileRow | null {
    return this.#byBusId.get(busKey(topic, busId)) ?? null;
  }

  firstOf(path: string): StoredFileRow | null {
    return this.#firstOf.get(path) ?? null;
  }

  byId(id: number): StoredFileRow | null {
    return (this.#pending.find((row) => row.id === id && "message" in row) as StoredFileRow | undefined) ?? null;
  }

  /** Pending events, oldest first; not the redriven ones. */
  decided(): readonly StoredFileRow[] {
    return this.#pending.filter((row): row is StoredFileRow => "message" in row);
  }

  /** Pending events about the path, newest first. */
  about(path: string): readonly StoredFileRow[] {
    if (!this.#firstOf.has(path)) return [];
    return this.decided()
      .filter((row) => row.message.event.path === path)
      .toReversed();
  }

  keep(row: StoredFileRow | FileChange): void {
    this.#pending.push(row);
    if ("message" in row) this.#index(row);
  }

  override mark(): number {
    return this.#pending.length;
  }

  override backTo(mark: number): void {
    this.#onRollback();
    this.#pending.length = mark;
    this.#byBusId.clear();
    this.#firstOf.clear();
    for (const row of this.#pending) if ("message" in row) this.#index(row);
    if (mark > 0) return;
    for (const batch of [this.#matches, this.#nearMisses]) batch.backTo(0);
    super.backTo(0);
  }

  override flush(): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    this.#byBusId.clear();
    this.#firstOf.clear();
    const now = this.#now();
    const counts = new FileCountChanges();
    for (const row of pending) {
      if ("message" in row) this.#write(row, now, counts);
      else this.#change(row, counts);
    }
    super.flush();
    this.#matches.flush();
    this.#nearMisses.flush();
    this.#counters.write(counts);
  }

  #index(row: StoredFileRow): void {
    const { topic, busId, event } = row.message;
    if (busId !== null) this.#byBusId.set(busKey(topic, busId), row);
    const { path } = event;
    if (!this.#firstOf.has(path)) this.#firstOf.set(path, row);
  }

  #write(row: StoredFileRow, now: number, counts: FileCountChanges): void {
    const { id, message, matches } = row;
    const { event, receivedAt } = message;
    const ms = Math.max(0, now - receivedAt);
    const tasks = matches.reduce((sum, match) => sum + match.tasks, 0);
    const size = Math.trunc(event.size);
    this.add(
      id,
      message.topic,
      message.busId,
      event.path,
      event.bucket,
      size,
      Math.trunc(event.linecnt),
      Math.trunc(event.bytecnt),
      event.checksum,
      event.etag,
      event.generation,
      event.created,
      receivedAt,
      message.taskTime,
      matches.length,
      event.md5,
      event.crc32c,
      event.updated,
      1 + row.repeats,
      row.lastReceivedAt,
      row.firstId,
      pathHash(event.path),
      ms,
      tasks,
      row.reportedBy,
    );
    const isMatched = matches.length > 0 ? 1 : 0;
    counts.add(0, receivedAt, { events: 1, bytes: size, matched: isMatched, unmatched: 1 - isMatched, tasks });
    counts.addDuration(0, receivedAt, ms);
    for (const match of matches) {
      const { phaseId, taskTime, gatherKey, recordId } = match;
      // Gathered matches are written at once: the next event of the group reads them.
      if (gatherKey === null)
        this.#matches.add(this.#matchIds.next(), id, phaseId, taskTime, receivedAt, null, recordId);
      counts.add(phaseId, receivedAt, { events: 1, bytes: size, matched: 1, tasks: match.tasks });
      counts.addDuration(phaseId, receivedAt, ms);
    }
    this.#addNearMisses(id, row.nearMisses);
    if (row.nearMisses[0] !== undefined) counts.add(row.nearMisses[0].phaseId, receivedAt, { events: 1, unmatched: 1 });
  }

  #change(row: FileChange, counts: FileCountChanges): void {
    const { id, receivedAt, size, added, repeated, nearMisses } = row;
    const tasks = [...added, ...repeated].reduce((sum, match) => sum + match.tasks, 0);
    const turned = !row.wasMatched && added.length > 0 ? 1 : 0;
    counts.add(0, receivedAt, { matched: turned, unmatched: -turned, tasks });
    for (const match of added) {
      counts.add(match.phaseId, receivedAt, { events: 1, bytes: size, matched: 1, tasks: match.tasks });
    }
    for (const match of repeated) counts.add(match.phaseId, receivedAt, { tasks: match.tasks });
    const nearest = nearMisses[0]?.phaseId ?? 0;
    if (nearest !== row.wasNearest) {
      if (row.wasNearest > 0) counts.add(row.wasNearest, receivedAt, { events: -1, unmatched: -1 });
      if (nearest > 0) counts.add(nearest, receivedAt, { events: 1, unmatched: 1 });
    }
    this.#dropNearMisses.run(id);
    this.#addNearMisses(id, nearMisses);
  }

  #addNearMisses(id: number, nearMisses: FileEffects["nearMisses"]): void {
    nearMisses.forEach(({ phaseId, alignment: { pattern, language, tokens, stop } }, position) => {
      if (stop === null) return;
      const { reason, pathAt, patternAt, wanted, found } = stop;
      const text = JSON.stringify(tokens);
      this.#nearMisses.add(
        id,
        position,
        phaseId,
        language,
        pattern,
        text,
        reason,
        pathAt,
        patternAt,
        wanted.toWellFormed(),
        found.toWellFormed(),
      );
    });
  }
}

function busKey(topic: string, busId: string): string {
  return `${topic}\n${busId}`;
}
