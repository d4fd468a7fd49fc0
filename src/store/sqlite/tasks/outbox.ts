import { type ClockSetBack } from "../../schedule-rows.ts";
import { writeTaskMessage } from "../../../contract/task-message.ts";
import type { OutboxRow, RefusedTask } from "../../outbox-row.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import { InsertBatch } from "../database/insert-batch.ts";
import { messageOf, type MessageRow } from "./task-records.ts";

/** A free row with its record; the record's columns are null for a message without a record. */
interface DueRow extends MessageRow {
  readonly id: number;
  readonly recordId: number | null;
  readonly payload: string | null;
  readonly dueAt: number;
  readonly state: string | null;
}

/** A free row claimed for publishing. */
export interface Claim {
  readonly row: OutboxRow;
  readonly dueAt: number;
  /** The record that waited for this moment and becomes `queued`, if any. */
  readonly wakes: number | null;
}

/**
 * `outbox`. A row that is due at once is inserted as owned by this process and is in no index, so inserting and deleting
 * it costs one row each. Only free rows are indexed.
 */
export class Outbox {
  readonly batch: InsertBatch;
  readonly #delete: Statement;
  readonly #own: Statement;
  readonly #release: Statement;
  readonly #releaseAll: Statement;
  readonly #task: Statement<RefusedTask>;
  readonly #topics: Statement<{ topic: string }>;
  #damaged: string | null = null;
  readonly #due: Statement<DueRow>;
  readonly #firstDue: Statement<{ dueAt: number }>;
  readonly #later: Statement<{ id: number; dueAt: number; decidedAt: number | null }>;
  readonly #move: Statement;
  readonly #moveRecord: Statement;
  readonly #owner: string;
  readonly #ids: IdSequence;

