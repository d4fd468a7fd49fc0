import type { Relation } from "../../../core/decide/effects.ts";
import type { Statement, Statements } from "../database/connection.ts";

export interface ParentLink {
  readonly originId: number;
  readonly kind: Relation["kind"];
  readonly phaseId: number;
  readonly position: number;
  readonly parentId: number;
  readonly childId: number;
}

/** `task_relationships`: which record came from which. */
export class Relationships {
  readonly #link: Statement;
  readonly #unlink: Statement;
  readonly #started: Statement;
  readonly #children: Statement<{ firstAttemptId: number }>;
  readonly #restart: Statement<{ id: number }>;

  constructor(statements: Statements) {
    this.#link = statements.prepare(
      "relationship.link",
      `INSERT INTO task_relationships (origin_id, kind, phase_id, position, parent_id, child_id) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#unlink = statements.prepare(
      "relationship.unlink",
      "DELETE FROM task_relationships WHERE origin_id = ? AND kind = ? AND phase_id = ? AND position = ?",
    );
    this.#started = statements.prepare(
      "relationship.children_started",
      `SELECT 1 FROM task_relationships WHERE origin_id = ? AND kind IN ('join', 'triggered')
       AND phase_id NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
    );
    this.#children = statements.prepare(
      "relationship.children",
      `SELECT r.first_attempt_id AS firstAttemptId FROM task_relationships k JOIN task_records r ON r.id = k.child_id
       WHERE k.origin_id = ? AND r.first_attempt_id <> k.origin_id`,
    );
    this.#restart = statements.prepare(
      "relationship.restart",
      `SELECT r.id FROM task_relationships k JOIN task_records r ON r.id = k.child_id
       WHERE k.origin_id = ? AND k.kind = 'retry' AND r.first_attempt_id = r.id LIMIT 1`,
    );
  }

  /** First attempts of the tasks that followed from one, and of it when it began anew. */
  childrenOf(originId: number): readonly number[] {
    return this.#children.all(originId).map((row) => row.firstAttemptId);
  }

  /** The attempt with which a task began anew; null: it did not. */
  restartOf(originId: number): number | null {
    return this.#restart.get(originId)?.id ?? null;
  }

  /** False when the effect happened before: then the child must not be created. */
  link(link: ParentLink): boolean {
    return (
      this.#link.run(link.originId, link.kind, link.phaseId, link.position, link.parentId, link.childId).changes === 1
    );
  }

  unlink(link: ParentLink): void {
    this.#unlink.run(link.originId, link.kind, link.phaseId, link.position);
  }

  /** Whether a phase other than these has children of the task. */
  childrenStarted(originId: number, except: readonly number[]): boolean {
    return this.#started.get(originId, JSON.stringify(except)) !== undefined;
  }
}
