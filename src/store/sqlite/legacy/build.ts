import { setImmediate } from "node:timers/promises";
import Database from "better-sqlite3";
import { StoreError } from "../../store.ts";
import { leaveFailuresUnread } from "../failures/unread-failures.ts";
import type { Connection } from "../database/connection.ts";
import { Statements } from "../database/connection.ts";
import { InstanceState } from "../database/instance-state.ts";
import { migrate, type Migration } from "../database/migrate.ts";
import { AlertImport, CAUSES_INDEX, INCOMPLETE } from "./import-alerts.ts";
import { FileImport } from "./import-files.ts";
import { REPORT_KEY, shownCount, type ImportReport, type TableReport } from "./import-report.ts";
import type { ImportRules } from "./import-rules.ts";
import { TaskImport, taskKey } from "./import-tasks.ts";
import { LEGACY_ROW } from "../tasks/dead-letters.ts";
import { LEGACY_TIME, LegacyDeadLetters } from "./legacy-dead-letters.ts";
import { countOf, namesOf, rowsOf, type LegacyFile, type LegacyTable, type ImportedName } from "./legacy-file.ts";
import { RowError, rowJson, RowReader } from "./legacy-row.ts";
import { TaskFinder } from "./task-finder.ts";
import { taskLine } from "./task-line.ts";

/** Rows per turn; a signal can stop the import between two turns. */
const ROWS_A_TURN = 2000;
const CACHE_KIB = 256 * 1024;

export interface BuildOptions {
  readonly rules: ImportRules;
  readonly migrations: readonly Migration[];
  /** Where the legacy file is kept; for the report. */
  readonly copy: string;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Called after each turn; for tests that stop the process at a chosen moment. */
  readonly onTurn?: ((rows: number) => void) | undefined;
}

/**
 * Create a new database at `path` from the legacy file, in one transaction. Nothing reads it before it is renamed into
 * place, so it needs no journal: an unfinished build is deleted.
 */
export async function build(
  source: Connection,
  legacy: LegacyFile,
  path: string,
  options: BuildOptions,
): Promise<ImportReport> {
  const db = new Database(path);
  try {
    db.pragma("auto_vacuum = INCREMENTAL");
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma(`cache_size = -${CACHE_KIB}`);
    migrate(db, options.migrations, options.rules.now);
    db.exec("BEGIN");
    const report = await fill(source, legacy, db, options);
    db.exec("COMMIT");
    db.pragma("analysis_limit = 400");
    db.exec("ANALYZE");
    return report;
  } finally {
    db.close();
  }
}

async function fill(
  source: Connection,
  legacy: LegacyFile,
  db: Connection,
  options: BuildOptions,
): Promise<ImportReport> {
  const { rules, copy } = options;
  const indexes = createIndexes(db);
  db.exec(CAUSES_INDEX.create);
  const imported = new TableImports(db, rules, incompleteFiles(source, legacy));
  const tables: Partial<Record<ImportedName, TableReport>> = {};
  for (const table of legacy.imported) tables[table.name] = await imported.importTable(source, table, options);
  imported.end();
  db.exec(CAUSES_INDEX.drop);
  if (countOf(db, "task_records") > 200_000) options.print("Writing the indexes …");
  for (const sql of indexes) db.exec(sql);
  leaveFailuresUnread(db);
  const left = legacy.left.map((one) => ({ ...one, rows: countOf(source, one.name) }));
  const others = legacy.others.map(({ name, isVirtual }) => ({
    name,
    // Its SQLite module may be missing here.
    rows: isVirtual ? null : countOf(source, name),
  }));
  const report = { at: rules.now, copy, tables, left, others, lastRecordId: imported.lastRecordId };
  checkCounts(source, db, report);
  const state = new InstanceState(new Statements(db));
  state.put(REPORT_KEY, JSON.stringify(report));
  state.markCleanStop(rules.now);
  decide(db, report);
  return report;
}

/** Indexes are created afterwards, which is faster, except the one that finds the lines of one task. */
function createIndexes(db: Connection): readonly string[] {
  const indexes = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'task_records' AND sql IS NOT NULL AND name <> 'task_records_key'",
    )
    .all();
  for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
  return indexes.map(({ sql }) => sql);
}

/** Tasks that the older program reported as incomplete: they are not reported again. */
function incompleteFiles(source: Connection, legacy: LegacyFile): ReadonlySet<string> {
  const incomplete = new Set<string>();
  const alerts = legacy.imported.find(({ name }) => name === "alert_records");
  if (alerts === undefined) return incomplete;
  for (const values of rowsOf(source, alerts)) {
    const [, id, , type, job, msg] = values;
    if (typeof msg !== "string" || !msg.startsWith(INCOMPLETE)) continue;
    if (typeof id === "string" && typeof type === "string")
      incomplete.add(taskKey({ id, type, job: typeof job === "string" ? job : "" }));
  }
  return incomplete;
}

/** A writer for each table, and the rows that cannot be imported. */
class TableImports {
  readonly #deadLetters: LegacyDeadLetters;
  readonly #tasks: TaskImport;
  readonly #finder: TaskFinder;
  readonly #alerts: AlertImport;
  readonly #files: FileImport;

