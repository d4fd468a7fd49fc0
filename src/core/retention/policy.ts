import { DAY } from "../../contract/time/time-units.ts";
import { RETAINED_KINDS, type RetainedTable } from "../../contract/retention/tables.ts";

/** What the configuration says of a table; null: nothing. */
export interface ConfiguredPolicy {
  /** Milliseconds; negative: no limit. */
  readonly age: number | null;
  readonly maxRows: number | null;
}

/** What people set of a table at run time; null: as configured. */
export interface SetPolicy {
  readonly days: number | null;
  /** 0: no limit. */
  readonly maxRows: number | null;
  readonly enabled: boolean | null;
  readonly archived: boolean | null;
}

export interface RetentionDefaults {
  readonly enabled: boolean;
  /** Of tables without an age of their own; null: no limit. */
  readonly age: number | null;
  readonly tables: ReadonlyMap<RetainedTable, ConfiguredPolicy>;
  /** Tables whose rows are archived before they are deleted; null: there is no place for an archive. */
  readonly archived: ReadonlySet<RetainedTable> | null;
}

/** The policy in force of a table. */
export interface Policy {
  /** Milliseconds; null: no limit. */
  readonly age: number | null;
  /** Null: no limit. */
  readonly maxRows: number | null;
  readonly enabled: boolean;
  /** Rows are archived before they are deleted. */
  readonly archived: boolean;
  /** Where the age is from. */
  readonly source: "default" | "config" | "set";
}

/** What to delete of a table: rows that ended before one of these moments. */
export interface Limits {
  readonly table: RetainedTable;
  /** Whatever their number; null: none. */
  readonly before: number | null;
  /** The oldest beyond so many rows; null: none. */
  readonly maxRows: number | null;
  /** Of the rows beyond that number only those that ended before this. */
  readonly surplusBefore: number;
}

/**
 * However many rows there are, none that ended less than this ago is deleted for their number: a bus may deliver a message again,
 * and a person may look at what has just failed.
 */
export const MIN_SURPLUS_AGE = DAY;

export function policyOf(table: RetainedTable, defaults: RetentionDefaults, set: SetPolicy): Policy {
  const { enabled, age, tables, archived } = defaults;
  const configured = tables.get(table) ?? { age: null, maxRows: null };
  const { standard, countable } = RETAINED_KINDS[table];
  const own = configured.age ?? standard ?? age;
  const limit = set.maxRows ?? configured.maxRows ?? 0;
  return {
    age: set.days !== null ? Math.round(set.days * DAY) : own === null || own < 0 ? null : own,
    maxRows: countable && limit > 0 ? limit : null,
    enabled: set.enabled ?? enabled,
    archived: archived !== null && (set.archived ?? archived.has(table)),
    source: set.days !== null ? "set" : configured.age !== null ? "config" : "default",
  };
}

/** Null: nothing is to be deleted. Ages are elapsed time: a day has 24 hours, whatever a zone's clocks do. */
export function limitsOf(
  table: RetainedTable,
  { age, maxRows, enabled }: Omit<Policy, "archived">,
  now: number,
): Limits | null {
  if (!enabled || (age === null && maxRows === null)) return null;
  return { table, before: age === null ? null : now - age, maxRows, surplusBefore: now - MIN_SURPLUS_AGE };
}
