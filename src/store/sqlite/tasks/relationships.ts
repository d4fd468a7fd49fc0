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
