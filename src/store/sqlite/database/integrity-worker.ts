import { toError } from "../../../contract/to-error.ts";
import { connect, storeErrorOf } from "./connection.ts";
import type { IntegrityAnswer } from "./integrity.ts";

const MAX_ERRORS = 5;

/**
 * `quick_check`, one table at a time: `integrity_check` also compares each index with its table, which takes minutes on
 * ten million rows, and a long read keeps SQLite from truncating the WAL. The full comparison is for backups.
 */
function check(path: string): IntegrityAnswer {
  const problems: string[] = [];
  let failure: IntegrityAnswer["error"] = null;
  try {
    const db = connect(path, { readonly: true, cacheKib: 8192 });
    const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      // The parent process is gone; ignore.
      if (!process.connected) break;
      const rows = db.prepare<[], { quick_check: string }>(`PRAGMA quick_check("${name}")`).all();
      problems.push(...rows.map((row) => row.quick_check).filter((found) => found !== "ok"));
    }
    db.close();
  } catch (error) {
    failure = { code: storeErrorOf(error, path)?.code ?? null, message: toError(error).message };
  }
  return { problems: problems.slice(0, MAX_ERRORS), error: failure };
}

const path = process.argv[2];
if (path !== undefined) process.send?.(check(path), () => process.disconnect());
