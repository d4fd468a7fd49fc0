import type { HeldAfter, HeldCause, HeldMessage, HeldPayload, HeldTopic } from "../../backup/held-store.ts";
import { type TaskMessage, writeTaskMessage } from "../../../contract/task-message.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { Outbox } from "../tasks/outbox.ts";
import { infoHash } from "../tasks/info-hash.ts";
import { messageOf, type MessageRow } from "../tasks/task-records.ts";

/** Owner of the rows that are held, so that they are in no index of what is to be sent. */
const HELD = "held";

interface PayloadRow extends MessageRow {
  readonly id: number;
  readonly cause: HeldCause;
  readonly recordId: number;
  readonly payload: string | null;
  readonly isRoot: 0 | 1;
}

const LIST = `SELECT o.id, o.topic, o.held AS cause, o.due_at, o.record_id, r.task_id, r.job, r.info, r.workflow
  FROM outbox AS o INDEXED BY outbox_held LEFT JOIN task_records r ON r.id = o.record_id`;
const TOPICS = 1000;

/** Rows of `outbox` that are not sent before somebody has decided. */
export class HeldMessages {
  readonly #outbox: Outbox;
  readonly #any: Statement<{ id: number }>;
  readonly #add: Statement;
  readonly #hold: Statement;
  readonly #ofTask: Statement<{ id: number }>;
  readonly #settle: Statement;
  readonly #release: Statement<{ recordId: number | null; dueAt: number }>;
  readonly #remove: Statement;
  readonly #payloads: Statement<PayloadRow>;
  /** False: none was when first asked, and none came since. */
  #mayHave: boolean | null = null;

  constructor(statements: Statements, outbox: Outbox) {
    this.#outbox = outbox;
    this.#any = statements.prepare(
      "held.any",
      "SELECT id FROM outbox INDEXED BY outbox_held WHERE held IS NOT NULL LIMIT 1",
    );
    this.#add = statements.prepare(
      "held.add",
      `INSERT INTO outbox (id, record_id, topic, payload, due_at, owner, held) VALUES (?, ?, ?, ?, ?, '${HELD}', 'reread')`,
    );
    this.#hold = statements.prepare(
      "held.hold",
      `UPDATE outbox SET owner = '${HELD}', held = 'waited' WHERE held IS NULL`,
    );
    this.#ofTask = statements.prepare(
      "held.of_task",
      `SELECT id FROM task_records WHERE task_id = ? AND type = ? AND job = ? AND info_hash = ? AND info = ?
         AND state IN ('waiting', 'queued', 'overdue')
         AND EXISTS (SELECT 1 FROM outbox INDEXED BY outbox_held_record WHERE record_id = task_records.id AND held = 'reread')
       ORDER BY ifnull(created, 0) DESC, attempt DESC LIMIT 200`,
    );
    this.#settle = statements.prepare(
      "held.settle",
      "DELETE FROM outbox INDEXED BY outbox_held_record WHERE record_id = ? AND held IS NOT NULL",
    );
    this.#release = statements.prepare(
      "held.release",
      `UPDATE outbox SET owner = NULL, held = NULL WHERE id = ? AND held IS NOT NULL
       RETURNING record_id AS recordId, due_at AS dueAt`,
    );
    this.#remove = statements.prepare("held.remove", "DELETE FROM outbox WHERE id = ? AND held IS NOT NULL");
    this.#payloads = statements.prepare(
      "held.payloads",
      `SELECT o.id, o.held AS cause, o.record_id AS recordId, o.payload, r.parent_id IS NULL AS isRoot, r.task_id AS taskId, r.type, r.job, r.info, r.created, r.meta
       FROM outbox AS o INDEXED BY outbox_held JOIN task_records r ON r.id = o.record_id
       WHERE o.held IS NOT NULL AND o.topic = ? AND o.id > ? ORDER BY o.id LIMIT ?`,
    );
  }

  /** Read at first use: a damaged table must not stop the database from opening. Without any it costs nothing. */
  get any(): boolean {
    if (this.#mayHave === false) return false;
    const has = this.#any.get() !== undefined;
    this.#mayHave ??= has;
    return has;
  }

  /** All that waits. Returns how many. */
  holdAll(): number {
    this.#mayHave = true;
    return this.#hold.run().changes;
  }

  /** `stored` is null when the payload can be rebuilt from the record. */
  add(recordId: number | null, topic: string, stored: string | null, dueAt: number): void {
    this.#add.run(this.#outbox.nextId(), recordId, topic, stored, dueAt);
    this.#mayHave = true;
  }

  /** The task needs not be sent any more. Returns whether it was held. */
  settle(recordId: number): boolean {
    return this.any && this.#settle.run(recordId).changes > 0;
  }

  /** Records of the task whose message was decided again: if it was sent before, it was created at another time. */
  ofTask({ id, type, job, info }: TaskMessage): readonly number[] {
    if (!this.any) return [];
    return this.#ofTask.all(id, type, job, infoHash(info), info).map((row) => row.id);
  }

  /** Null: it is not held. */
  release(id: number): { readonly recordId: number | null; readonly dueAt: number } | null {
    return this.#release.get(id) ?? null;
  }

  /** Whether it was held. */
  remove(id: number): boolean {
    return this.#remove.run(id).changes > 0;
  }

  payloads(topic: string, after: number, limit: number): readonly HeldPayload[] {
    return this.#payloads.all(topic, after, limit).map((row) => ({
      id: row.id,
      cause: row.cause,
      recordId: row.recordId,
      isRoot: row.isRoot === 1,
      payload: row.payload ?? writeTaskMessage(messageOf(row)),
    }));
  }
}

/** What people read of them. */
export class HeldMessageLists {
  readonly #topics: Statement<HeldTopic>;
  readonly #page: Statement<HeldMessage>;

  constructor(statements: Statements) {
    this.#topics = statements.prepare(
      "held.topics",
      `SELECT topic, sum(held = 'waited') AS waited, sum(held = 'reread') AS reread FROM outbox INDEXED BY outbox_held
       WHERE held IS NOT NULL GROUP BY topic ORDER BY topic LIMIT ${TOPICS + 1}`,
    );
    this.#page = statements.prepare(
      "held.page",
      `${LIST} WHERE o.held IS NOT NULL AND (o.topic, o.id) > (?, ?) ORDER BY o.topic, o.id LIMIT ?`,
    );
  }

  topics(): { readonly topics: readonly HeldTopic[]; readonly more_topics: boolean } {
    const found = this.#topics.all();
    return { topics: found.slice(0, TOPICS), more_topics: found.length > TOPICS };
  }

  page(after: HeldAfter | null, limit: number): readonly HeldMessage[] {
    return this.#page.all(after?.topic ?? "", after?.id ?? 0, limit);
  }
}
