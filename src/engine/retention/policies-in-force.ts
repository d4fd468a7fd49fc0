import { limitsOf, policyOf, type Limits, type Policy, type RetentionDefaults } from "../../core/retention/policy.ts";
import { RETAINED_KINDS, type RetainedTable } from "../../contract/retention/tables.ts";
import type { PolicyRow } from "../../store/retention/retention-store.ts";

/** The policy of a table, as people see it. */
export interface PolicyView {
  readonly table: RetainedTable;
  readonly inForce: Policy;
  /** What people set, and the last cleanup. */
  readonly row: PolicyRow;
  /** What of a row its age counts from. */
  readonly since: string;
  readonly countable: boolean;
}

export function policyViews(rows: readonly PolicyRow[], defaults: RetentionDefaults): readonly PolicyView[] {
  return rows.map((row) => {
    const { since, countable } = RETAINED_KINDS[row.table];
    return { table: row.table, row, inForce: policyOf(row.table, defaults, row), since, countable };
  });
}

/** What a cleanup by the policies deletes, of these tables. */
export function planOf(
  policies: readonly PolicyView[],
  tables: readonly RetainedTable[] | null,
  now: number,
): readonly Limits[] {
  return policies.flatMap(({ table, inForce }) =>
    tables === null || tables.includes(table) ? (limitsOf(table, inForce, now) ?? []) : [],
  );
}
