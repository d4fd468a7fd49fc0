import type { Values } from "./values.ts";

/** Values of one task that its phase's `meta` or `meta-file` gives. */
export type Row = ReadonlyMap<string, string>;

/** A sentence when the columns do not have a value each for every row; null when they have. */
export function unequalRows(columns: Values): string | null {
  const lengths = [...columns].map(([key, values]) => ({ key, length: values.length }));
  if (lengths.every((one) => one.length === lengths[0]?.length)) return null;
  return `rows of unequal length in meta: ${lengths.map((one) => `${one.key} has ${one.length}`).join(", ")}`;
}

/**
 * The rows that `meta` columns and the rows of a `meta-file` make, the columns' first; null stands for "not given".
 * Columns of unequal length end with the longest, missing values are absent: ask `unequalRows` before.
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
