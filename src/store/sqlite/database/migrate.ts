import { readdirSync, readFileSync } from "node:fs";
import { StoreError } from "../../store.ts";
import type { Connection } from "./connection.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** The same path from the package's src and dist folders. */
const FOLDER = new URL("../../../../migrations/", import.meta.url);

/** The migrations of the folder, in order. Throws when a number is missing or duplicate. */
export function readMigrations(folder: URL = FOLDER): readonly Migration[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  return files.map((name, index) => {
    if (Number(name.slice(0, 4)) !== index + 1) {
      throw new StoreError(
        "migration",
        `Migration ${name}: number ${index + 1} was expected; the migrations folder is incomplete.`,
      );
    }
    return { version: index + 1, name, sql: readFileSync(new URL(name, folder), "utf8") };
  });
}

/** 0 for a file without tables. */
export function schemaVersion(db: Connection): number {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'").get() === undefined) return 0;
  const row = db.prepare<[], { version: number | null }>("SELECT max(version) AS version FROM schema_migrations").get();
  return row?.version ?? 0;
}

/**
 * Bring the file to the newest version. Each migration commits together with its own row in `schema_migrations`:
 * killed anywhere, the file has the old version or the new one. Returns whether there was anything to do.
 */
export function migrate(db: Connection, migrations: readonly Migration[], now: number): boolean {
  const current = schemaVersion(db);
  for (const migration of migrations.slice(current)) {
    db.exec("BEGIN IMMEDIATE");
    // A migration may change the text of a table in sqlite_schema.
    db.unsafeMode(true);
    try {
      db.exec(migration.sql);
      db.prepare("INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)").run(
        migration.version,
        migration.name,
        now,
      );
      db.exec("COMMIT");
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      throw error;
    } finally {
      db.unsafeMode(false);
    }
  }
  return migrations.length > current;
}
