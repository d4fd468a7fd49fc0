import { HOUR } from "../../../contract/time/time-units.ts";
import type { AuditHour, AuditQuery, AuditRow, NewAudit } from "../../access-store.ts";
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

/** Entries that are counted by the hour. */
const MAX_COUNTED = 50_000;

/** Reads `audit_log`. */
export class AuditReader {
  readonly #all: Statement<AuditRow>;
  readonly #of: Statement<AuditRow>;
  readonly #since: Statement<{ id: number }>;
  readonly #counted: Statement<Pick<AuditRow, "at" | "via" | "outcome">>;

  constructor(statements: Statements) {
    const columns = "id, at, who, via, address, request_id, act, target, outcome, before, after";
    const rest = `id < ? AND id >= ? AND (? = '' OR outcome = ?)
       AND (? = '' OR instr(lower(concat_ws(' ', who, act, target, address, request_id, before, after)), ?) > 0)
       ORDER BY id DESC LIMIT ?`;
    this.#all = statements.prepare("audit.all", `SELECT ${columns} FROM audit_log WHERE ${rest}`);
    this.#of = statements.prepare("audit.of", `SELECT ${columns} FROM audit_log WHERE who = ? AND ${rest}`);
    this.#since = statements.prepare("audit.since", "SELECT id FROM audit_log WHERE at >= ? ORDER BY at, id LIMIT 1");
    this.#counted = statements.prepare(
      "audit.counted",
      "SELECT at, via, outcome FROM audit_log WHERE at >= ? AND at < ? ORDER BY at LIMIT ?",
    );
  }

  list({ who, outcome = null, text = null, from = null, to = null, before, limit }: AuditQuery): readonly AuditRow[] {
    // Numbers go up with the time, so that a span is one of numbers.
    const end = Math.min(
      before ?? Number.MAX_SAFE_INTEGER,
      to === null ? Number.MAX_SAFE_INTEGER : this.#firstFrom(to),
    );
    const begin = from === null ? 0 : this.#firstFrom(from);
    const words = text?.toLowerCase() ?? "";
    const rest = [end, begin, outcome ?? "", outcome ?? "", words, words, limit] as const;
    return who === null ? this.#all.all(...rest) : this.#of.all(who, ...rest);
  }

  hours({ from, to }: { readonly from: number; readonly to: number }): {
    readonly hours: readonly AuditHour[];
    readonly isComplete: boolean;
  } {
    const hours = Array.from({ length: Math.ceil((to - from) / HOUR) }, (_, hour) => ({
      at: from + hour * HOUR,
      people: 0,
      keys: 0,
      refused: 0,
    }));
    const rows = this.#counted.all(from, to, MAX_COUNTED + 1);
    for (const { at, via, outcome } of rows.slice(0, MAX_COUNTED)) {
      const hour = hours[Math.floor((at - from) / HOUR)];
      if (hour !== undefined) hour[outcome === "refused" ? "refused" : via === "key" ? "keys" : "people"] += 1;
    }
    return { hours, isComplete: rows.length <= MAX_COUNTED };
  }

  #firstFrom(time: number): number {
    return this.#since.get(time)?.id ?? Number.MAX_SAFE_INTEGER;
  }
}
