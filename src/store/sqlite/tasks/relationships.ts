import type { JoinState } from "../../../core/decide/decider.ts";
import type { JoinArrival, Relation } from "../../../core/decide/effects.ts";
import type { Statement, Statements } from "../database/connection.ts";

export interface ParentLink {
  readonly originId: number;
  readonly kind: Relation["kind"];
  readonly phaseId: number;
  readonly position: number;
  readonly parentId: number;
  readonly childId: number;
}

/** `task_relationships` and `join_arrivals`: who came from whom. */
export class Relationships {
  readonly #link: Statement;
  readonly #unlink: Statement;
  readonly #started: Statement;
  readonly #arrive: Statement;
  readonly #arrivals: Statement<{ parentIndex: number; recordId: number; childId: number | null }>;
  readonly #forget: Statement;
  readonly #startJoin: Statement;

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
      "SELECT 1 FROM task_relationships WHERE origin_id = ? AND kind IN ('join', 'triggered') LIMIT 1",
    );
    this.#arrive = statements.prepare(
      "join.arrive",
      `INSERT INTO join_arrivals (phase_id, join_key, parent_index, record_id, arrived_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET record_id = excluded.record_id, arrived_at = excluded.arrived_at WHERE child_id IS NULL`,
    );
    this.#arrivals = statements.prepare(
      "join.arrivals",
      `SELECT parent_index AS parentIndex, record_id AS recordId, child_id AS childId
       FROM join_arrivals WHERE phase_id = ? AND join_key = ?`,
    );
    this.#forget = statements.prepare("join.forget", "DELETE FROM join_arrivals WHERE phase_id = ? AND join_key = ?");
    this.#startJoin = statements.prepare(
      "join.start",
      "UPDATE join_arrivals SET child_id = ? WHERE phase_id = ? AND join_key = ?",
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

  childrenStarted(originId: number): boolean {
    return this.#started.get(originId) !== undefined;
  }

  arrive(arrival: JoinArrival, recordId: number, now: number): void {
    if (arrival.restart) this.#forget.run(arrival.phaseId, arrival.joinKey);
    this.#arrive.run(arrival.phaseId, arrival.joinKey, arrival.parentIndex, recordId, now);
  }

  join(phaseId: number, joinKey: string): JoinState {
    const rows = this.#arrivals.all(phaseId, joinKey);
    return {
      arrived: new Map(rows.map((row) => [row.parentIndex, row.recordId])),
      started: rows.some((row) => row.childId !== null),
    };
  }

  startJoin(phaseId: number, joinKey: string, childId: number): void {
    this.#startJoin.run(childId, phaseId, joinKey);
  }
}
