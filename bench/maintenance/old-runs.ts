import { connect } from "../../src/store/sqlite/database/connection.ts";

/** Rows of one statement. */
const PART = 100_000;
const BEGIN = Date.UTC(2020, 0, 1);

/**
 * Writes runs of two tasks that ended long ago, each with its decision: as the engine would have, in a fraction of the time. The
 * database is closed meanwhile. Returns how many rows that were.
 */
export function writeOldRuns(path: string, runs: number): number {
  const db = connect(path, { readonly: false, cacheKib: 256 * 1024 });
  db.pragma("synchronous = OFF");
  const part = db.transaction((from: number, until: number) => {
    const numbers = `WITH RECURSIVE run (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM run WHERE n + 1 < ${until})`;
    for (const child of [0, 1]) {
      db.exec(`${numbers} INSERT INTO task_records (id, task_id, type, job, info, info_hash, meta, msg, result, state, origin, attempt,
          first_attempt_id, parent_id, task_time, phase_id, workflow, position, created, decided_at, started, ended, finished_at)
        SELECT 2 * n + ${child} + 1, printf('00000000-0000-7000-8000-%012x', n), '${child === 0 ? "extract" : "load"}', '',
          printf('?hour=%d&table=t%d', n, n % 97), n, 'workflow=flow.toml&cron=2020-01-01T00', 'moved ' || n || ' rows', 'complete', 'finished',
          '${child === 0 ? "tick" : "child"}', 0, 2 * n + ${child} + 1, ${child === 0 ? "NULL" : "2 * n + 1"}, ${BEGIN} + n * 1000, 1, 'flow.toml', 0,
          ${BEGIN} + n * 1000, ${BEGIN} + n * 1000, ${BEGIN} + n * 1000 + 1000, ${BEGIN} + n * 1000 + 2000, ${BEGIN} + n * 1000 + 2000
        FROM run`);
      db.exec(`${numbers} INSERT INTO decisions (id, at, record_id, phase_id, task_time, code, data)
        SELECT 2 * n + ${child} + 1, ${BEGIN} + n * 1000, 2 * n + ${child} + 1, 1, NULL, 'tick_fired', '{"scheduled_at":0}' FROM run`);
    }
    db.exec(`${numbers} INSERT INTO task_relationships (origin_id, kind, phase_id, position, parent_id, child_id)
      SELECT 2 * n + 1, 'triggered', 1, 0, 2 * n + 1, 2 * n + 2 FROM run`);
  });
  for (let from = 0; from < runs; from += PART) part(from, Math.min(runs, from + PART));
  db.exec(`UPDATE id_sequences SET high_id = ${2 * runs} WHERE name IN ('task_records', 'decisions')`);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return 5 * runs;
}
