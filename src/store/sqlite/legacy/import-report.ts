import type { ImportedName } from "./legacy-file.ts";

/** What became of the rows of one table; the first four add up to its rows. */
export interface TableReport {
  readonly rows: number;
  /** Rows of ours that were made. */
  readonly added: number;
  /** Rows that say something more about what is there, or the same again. */
  readonly merged: number;
  /** Rows that could not be taken over, kept in `dead_letters`. */
  readonly refused: number;
  /** Among those taken over: without a time that cannot be read; the row is kept in `dead_letters` too. */
  readonly untimed: number;
}

/** Kept in `instance_state` under `import`, as JSON. */
export interface ImportReport {
  readonly at: number;
  /** The file as it was. */
  readonly copy: string;
  readonly tables: Readonly<Partial<Record<ImportedName, TableReport>>>;
  readonly left: readonly { readonly name: string; readonly rows: number; readonly reason: string }[];
  /** Tables of somebody else in the same file; NULL rows: a virtual one. */
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

/** A few lines for whoever started it. */
export function reportLines(report: ImportReport, seconds: number): readonly string[] {
  const lines = [`The older Flowlord's database was taken over in ${seconds.toFixed(1)} s.`];
  for (const [name, table] of Object.entries(report.tables) as [ImportedName, TableReport][]) {
    const parts = name === "events" ? [] : [counted(table.added, MADE[name])];
    if (table.merged > 0) parts.push(`${shownCount(table.merged)} ${mergedText(name)}`);
    if (table.untimed > 0) parts.push(`${shownCount(table.untimed)} without a time that cannot be read`);
    if (table.refused > 0) parts.push(`${shownCount(table.refused)} among the dead letters`);
    lines.push(
      `  ${name}, ${counted(table.rows, "row")}: ${parts.length === 0 ? "nothing in them" : parts.join(", ")}`,
    );
  }
  if (report.left.length > 0)
    lines.push(`  Not needed any more: ${report.left.map(({ name, reason }) => `${name} (${reason})`).join(", ")}`);
  if (report.others.length > 0)
    lines.push(`  Of somebody else, and only in the copy: ${report.others.map(({ name }) => name).join(", ")}`);
  lines.push(`  The file as it was: ${report.copy}`);
  return lines;
}

function mergedText(name: ImportedName): string {
  if (name === "events") return "runs, known by their tasks";
  return name === "alert_records" ? "of causes that showed before" : "results and repeats of these";
}
