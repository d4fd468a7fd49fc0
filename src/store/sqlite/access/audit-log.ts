import type { AuditQuery, AuditRow, NewAudit } from "../../access-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** Writes `audit_log`. */
export class AuditLog {
  readonly #add: Statement;

  constructor(statements: Statements) {
    this.#add = statements.prepare(
      "audit.add",
      `INSERT INTO audit_log (at, who, via, address, request_id, act, target, outcome, before, after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  add(entry: NewAudit, now: number): void {
    const { who, via, address, requestId, act, target, outcome, before, after } = entry;
    this.#add.run(now, who, via, address, requestId, act, target, outcome, before, after);
  }
}

/** Reads `audit_log`. */
export class AuditReader {
  readonly #all: Statement<AuditRow>;
  readonly #of: Statement<AuditRow>;

  constructor(statements: Statements) {
    const columns = "id, at, who, via, address, request_id, act, target, outcome, before, after";
    this.#all = statements.prepare(
      "audit.all",
      `SELECT ${columns} FROM audit_log WHERE id < ? ORDER BY id DESC LIMIT ?`,
    );
    this.#of = statements.prepare(
      "audit.of",
      `SELECT ${columns} FROM audit_log WHERE who = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    );
  }

  list({ who, before, limit }: AuditQuery): readonly AuditRow[] {
    const from = before ?? Number.MAX_SAFE_INTEGER;
    return who === null ? this.#all.all(from, limit) : this.#of.all(who, from, limit);
  }
}
