import { join, resolve } from "node:path";
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from "@duckdb/node-api";
import { toError } from "../../contract/to-error.ts";
import { ArchiveError } from "./archive-error.ts";
import { viewOf } from "./archive-views.ts";
import { type DuckDb, loadDuckDb } from "./duckdb.ts";

export interface ArchiveQuestion {
  readonly sql: string;
  readonly maxRows: number;
  /** How long it may take (ms). */
  readonly withinMs: number;
}

export type ArchiveCell = string | number | boolean | null;

export interface ArchiveAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ArchiveCell[])[];
  /** There were more rows than were asked for, or than the memory should hold. */
  readonly isCut: boolean;
}

export interface FilesToQuery {
  /** The folder below which they are. */
  readonly root: string;
  /** Of those that are `isEmpty` only the columns are needed. */
  readonly files: readonly { readonly table: string; readonly key: string; readonly isEmpty?: boolean }[];
  /** Every table of the archive, to be named in an error. */
  readonly tables: readonly string[];
  /** A folder for what does not fit into memory. */
  readonly spill: string;
}

/** Of an answer, about so many letters. */
const MAX_ANSWER = 64 * 1024 * 1024;
const MEMORY = "1GB";
const SPILL = "20GB";

/**
 * Asks DuckDB, in memory, with a view of each table. It reads the archive and nothing else, and writes nothing but what does not fit
 * into memory. Throws ArchiveError `bad_query`, `timeout` and `no_client`.
 */
export async function queryFiles(
  question: ArchiveQuestion,
  source: FilesToQuery,
  signal: AbortSignal,
): Promise<ArchiveAnswer> {
  const duckdb = await loadDuckDb();
  const instance = await duckdb.DuckDBInstance.create(":memory:", { threads: "2", memory_limit: MEMORY });
  const db = await instance.connect();
  const interrupt = (): void => db.interrupt();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    interrupt();
  }, question.withinMs);
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    await prepare(db, source);
    return await answer(duckdb, db, question, () => signal.aborted || isLate);
  } catch (error) {
    if (isLate)
      throw new ArchiveError(
        "timeout",
        `The query took longer than ${question.withinMs / 1000} seconds: name fewer days with --since and --until, or give it more time with --timeout.`,
        { cause: error },
      );
    throw explained(error, source);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
    db.closeSync();
    instance.closeSync();
  }
}

/** No extension is loaded or downloaded: what it needs is in the library. */
async function prepare(db: DuckDBConnection, { root, files, spill }: FilesToQuery): Promise<void> {
  const byTable = Map.groupBy(files, ({ table }) => table);
  const base = resolve(root);
  const settings = [
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "TimeZone = 'UTC'",
    `temp_directory = ${quoted(join(spill, "spill"))}`,
    `max_temp_directory_size = '${SPILL}'`,
    `allowed_directories = [${quoted(base)}]`,
    "enable_external_access = false",
  ];
  for (const setting of settings) await db.run(`SET ${setting}`);
  for (const [table, found] of byTable)
    await db.run(
      viewOf(
        table,
        found.map(({ key }) => join(base, key)),
        found.some(({ isEmpty }) => isEmpty === true),
      ),
    );
  await db.run("SET lock_configuration = true");
}

async function answer(
  duckdb: DuckDb,
  db: DuckDBConnection,
  { sql, maxRows }: ArchiveQuestion,
  isOver: () => boolean,
): Promise<ArchiveAnswer> {
  const statement = await readingStatement(duckdb, db, sql);
  const result = await statement.stream();
  const rows: ArchiveCell[][] = [];
  let size = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (isOver()) throw new Error("interrupted");
    if (chunk === null || chunk.rowCount === 0)
      return { columns: result.deduplicatedColumnNames(), rows, isCut: false };
    for (const row of chunk.getRows()) {
      const cells = row.map((value) => cellOf(duckdb, value));
      size += cells.reduce<number>((sum, cell) => sum + (typeof cell === "string" ? cell.length : 8), 0);
      if (rows.length >= maxRows || size > MAX_ANSWER)
        return { columns: result.deduplicatedColumnNames(), rows, isCut: true };
      rows.push(cells);
    }
  }
}

/** Throws ArchiveError for what is not one statement that reads. */
async function readingStatement(duckdb: DuckDb, db: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await db.extractStatements(sql);
  if (statements.count !== 1)
    throw new ArchiveError("bad_query", `The text has ${statements.count} statements: give one SELECT.`);
  const statement = await statements.prepare(0);
  const { SELECT, EXPLAIN } = duckdb.StatementType;
  if (statement.statementType === SELECT || statement.statementType === EXPLAIN) return statement;
  throw new ArchiveError("bad_query", "An archive is only read: give a SELECT.");
}

function cellOf(duckdb: DuckDb, value: DuckDBValue): ArchiveCell {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  // JSON has no integers beyond these.
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof duckdb.DuckDBTimestampTZValue) return instant(value.micros);
  return String(value);
}

/** As every other time that commands print in JSON. */
function instant(micros: bigint): string {
  const at = new Date(Number(micros / 1000n));
  return Number.isNaN(at.getTime()) ? String(micros) : at.toISOString();
}

function explained(error: unknown, { tables }: FilesToQuery): Error {
  const { name, message } = toError(error);
  if (name === "ArchiveError") return toError(error);
  const known = tables.length === 0 ? "is no table yet" : `are ${tables.toSorted().join(", ")}`;
  const hint = /Table with name/.test(message) ? ` In the archive ${known}.` : "";
  const at = /syntax error at or near "(?:at|until)"|near "at"/i.test(message) ? ' Write "at" in quotes.' : "";
  return new ArchiveError("bad_query", `DuckDB: ${message.trim()}${hint}${at}`, { cause: error });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
