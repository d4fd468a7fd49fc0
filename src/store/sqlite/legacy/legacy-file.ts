import { present } from "../../../contract/present.ts";
import type { Connection } from "../database/connection.ts";

/** A legacy table to import, and the columns that identify it. */
interface Known {
  /** Without all of these it is a foreign table of the same name. */
  readonly needs: readonly string[];
  /** Optional; a missing column counts as NULL. */
  readonly columns: readonly string[];
}

export const TASK_COLUMNS = [
  "id",
  "type",
  "job",
  "info",
  "result",
  "meta",
  "msg",
  "created",
  "started",
  "ended",
] as const;
export const ALERT_COLUMNS = ["id", "task_id", "task_time", "task_type", "job", "msg", "created_at"] as const;
export const FILE_COLUMNS = [
  "id",
  "path",
  "size",
  "last_modified",
  "received_at",
  "task_time",
  "task_ids",
  "task_names",
] as const;
export const RUN_COLUMNS = ["id", "completed", "last_update"] as const;

/** In the order of the import: tasks first, because alerts and files refer to them. */
const IMPORTED_TABLES = {
  task_log: { needs: ["id", "type", "created"], columns: TASK_COLUMNS },
  task_records: { needs: ["id", "type", "created"], columns: TASK_COLUMNS },
  events: { needs: RUN_COLUMNS, columns: RUN_COLUMNS },
  alert_records: { needs: ["task_id", "msg"], columns: ALERT_COLUMNS },
  file_messages: { needs: ["path", "received_at"], columns: FILE_COLUMNS },
} satisfies Readonly<Record<string, Known>>;

export type ImportedName = keyof typeof IMPORTED_TABLES;
const IMPORTED_NAMES = Object.keys(IMPORTED_TABLES) as ImportedName[];

/** Legacy tables that are not imported, and why. */
const LEFT: Readonly<Record<string, { readonly needs: readonly string[]; readonly reason: string }>> = {
  schema_version: { needs: ["version"], reason: "says only which version wrote the file" },
  date_index: { needs: ["date", "has_tasks"], reason: "follows from the other tables" },
  workflow_files: { needs: ["file_path"], reason: "workflows are read from their files" },
  workflow_phases: { needs: ["file_path", "task"], reason: "workflows are read from their files" },
};
/** This name is too common to identify a legacy file. */
const NO_PROOF = "schema_version";

export interface LegacyTable {
  readonly name: ImportedName;
  /** Existing columns, in our spelling. */
  readonly columns: ReadonlySet<string>;
  readonly hasRowid: boolean;
}

export interface LegacyFile {
  readonly imported: readonly LegacyTable[];
  readonly left: readonly { readonly name: string; readonly reason: string }[];
  /** Foreign tables in the same file. */
  readonly others: readonly { readonly name: string; readonly isVirtual: boolean }[];
}

/** The legacy tables and columns of a file; null when it is not a legacy file. */
export function readLegacyFile(db: Connection): LegacyFile | null {
  const tables = db
    .prepare<[], { name: string; type: string; wr: number }>(
      "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all();
  const columnsOf = db.prepare<[string], { name: string }>("SELECT name FROM pragma_table_info(?)");
  const imported: LegacyTable[] = [];
  const left: { name: string; reason: string }[] = [];
  const others: { name: string; isVirtual: boolean }[] = [];
  for (const { name, type, wr } of tables) {
    if (type === "virtual") {
      others.push({ name, isVirtual: true });
      continue;
    }
    const columns = new Set(columnsOf.all(name).map((column) => column.name.toLowerCase()));
    const has = (needs: readonly string[]): boolean => needs.every((need) => columns.has(need));
    const known = IMPORTED_NAMES.find((one) => one === name.toLowerCase());
    const passed = Object.entries(LEFT).find(([one]) => one === name.toLowerCase());
    if (known !== undefined && has(IMPORTED_TABLES[known].needs))
      imported.push({ name: known, columns, hasRowid: wr === 0 });
    else if (passed !== undefined && has(passed[1].needs)) left.push({ name, reason: passed[1].reason });
    else others.push({ name, isVirtual: false });
  }
  if (imported.length === 0 && left.every(({ name }) => name === NO_PROOF)) return null;
  imported.sort((a, b) => IMPORTED_NAMES.indexOf(a.name) - IMPORTED_NAMES.indexOf(b.name));
  return { imported, left, others };
}

/** The rows of a table in the order of creation, as arrays in the order of the declared columns. */
export function rowsOf(db: Connection, { name, columns, hasRowid }: LegacyTable): IterableIterator<readonly unknown[]> {
  const list = IMPORTED_TABLES[name].columns.map((column) => (columns.has(column) ? `"${column}"` : "NULL")).join(", ");
  const order = hasRowid && !columns.has("rowid") ? " ORDER BY rowid" : "";
  return db.prepare<[], readonly unknown[]>(`SELECT ${list} FROM "${name}"${order}`).raw().iterate();
}

export function namesOf(name: ImportedName): readonly string[] {
  return IMPORTED_TABLES[name].columns;
}

export function countOf(db: Connection, name: string): number {
  const table = `"${name.replaceAll('"', '""')}"`;
  const counted = db.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM ${table}`).get();
  return present(counted, `the count of ${table}`).rows;
}