  constructor(statements: Statements, ids: IdSequences, owner: string, now: number) {
    this.#owner = owner;
    // A bus may remember message ids that a restored older database no longer has, so ids start from the clock.
    this.#ids = ids.of("outbox", 4096, now * 1024);
    const columns = ["id", "record_id", "topic", "payload", "due_at", "owner"];
    this.batch = new InsertBatch(statements, "outbox", "outbox", columns);
    this.#delete = statements.prepare("outbox.delete", "DELETE FROM outbox WHERE id BETWEEN ? AND ?");
    this.#own = statements.prepare("outbox.own", "UPDATE outbox SET owner = ? WHERE id = ?");
    this.#release = statements.prepare("outbox.release", "UPDATE outbox SET owner = NULL, due_at = ? WHERE id = ?");
    this.#releaseAll = statements.prepare(
      "outbox.release_all",
      "UPDATE outbox SET owner = NULL WHERE owner IS NOT NULL AND held IS NULL",
    );
    this.#task = statements.prepare(
      "outbox.task",
      `SELECT r.id AS recordId, r.phase_id AS phaseId, r.task_id AS taskId, r.type, r.job, r.meta, r.created,
         r.task_time AS taskTime, r.workflow
       FROM outbox o JOIN task_records r ON r.id = o.record_id WHERE o.id = ?`,
    );
    // A skip scan within SQLite: text that is not valid UTF-8 is another text once it was read here, so that a loop over
    // what was read might never end.
    this.#topics = statements.prepare(
      "outbox.topics",
      `WITH RECURSIVE found (topic) AS (
         SELECT min(topic) FROM outbox WHERE owner IS NULL
         UNION ALL
         SELECT (SELECT min(topic) FROM outbox WHERE owner IS NULL AND topic > found.topic) FROM found
         WHERE found.topic IS NOT NULL)
       SELECT topic FROM found WHERE topic IS NOT NULL`,
    );
    this.#due = statements.prepare(
      "outbox.due",
      `SELECT o.id, o.record_id AS recordId, o.topic AS type, o.payload, o.due_at AS dueAt, r.state, r.task_id AS taskId,
         r.job, r.info, r.created, r.meta
       FROM outbox o LEFT JOIN task_records r ON r.id = o.record_id
       WHERE o.owner IS NULL AND o.topic = ? AND o.due_at <= ? ORDER BY o.due_at, o.id LIMIT ?`,
    );
    this.#firstDue = statements.prepare(
      "outbox.first_due",
      "SELECT due_at AS dueAt FROM outbox WHERE owner IS NULL AND topic = ? ORDER BY due_at LIMIT 1",
    );
    this.#later = statements.prepare(
      "outbox.later",
      `SELECT o.id, o.due_at AS dueAt, r.decided_at AS decidedAt FROM outbox o LEFT JOIN task_records r ON r.id = o.record_id
       WHERE o.owner IS NULL AND o.topic = ? AND o.due_at > ?`,
    );
    this.#move = statements.prepare("outbox.move", "UPDATE outbox SET due_at = ? WHERE id = ?");
    this.#moveRecord = statements.prepare(
      "outbox.move_record",
      `UPDATE task_records SET due_at = due_at + ?, deadline_at = deadline_at + ?
       WHERE id = (SELECT record_id FROM outbox WHERE id = ?) AND state = 'waiting'`,
    );
  }

  /** Due now: owned by this process, which publishes it after the commit. `stored` is null when the payload can be rebuilt
   * from the record. */
  addOwned(recordId: number | null, topic: string, payload: string, stored: string | null, now: number): OutboxRow {
    const id = this.#ids.next();
    this.batch.add(id, recordId, topic, stored, now, this.#owner);
    return { id, recordId, topic, payload };
  }

  /** Due later. */
  addFree(recordId: number, topic: string, stored: string | null, dueAt: number): void {
    this.batch.add(this.#ids.next(), recordId, topic, stored, dueAt, null);
  }

  /** For a row that is written beside the batch. */
  nextId(): number {
    return this.#ids.next();
  }

  /** Each run of consecutive ids is deleted with one statement. */
  delete(rows: readonly { readonly id: number }[]): void {
    const sorted = rows.map(({ id }) => id).toSorted((a, b) => a - b);
    let first = sorted[0];
    if (first === undefined) return;
    let last = first;
    for (const id of sorted) {
      if (id > last + 1) {
        this.#delete.run(first, last);
        first = id;
      }
      last = id;
    }
    this.#delete.run(first, last);
  }

  release(ids: readonly number[], dueAt: number): void {
    for (const id of ids) this.#release.run(dueAt, id);
  }

  /** The task of a row; null for a message without one. */
  taskOf(id: number): RefusedTask | null {
    return this.#task.get(id) ?? null;
  }

  /** Frees the rows owned by an earlier process, or by this one when it stops. Reads the complete outbox. */
  releaseAll(): void {
    this.#releaseAll.run();
  }

  topics(except: readonly string[]): readonly string[] {
    return this.#topics
      .all()
      .map(({ topic }) => topic)
      .filter((topic) => !except.includes(topic));
  }

  /** One sentence when a free row has a topic that is not valid UTF-8, so that its message is never sent. */
  get damaged(): string | null {
    return this.#damaged;
  }

  nextDueAt(topics: readonly string[]): number | null {
    let next: number | null = null;
    let damaged: string | null = null;
    for (const topic of topics) {
      const dueAt = this.#firstDue.get(topic)?.dueAt;
      if (dueAt === undefined) damaged = topic;
      else if (next === null || dueAt < next) next = dueAt;
    }
    this.#damaged = damaged === null ? null : damagedTopic(damaged);
    return next;
  }

  /** Messages that wait follow a clock that was set back, and so do their records. */
  setBack({ by, since }: ClockSetBack, now: number): void {
    for (const topic of this.topics([])) {
      for (const { id, dueAt, decidedAt } of this.#later.all(topic, now)) {
        const isOfNewClock = decidedAt !== null && decidedAt <= now && (by === null || decidedAt > since);
        if (isOfNewClock) continue;
        const next = by === null ? now + dueAt - (decidedAt ?? dueAt) : Math.max(now, dueAt - by);
        this.#moveRecord.run(next - dueAt, next - dueAt, id);
        this.#move.run(next, id);
      }
    }
  }

  /** Takes a row out that is not sent now. */
  drop(id: number): void {
    this.#delete.run(id, id);
  }

  /** Claim due rows of one topic. Rows whose record need not be sent any more are deleted. */
  claim(topic: string, now: number, limit: number): readonly Claim[] {
    const claims: Claim[] = [];
    for (const row of this.#due.all(topic, now, limit)) {
      const payload = payloadOf(row);
      if (payload === null) {
        this.#delete.run(row.id, row.id);
        continue;
      }
      this.#own.run(this.#owner, row.id);
      claims.push({
        row: { id: row.id, recordId: row.recordId, topic, payload },
        dueAt: row.dueAt,
        wakes: row.state === "waiting" ? row.recordId : null,
      });
    }
    return claims;
  }
}

/** Null: do not send, because the record was cancelled, has a result, or was deleted by retention. */
function payloadOf(row: DueRow): string | null {
  if (row.recordId === null) return row.payload;
  if (row.state === null || row.state === "cancelled" || row.state === "finished") return null;
  return row.payload ?? writeTaskMessage(messageOf(row));
}

function damagedTopic(topic: string): string {
  return `The table outbox has a damaged topic (${JSON.stringify(topic)} when read): its messages are not sent, all others are. Check the disk, stop Flowlord, and correct or delete these rows (docs/database.md, Damage).`;
}
