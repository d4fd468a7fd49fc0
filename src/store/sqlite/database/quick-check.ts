import { toError } from "../../../contract/to-error.ts";
import type { StoreErrorCode } from "../../store.ts";
import { connect, storeErrorOf } from "./connection.ts";

/** The damage found; `problems` is empty when the file is sound, as far as it could be read. */
export interface IntegrityAnswer {
  readonly problems: readonly string[];
  /** Why the file could not be read to its end. */
  readonly error: { readonly code: StoreErrorCode | null; readonly message: string } | null;
}

const MAX_ERRORS = 5;
/** Same extension as this file: `.ts` in a clone, `.js` when built. */
export const CHECKER = new URL(`./integrity-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * `quick_check`, one table at a time: `integrity_check` also compares each index with its table, which takes minutes on
 * ten million rows, and a long read keeps SQLite from truncating the WAL. The full comparison is for backups.
 * `isOver`: nobody waits for the rest any more.
 */
export function quickCheck(path: string, isOver: () => boolean = () => false): IntegrityAnswer {
  const problems: string[] = [];
  let failure: IntegrityAnswer["error"] = null;
  try {
    const db = connect(path, { readonly: true, cacheKib: 8192 });
    const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      if (isOver()) break;
      const rows = db.prepare<[], { quick_check: string }>(`PRAGMA quick_check("${name}")`).all();
      problems.push(...rows.map((row) => row.quick_check).filter((found) => found !== "ok"));
    }
    db.close();
  } catch (error) {
    failure = { code: storeErrorOf(error, path)?.code ?? null, message: toError(error).message };
  }
  return { problems: problems.slice(0, MAX_ERRORS), error: failure };
}
