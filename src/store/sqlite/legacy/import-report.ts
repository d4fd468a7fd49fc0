import type { ImportedName } from "./legacy-file.ts";

/** Counts of one table's rows: `added`, `merged` and `refused` add up to `rows`. */
export interface TableReport {
  readonly rows: number;
  /** Rows inserted. */
  readonly added: number;
  /** Rows merged into an existing row: they add to it, or repeat it. */
  readonly merged: number;
  /** Rows that could not be imported, kept in `dead_letters`. */
  readonly refused: number;
  /** Imported rows with an unreadable time left out; the row is kept in `dead_letters` too. */
  readonly untimed: number;
}

/** Stored in `instance_state` under `import`, as JSON. */
export interface ImportReport {
  readonly at: number;
  /** Path of the original file. */
  readonly copy: string;
  readonly tables: Readonly<Partial<Record<ImportedName, TableReport>>>;
  readonly left: readonly { readonly name: string; readonly rows: number; readonly reason: string }[];
  /** Foreign tables in the same file; null rows: a virtual table. */
  readonly others: readonly { readonly name: string; readonly rows: number | null }[];
  /** The last record of `task_records` that was imported. */
  readonly lastRecordId: number;
}

export const REPORT_KEY = "import";

const MADE: Readonly<Record<Exclude<ImportedName, "events">, string>> = {
  task_log: "task",
  task_records: "task",
  alert_records: "alert",
  file_messages: "file event",
};

export function shownCount(count: number): string {
  return count.toLocaleString("en-US");
}

function counted(count: number, what: string): string {
  return `${shownCount(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** The report in a few lines, for the person who started it. */
export function reportLines(report: ImportReport, seconds: number): readonly string[] {
  const lines = [`The older Flowlord's database was imported in ${seconds.toFixed(1)} s.`];
  for (const [name, table] of Object.entries(report.tables) as [ImportedName, TableReport][]) {
    const parts = name === "events" ? [] : [counted(table.added, MADE[name])];
    if (table.merged > 0) parts.push(`${shownCount(table.merged)} ${mergedText(name)}`);
    if (table.untimed > 0) parts.push(`${shownCount(table.untimed)} without a time that cannot be read`);
    if (table.refused > 0) parts.push(`${shownCount(table.refused)} among the dead letters`);
    lines.push(
      `  ${name}, ${counted(table.rows, "row")}: ${parts.length === 0 ? "nothing to import" : parts.join(", ")}`,
    );
  }
  if (report.left.length > 0)
    lines.push(`  No longer needed: ${report.left.map(({ name, reason }) => `${name} (${reason})`).join(", ")}`);
  if (report.others.length > 0)
    lines.push(`  Foreign tables, left in the original file only: ${report.others.map(({ name }) => name).join(", ")}`);
  lines.push(`  Original file: ${report.copy}`);
  return lines;
}

function mergedText(name: ImportedName): string {
  if (name === "events") return "runs, whose tasks were imported";
  return name === "alert_records" ? "of causes seen before" : "results and repeats of these";
}
