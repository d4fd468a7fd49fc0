import type { Limits } from "../../../core/retention/policy.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { boundOf, type Cursor, type DuePage, type DueRow, type DueRows } from "./due.ts";

/** A table with ids and an index by time. */
export interface TimedTable {
  readonly table: string;
  /** The indexed column; no row ends before it. */
  readonly time: string;
  /** The condition of its index, where that is a partial one. */
  readonly where?: string;
  /** When a row ended; `time` where it says nothing. */
  readonly ended?: string;
  /** 1 for a row that stays whatever its age. */
  readonly keeps?: string;
}

/** Rows that are read at a time. */
const PAGE = 500;

export class DueByTime implements DueRows {
  readonly #rows: Statement<{ id: number; at: number; ended: number; keeps: number }>;

  constructor(statements: Statements, { table, time, where, ended = time, keeps = "0" }: TimedTable) {
    const condition = where === undefined ? "" : `${where} AND `;
    this.#rows = statements.prepare(
      `retention.due.${table}`,
      `SELECT t.id, t.${time} AS at, ${ended} AS ended, ${keeps} AS keeps FROM ${table} t
       WHERE ${condition}(t.${time}, t.id) > (?, ?) AND t.${time} < ? ORDER BY t.${time}, t.id LIMIT ${PAGE}`,
    );
  }

  page(limits: Limits, cursor: Cursor, maxRows: number): DuePage {
    const due: DueRow[] = [];
    let { at, id, surplus } = cursor;
    const bound = boundOf(limits, surplus);
    if (bound === null) return { due, next: null };
    const rows = this.#rows.all(at, id, bound);
    for (const row of rows) {
      if (due.length >= maxRows) return { due, next: { at, id, surplus } };
      ({ at, id } = row);
      const rowBound = boundOf(limits, surplus);
      if (row.keeps === 1 || rowBound === null || row.ended >= rowBound) continue;
      surplus -= 1;
      due.push({ at, id, ids: [id], rows: 1 });
    }
    return { due, next: rows.length < PAGE ? null : { at, id, surplus } };
  }
}
