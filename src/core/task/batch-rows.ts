import type { Values } from "./values.ts";

/** Values of one task from its phase's `meta` or `meta-file`. */
export type Row = ReadonlyMap<string, string>;

/** The reason, when a column has fewer values than there are rows; null when all have the same number. */
export function unequalRows(columns: Values): string | null {
  const lengths = [...columns].map(([key, values]) => ({ key, length: values.length }));
  if (lengths.every((one) => one.length === lengths[0]?.length)) return null;
  return `rows of unequal length in meta: ${lengths.map((one) => `${one.key} has ${one.length}`).join(", ")}`;
}

/**
 * The rows of the `meta` columns, then those of the `meta-file`; null means "not given". With columns of unequal length
 * there are as many rows as the longest has, without the missing values: call `unequalRows` before.
 */
export function expandRows(columns: Values | null, fileRows: readonly Row[] | null): readonly Row[] {
  const rows: Row[] = [];
  if (columns !== null) {
    const count = Math.max(0, ...[...columns.values()].map((values) => values.length));
    for (let index = 0; index < count; index++) {
      const row = new Map<string, string>();
      for (const [key, values] of columns) {
        const value = values[index];
        if (value !== undefined) row.set(key, value);
      }
      rows.push(row);
    }
  }
  if (fileRows !== null) rows.push(...fileRows);
  return rows;
}
