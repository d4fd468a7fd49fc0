import { createHash } from "node:crypto";

/** As SQLite stores it; integers exactly. */
export type ArchivedValue = bigint | number | string | Uint8Array | null;

/** A row that goes, as it is archived. */
export interface ArchivedRow {
  readonly table: string;
  /** In the order of the table's columns. */
  readonly values: readonly ArchivedValue[];
}

/** The columns of a table, as SQLite declares them. */
export interface ArchivedColumn {
  readonly name: string;
  readonly type: "INTEGER" | "REAL" | "TEXT" | "BLOB";
}

/** The same text for the same values only, wherever they were read. */
export function rowText(values: readonly ArchivedValue[]): string {
  return JSON.stringify(values.map((value) => (value === null || typeof value === "string" ? value : textOf(value))));
}

function textOf(value: bigint | number | Uint8Array): readonly string[] {
  return [value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value)];
}

/** What rows are, in whatever order they are found; short, because one is kept for each that is to be deleted. */
export function digestOf(rows: readonly ArchivedRow[]): string {
  const hash = createHash("sha256");
  for (const text of rows.map(({ table, values }) => `${table} ${rowText(values)}`).toSorted()) hash.update(text);
  return hash.digest("base64url").slice(0, 22);
}
