import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after } from "node:test";
import Database from "better-sqlite3";
import { HOUR } from "../../../../src/contract/time/time-units.ts";
import { importedTask } from "../../../../src/core/legacy/imported-task.ts";
import { connect } from "../../../../src/store/sqlite/database/connection.ts";
import type { ImportOptions } from "../../../../src/store/sqlite/legacy/import-database.ts";
import { openSqliteStore } from "../../../../src/store/sqlite/open.ts";
import type { SqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";

/** 2026-11-24T12:00:00Z. */
export const TODAY = Date.UTC(2026, 10, 24, 12);

const TASKS = `(id TEXT, type TEXT, job TEXT, info TEXT, result TEXT, meta TEXT, msg TEXT,
  created TIMESTAMP, started TIMESTAMP, ended TIMESTAMP`;

/** The tables of both shapes. */
export const TABLES = {
  task_log: `CREATE TABLE task_log ${TASKS}, event_id TEXT)`,
  events: "CREATE TABLE events (id TEXT PRIMARY KEY, completed BOOLEAN, last_update TIMESTAMP)",
  task_records: `CREATE TABLE task_records ${TASKS}, PRIMARY KEY (type, job, id, created))`,
  alert_records: `CREATE TABLE alert_records (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT, task_time TIMESTAMP,
    task_type TEXT, job TEXT, msg TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)`,
  file_messages: `CREATE TABLE file_messages (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT, size INTEGER,
    last_modified TIMESTAMP, received_at TIMESTAMP, task_time TIMESTAMP, task_ids TEXT, task_names TEXT)`,
} as const;

export type Row = Readonly<Record<string, unknown>>;

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-older-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file of the older program, in a new folder unless it exists already. */
export class LegacyDatabase {
  readonly path: string;
  readonly lines: string[] = [];

  constructor(path: string | null = null) {
    this.path = path ?? join(scratch(), "tasks.db");
  }

  /** Run statements on the file, as the older program would. */
  write(...sql: readonly string[]): this {
    const db = new Database(this.path);
    for (const one of sql) db.exec(one);
    db.close();
    return this;
  }

  insert(table: string, ...rows: readonly Row[]): this {
    const db = new Database(this.path);
    db.exec("BEGIN");
    for (const row of rows) {
      const names = Object.keys(row);
      db.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`).run(
        ...Object.values(row),
      );
    }
    db.exec("COMMIT");
    db.close();
    return this;
  }

  open(more: Partial<ImportOptions> = {}): Promise<SqliteStore> {
    return openSqliteStore({
      path: this.path,
      now: () => TODAY,
      newId: () => "this-instance",
      import: { taskTtl: 4 * HOUR, readTask: importedTask, print: (line) => this.lines.push(line), ...more },
    });
  }

  /** Import it, and close it again. */
  async importTable(more: Partial<ImportOptions> = {}): Promise<this> {
    await (await this.open(more)).close();
    return this;
  }

  /** Current rows of the file. */
  rows(sql: string): readonly Row[] {
    const db = connect(this.path, { readonly: true, cacheKib: 1024 });
    try {
      return db.prepare<[], Row>(sql).all();
    } finally {
      db.close();
    }
  }

  /** Names of other files in its folder, without the lock. */
  beside(): readonly string[] {
    const name = basename(this.path);
    return readdirSync(dirname(this.path)).filter((one) => one !== name && one !== `${name}.lock`);
  }

  /** Paths of the copies. */
  copies(): readonly string[] {
    return this.beside()
      .filter((name) => name.includes(".before-import-"))
      .map((name) => join(dirname(this.path), name));
  }

  bytes(): Buffer {
    return existsSync(this.path) ? readFileSync(this.path) : Buffer.alloc(0);
  }
}

/** A row of `task_log` or `task_records`. */
export function line(row: Row = {}): Row {
  const plain = { id: "run-1", type: "load", job: "", info: "?a=1", result: "", meta: "", msg: "" };
  return { ...plain, created: "2026-11-01T03:00:00Z", started: "", ended: "", ...row };
}
