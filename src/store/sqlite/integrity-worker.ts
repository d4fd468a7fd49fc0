import { parentPort, workerData } from "node:worker_threads";
import { connect } from "./connection.ts";
import type { IntegrityAnswer } from "./integrity.ts";

const MOST_PROBLEMS = 5;

function check(path: string): IntegrityAnswer {
  const db = connect(path, { readonly: true, cacheKib: 8192 });
  try {
    const rows = db.prepare<[], { integrity_check: string }>(`PRAGMA integrity_check(${MOST_PROBLEMS})`).all();
    return { problems: rows.map((row) => row.integrity_check).filter((problem) => problem !== "ok") };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    db.close();
  }
}

const { path } = workerData as { readonly path: string };
parentPort?.postMessage(check(path));
