import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { toError } from "../../../contract/to-error.ts";
import { connect, storeErrorOf } from "../database/connection.ts";
import type { MeasuredTable, SizeAnswer } from "./measure-sizes.ts";

/** Pages of a larger cache would only be memory: each is read once. */
const CACHE_KIB = 2048;
/** After each table or index the disk belongs to the others for as long as this share of the time that it took. */
const REST = 0.5;
const MAX_REST_MS = 2000;

interface SchemaObject {
  readonly name: string;
  readonly table: string;
  readonly type: "table" | "index";
  /** A table whose entries number no rows. */
  readonly shadow: 0 | 1;
  /** Its rows are in an index: also on the inner pages. */
  readonly keyed: 0 | 1;
}

/**
 * Reads each page of the file, one table or index at a time: a read of all of them together would keep SQLite from
 * emptying the WAL meanwhile.
 */
async function measure(path: string): Promise<SizeAnswer> {
  const began = performance.now();
  try {
    const db = connect(path, { readonly: true, cacheKib: CACHE_KIB });
    const objects = db
      .prepare<[], SchemaObject>(
        `SELECT o.name, o.tbl_name AS "table", o.type, ifnull(t.type = 'shadow', FALSE) AS shadow, ifnull(t.wr, FALSE) AS keyed
         FROM sqlite_schema o LEFT JOIN pragma_table_list t ON t.schema = 'main' AND t.name = o.name
         WHERE o.type IN ('table', 'index') AND o.rootpage > 0`,
      )
      .all();
    const pages = db.prepare<[string], { bytes: number; leaves: number; entries: number }>(
      `SELECT ifnull(sum(pgsize), 0) AS bytes, ifnull(sum(ncell) FILTER (WHERE pagetype = 'leaf'), 0) AS leaves,
         ifnull(sum(ncell), 0) AS entries FROM dbstat WHERE name = ?`,
    );
    const tables = new Map<string, { rows: number | null; bytes: number; index_bytes: number }>();
    for (const { name, table, type, shadow, keyed } of objects) {
      // The parent process is gone; ignore.
      if (!process.connected) break;
      const since = performance.now();
      const { bytes, leaves, entries } = pages.get(name) ?? { bytes: 0, leaves: 0, entries: 0 };
      const one = tables.get(table) ?? { rows: null, bytes: 0, index_bytes: 0 };
      tables.set(table, one);
      if (type === "index") one.index_bytes += bytes;
      else {
        one.bytes = bytes;
        one.rows = shadow === 1 ? null : keyed === 1 ? entries : leaves;
      }
      await setTimeout(Math.min(REST * (performance.now() - since), MAX_REST_MS));
    }
    db.close();
    const found = Array.from(tables, ([name, one]): MeasuredTable => ({ name, ...one }));
    return { tables: found, ms: Math.round(performance.now() - began), error: null };
  } catch (error) {
    const message = storeErrorOf(error, path)?.message ?? toError(error).message;
    return { tables: [], ms: Math.round(performance.now() - began), error: message };
  }
}

const path = process.argv[2];
if (path !== undefined) process.send?.(await measure(path), () => process.disconnect());
