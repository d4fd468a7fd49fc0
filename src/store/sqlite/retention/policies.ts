import type { SetPolicy } from "../../../core/retention/policy.ts";
import { RETAINED, type RetainedTable } from "../../../contract/retention/tables.ts";
import type { PolicyRow } from "../../retention/retention-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface StoredPolicy {
  readonly name: string;
  readonly days: number | null;
  readonly maxRows: number | null;
  readonly enabled: number | null;
  readonly archived: number | null;
  readonly changedAt: number | null;
  readonly changedBy: string;
  readonly cleanupId: number | null;
  readonly cleanedAt: number | null;
  readonly deleted: number;
  readonly belonging: number;
}

/** `retention_policies`, as the writer and the reader know it. */
export class PolicyReader {
  readonly #all: Statement<StoredPolicy>;

  constructor(statements: Statements) {
    this.#all = statements.prepare(
      "retention.policies",
      `SELECT name, days, max_rows AS maxRows, enabled, archived, changed_at AS changedAt, changed_by AS changedBy,
         cleanup_id AS cleanupId, cleaned_at AS cleanedAt, deleted, belonging FROM retention_policies`,
    );
  }

  /** One of each table, in the order of cleanups. */
  all(): readonly PolicyRow[] {
    const rows = new Map(this.#all.all().map((row) => [row.name, row]));
    return RETAINED.map((table) => {
      const row = rows.get(table);
      return {
        table,
        days: row?.days ?? null,
        maxRows: row?.maxRows ?? null,
        enabled: yesOrNo(row?.enabled),
        archived: yesOrNo(row?.archived),
        changedAt: row?.changedAt ?? null,
        changedBy: row?.changedBy ?? "",
        last:
          row === undefined || row.cleanupId === null || row.cleanedAt === null
            ? null
            : { cleanupId: row.cleanupId, at: row.cleanedAt, deleted: row.deleted, belonging: row.belonging },
      };
    });
  }
}

function storedAs(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}

function yesOrNo(value: number | null | undefined): boolean | null {
  return value === undefined || value === null ? null : value === 1;
}

export class Policies extends PolicyReader {
  readonly #set: Statement;
  readonly #cleaned: Statement;

  constructor(statements: Statements) {
    super(statements);
    this.#set = statements.prepare(
      "retention.set_policy",
      `INSERT INTO retention_policies (name, days, max_rows, enabled, archived, changed_at, changed_by) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET days = excluded.days, max_rows = excluded.max_rows, enabled = excluded.enabled,
         archived = excluded.archived, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    );
    this.#cleaned = statements.prepare(
      "retention.cleaned",
      `INSERT INTO retention_policies (name, cleanup_id, cleaned_at, deleted, belonging) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET cleanup_id = excluded.cleanup_id, cleaned_at = excluded.cleaned_at,
         deleted = excluded.deleted, belonging = excluded.belonging`,
    );
  }

  set(table: RetainedTable, policy: SetPolicy, by: string, now: number): void {
    const { days, maxRows, enabled, archived } = policy;
    this.#set.run(table, days, maxRows, storedAs(enabled), storedAs(archived), now, by);
  }

  cleaned(table: RetainedTable, cleanupId: number, rows: Readonly<Record<string, number>>, now: number): void {
    const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
    const own = rows[table] ?? 0;
    this.#cleaned.run(table, cleanupId, now, own, total - own);
  }
}