  constructor(db: Connection, rules: ImportRules, incomplete: ReadonlySet<string>) {
    this.#deadLetters = new LegacyDeadLetters(db, rules.now);
    this.#tasks = new TaskImport(db, rules, incomplete);
    this.#finder = new TaskFinder(db);
    this.#alerts = new AlertImport(db, rules.now, this.#finder);
    this.#files = new FileImport(db, rules.now, this.#finder);
  }

  get lastRecordId(): number {
    return this.#tasks.count;
  }

  end(): void {
    this.#tasks.end();
  }

  async importTable(source: Connection, table: LegacyTable, options: BuildOptions): Promise<TableReport> {
    const { name } = table;
    const total = countOf(source, name);
    const step = stepOf(total);
    const report = { rows: 0, added: 0, merged: 0, refused: 0, untimed: 0 };
    for (const values of rowsOf(source, table)) {
      this.#takeRow(name, values, report);
      report.rows += 1;
      if (report.rows % ROWS_A_TURN === 0) {
        await setImmediate();
        options.onTurn?.(report.rows);
        if (options.signal?.aborted === true) throw stopped();
      }
      if (report.rows % step === 0 && report.rows < total)
        options.print(`imported ${shownCount(report.rows)} of ${shownCount(total)} rows of ${name}`);
    }
    return report;
  }

  #takeRow(
    name: ImportedName,
    values: readonly unknown[],
    report: { -readonly [K in keyof TableReport]: number },
  ): void {
    const row = new RowReader(namesOf(name), values);
    try {
      report[this.#add(name, row)] += 1;
      if (row.lost.length === 0) return;
      report.untimed += 1;
      const reason = `imported, but without a time that cannot be read: ${row.lost.join(", ")}`;
      this.#deadLetters.add(name, rowJson(namesOf(name), values), LEGACY_TIME, reason);
    } catch (error) {
      if (!isOfTheRow(error)) throw error;
      report.refused += 1;
      this.#deadLetters.add(name, rowJson(namesOf(name), values), LEGACY_ROW, `not imported: ${error.message}`);
    }
  }

  /** Throws RowError, or SQLite's error about the row. */
  #add(name: ImportedName, row: RowReader): "added" | "merged" {
    switch (name) {
      case "task_log":
      case "task_records":
        return this.#tasks.add(taskLine(row));
      case "events":
        if (!this.#finder.hasRun(row.text(0))) throw new RowError("no task line belongs to this run");
        return "merged";
      case "alert_records":
        return this.#alerts.add(row);
      case "file_messages":
        return this.#files.add(row);
    }
  }
}

/** A violated constraint or a wrong type; any other error concerns the complete file. */
function isOfTheRow(error: unknown): error is Error {
  if (error instanceof RowError) return true;
  return error instanceof Database.SqliteError && /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(error.code);
}

function stepOf(total: number): number {
  return total >= 500_000 ? 100_000 : 50_000;
}

function stopped(): StoreError {
  return new StoreError(
    "interrupted",
    "Stopped while the older Flowlord's database was imported: the file is unchanged, and the next start begins again.",
  );
}

/** Throws when the counts of imported rows do not add up to the rows of both files. */
function checkCounts(source: Connection, db: Connection, report: ImportReport): void {
  const sums = { tasks: 0, alerts: 0, files: 0, deadLetters: 0 };
  for (const [name, table] of Object.entries(report.tables) as [ImportedName, TableReport][]) {
    mustEqual(`rows of ${name}`, countOf(source, name), table.rows);
    mustEqual(`imported rows of ${name}`, table.rows, table.added + table.merged + table.refused);
    if (name === "task_log" || name === "task_records") sums.tasks += table.added;
    if (name === "alert_records") sums.alerts += table.added;
    if (name === "file_messages") sums.files += table.added;
    sums.deadLetters += table.refused + table.untimed;
  }
  const count = (table: string): number => countOf(db, table);
  mustEqual("tasks", sums.tasks, count("task_records"));
  mustEqual("alerts", sums.alerts, count("alert_records"));
  mustEqual("file events", sums.files, count("file_messages"));
  mustEqual("dead letters", sums.deadLetters, count("dead_letters"));
  const counted = db.prepare<[], { total: number | null }>("SELECT sum(total) AS total FROM task_counts_daily").get();
  mustEqual("tasks by day", sums.tasks, counted?.total ?? 0);
}

function mustEqual(what: string, expected: number, found: number): void {
  if (expected === found) return;
  throw new StoreError(
    "migration",
    `Importing the older Flowlord's database failed: ${what}: expected ${expected}, found ${found}. The file is unchanged.`,
  );
}

/** A decision that marks the import in the history. */
function decide(db: Connection, report: ImportReport): void {
  const rows = Object.fromEntries(Object.entries(report.tables).map(([name, table]) => [name, table.rows]));
  db.prepare("INSERT INTO decisions (at, phase_id, code, data) VALUES (?, 0, 'imported', ?)").run(
    report.at,
    JSON.stringify({ rows, copy: report.copy }),
  );
}
