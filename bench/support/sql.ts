import { connect, type Connection, type Statement } from "../../src/store/sqlite/database/connection.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";

/** As src/store/sqlite/open.ts sets it for the writer. */
const WRITER_CACHE_KIB = 64 * 1024;

export type SqlByName = ReadonlyMap<string, string>;

/** Create the database if it is missing; returns the text of every statement that the store prepares on it. */
export async function storeSql(database: string): Promise<SqlByName> {
  const store = await openSqliteStore({ path: database, now: Date.now, newId: () => crypto.randomUUID() });
  const sql = new Map(store.statements.list().map((statement) => [statement.name, statement.sql]));
  await store.close();
  return sql;
}

/** A bare connection as the store's writer has it: same pragmas, same cache. */
export function openBare(database: string): Connection {
  return connect(database, { readonly: false, cacheKib: WRITER_CACHE_KIB });
}

/** The store's own statement of this name, on a bare connection. */
export function prepareAs(name: string, sql: SqlByName, db: Connection): Statement {
  const text = sql.get(name);
  if (text === undefined) throw new Error(`the store has no statement ${name} any more`);
  return db.prepare(text);
}
