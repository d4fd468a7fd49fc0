import type { ActedTask, BulkItem, BulkJob, BulkStep } from "../../by-hand-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";

interface JobRow extends Omit<BulkJob, "refusals"> {
  readonly refusals: string;
}

/** Refusals that a job keeps; the others are counted. */
const KEPT_REFUSALS = 20;

/** `bulk_jobs` and `bulk_items`: what a person does to many tasks, and what is left of it. */
export class BulkJobs {
  readonly #create: Statement;
  readonly #byId: Statement<JobRow>;
  readonly #add: Statement;
  readonly #grow: Statement;
  readonly #begin: Statement;
  readonly #next: Statement<{ id: number; request: string }>;
  readonly #items: Statement<BulkItem>;
  readonly #remove: Statement;
  readonly #count: Statement;
  readonly #finish: Statement;
  readonly #ids: IdSequence;

  constructor(statements: Statements, ids: IdSequences) {
    this.#ids = ids.of("bulk_jobs", 16);
    this.#create = statements.prepare(
      "bulk.create",
      "INSERT INTO bulk_jobs (id, state, request, created_at) VALUES (?, 'filling', ?, ?)",
    );
    this.#byId = statements.prepare(
      "bulk.by_id",
      "SELECT id, state, total, changed, refused, refusals, ifnull(request ->> 'by', '') AS by FROM bulk_jobs WHERE id = ?",
    );
    this.#add = statements.prepare(
      "bulk.add",
      "INSERT INTO bulk_items (job_id, record_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
    );
    this.#grow = statements.prepare("bulk.grow", "UPDATE bulk_jobs SET total = total + ? WHERE id = ?");
    this.#begin = statements.prepare(
      "bulk.begin",
      "UPDATE bulk_jobs SET state = 'running' WHERE id = ? AND state = 'filling'",
    );
    this.#next = statements.prepare(
      "bulk.next",
      "SELECT id, request FROM bulk_jobs WHERE state = 'running' AND held = 0 AND id > ? ORDER BY id LIMIT 1",
    );
    this.#items = statements.prepare(
      "bulk.items",
      `SELECT i.record_id AS recordId, ifnull(r.type, '') AS type
       FROM bulk_items i LEFT JOIN task_records r ON r.id = i.record_id WHERE i.job_id = ? ORDER BY i.record_id LIMIT ?`,
    );
    this.#remove = statements.prepare("bulk.remove", "DELETE FROM bulk_items WHERE job_id = ? AND record_id = ?");
    this.#count = statements.prepare(
      "bulk.count",
      "UPDATE bulk_jobs SET changed = changed + ?, refused = refused + ?, refusals = ? WHERE id = ?",
    );
    this.#finish = statements.prepare(
      "bulk.finish",
      "UPDATE bulk_jobs SET state = 'done', finished_at = ? WHERE id = ? AND state = 'running'",
    );
  }

  create(request: string, now: number): number {
    const id = this.#ids.next();
    this.#create.run(id, request, now);
    return id;
  }

  byId(id: number): BulkJob | null {
    const row = this.#byId.get(id);
    return row === undefined ? null : { ...row, refusals: JSON.parse(row.refusals) as BulkJob["refusals"] };
  }

  /** Only to one that has not begun. */
  add(id: number, recordIds: readonly number[]): void {
    let added = 0;
    for (const recordId of recordIds) added += this.#add.run(id, recordId).changes;
    this.#grow.run(added, id);
  }

  begin(id: number): void {
    this.#begin.run(id);
  }

  /** The next tasks of the oldest job after this one; null: none is left. */
  next(after: number, limit: number): BulkStep | null {
    const job = this.#next.get(after);
    return job === undefined ? null : { ...job, items: this.#items.all(job.id, limit) };
  }

  /** These tasks of it are done. */
  did(id: number, results: readonly ActedTask[]): void {
    const refused = results.flatMap(({ recordId, refused }) =>
      refused === null ? [] : [{ record_id: recordId, refused }],
    );
    const kept = [...(this.byId(id)?.refusals ?? []), ...refused].slice(0, KEPT_REFUSALS);
    for (const { recordId } of results) this.#remove.run(id, recordId);
    this.#count.run(results.length - refused.length, refused.length, JSON.stringify(kept), id);
  }

  finish(id: number, now: number): void {
    this.#finish.run(now, id);
  }
}
