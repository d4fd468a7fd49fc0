import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { seedDatabase, type SeedReport } from "../../bench/seed-database/seed-database.ts";
import { connect, type Connection } from "../../src/store/sqlite/database/connection.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";

const UNTIL = Date.parse("2026-03-08T15:30:00Z");

function seed(path: string, seed = 7): Promise<SeedReport> {
  return seedDatabase({ path, tasks: 6000, days: 5, seed, until: UNTIL, search: true });
}

function rowsOf<Row>(db: Connection, sql: string): Row[] {
  return db.prepare<[], Row>(sql).all();
}

function schemaOf(path: string): unknown {
  const db = connect(path, { readonly: true, cacheKib: 1024 });
  const found = rowsOf(
    db,
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2",
  );
  db.close();
  return found;
}

/** Of all rows of all tables. */
function hashOf(path: string): string {
  const db = connect(path, { readonly: true, cacheKib: 1024 });
  const hash = createHash("sha256");
  const tables = rowsOf<{ name: string }>(
    db,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name",
  );
  for (const { name } of tables) {
    if (name === "task_search") continue;
    hash.update(name);
    // What the store keeps of its own file, as where it is.
    const own = name === "instance_state" ? "WHERE key NOT LIKE 'store.%'" : "";
    for (const row of db.prepare(`SELECT * FROM ${name} ${own}`).raw().iterate()) hash.update(JSON.stringify(row));
  }
  db.close();
  return hash.digest("hex");
}

describe("a seeded database", () => {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-seeded-"));
  const path = join(dir, "seeded.db");
  let report: SeedReport;
  let db: Connection;

  before(async () => {
    report = await seed(path);
    db = connect(path, { readonly: true, cacheKib: 8192 });
  });
  after(() => {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Queries that look for what must not be there. */
  function assertNone(claim: string, sql: string): void {
    assert.deepEqual(rowsOf(db, `${sql} LIMIT 3`), [], claim);
  }

  it("holds about as many tasks as asked for, and says how many rows each table has", () => {
    const tasks = report.rows.get("task_records") ?? 0;
    assert.ok(tasks > 5000 && tasks < 7000, `${tasks} tasks`);
    for (const [table, rows] of report.rows) {
      assert.equal(rowsOf<{ n: number }>(db, `SELECT count(*) AS n FROM ${table}`)[0]?.n, rows, table);
    }
    for (const table of [
      "join_members",
      "join_starts",
      "file_near_misses",
      "alert_records",
      "alert_changes",
      "dead_letters",
    ])
      assert.ok((report.rows.get(table) ?? 0) > 0, table);
  });

  it("has the schema of the migrations, whole and in order", async () => {
    const empty = join(dir, "empty.db");
    await (await openSqliteStore({ path: empty, now: () => UNTIL, newId: () => "x" })).close();
    assert.deepEqual(schemaOf(path), schemaOf(empty));
    assert.deepEqual(rowsOf(db, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    assert.deepEqual(rowsOf(db, "PRAGMA foreign_key_check"), []);
    assert.deepEqual(rowsOf(db, "PRAGMA journal_mode"), [{ journal_mode: "wal" }]);
  });

  it("is the same for the same seed, and another for another", async () => {
    const [again, other] = [join(dir, "again.db"), join(dir, "other.db")];
    await seed(again);
    await seed(other, 8);
    assert.equal(hashOf(again), hashOf(path));
    assert.notEqual(hashOf(other), hashOf(path));
  });

  it("has counters that equal what they count", () => {
    for (const [table, key, ms] of [
      ["task_counts_hourly", "hour", 3_600_000],
      ["task_counts_daily", "day", 86_400_000],
    ] as const) {
      const of = (result: string): string => `sum(result = '${result}')`;
      const counted = `SELECT decided_at / ${ms} * ${ms} AS ${key}, type, job, count(*) AS total, ${of("complete")} AS complete,
          ${of("error")} AS error, ${of("warn")} AS warn, ${of("alert")} AS alert,
          sum(state = 'finished' AND result NOT IN ('complete', 'error', 'warn', 'alert')) AS unknown, sum(state = 'cancelled') AS cancelled,
          sum(CASE WHEN ended IS NULL THEN 0 ELSE max(0, ended - started) END) AS run_ms,
          sum(CASE WHEN started IS NULL THEN 0 ELSE max(0, started - created) END) AS queue_ms
        FROM task_records GROUP BY 1, 2, 3`;
      assertNone(`${table} without tasks`, `SELECT * FROM ${table} EXCEPT ${counted}`);
      assertNone(`tasks without ${table}`, `${counted} EXCEPT SELECT * FROM ${table}`);
    }
  });

  it("has histograms of as many tasks as are finished", () => {
    const counted = rowsOf<{ n: number }>(
      db,
      "SELECT sum((SELECT sum(value) FROM json_each(run))) AS n FROM task_timings_hourly UNION ALL SELECT sum((SELECT sum(value) FROM json_each(queue))) FROM task_timings_daily",
    );
    const finished = rowsOf<{ n: number }>(db, "SELECT count(*) AS n FROM task_records WHERE state = 'finished'");
    assert.deepEqual(counted, [finished[0], finished[0]]);
  });

  it("has both ends of every relationship, and one for every task that came from another", () => {
    const joined =
      "FROM task_relationships r LEFT JOIN task_records p ON p.id = r.parent_id LEFT JOIN task_records c ON c.id = r.child_id";
    assertNone("an end is missing", `SELECT r.* ${joined} WHERE p.id IS NULL OR c.id IS NULL`);
    assertNone("another run", `SELECT r.* ${joined} WHERE p.task_id <> c.task_id`);
    assertNone("the origin is attempt 0 of the parent", `SELECT r.* ${joined} WHERE r.origin_id <> p.first_attempt_id`);
    assertNone(
      "a child before its parent ended",
      `SELECT r.* ${joined} WHERE c.decided_at < p.finished_at OR p.state <> 'finished'`,
    );
    assertNone(
      "a task without its parent",
      `SELECT * FROM task_records c WHERE parent_id IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM task_relationships r WHERE r.child_id = c.id AND r.parent_id = c.parent_id)`,
    );
    assertNone(
      "a retry that does not follow on its attempt",
      `SELECT c.* FROM task_records c JOIN task_records p ON p.id = c.parent_id
       WHERE c.origin = 'retry' AND (c.attempt <> p.attempt + 1 OR p.result <> 'error' OR c.first_attempt_id <> p.first_attempt_id OR c.info <> p.info)`,
    );
  });

  it("joins only what has arrived whole", () => {
    assertNone(
      "a join with one parent",
      `SELECT c.id FROM task_records c JOIN task_relationships r ON r.child_id = c.id WHERE r.kind = 'join' GROUP BY 1 HAVING count(*) <> 2`,
    );
    assertNone(
      "an arrival whose child is another's",
      `SELECT a.* FROM join_members a JOIN join_starts s USING (phase_id, join_key) LEFT JOIN task_relationships r ON r.child_id = s.child_id AND r.parent_id = a.record_id
       WHERE r.kind IS NOT 'join'`,
    );
  });

  it("tells of every task why it was made, and of every end what came of it", () => {
    const made = "'tick_fired', 'child_started', 'retry_scheduled', 'file_matched', 'external_task'";
    assertNone(
      "a task that nothing decided",
      `SELECT * FROM task_records t WHERE (SELECT count(*) FROM decisions d WHERE d.record_id = t.id AND d.code IN (${made})) <> 1`,
    );
    assertNone(
      "an error without a consequence",
      `SELECT * FROM task_records t WHERE result = 'error' AND origin <> 'external' AND NOT EXISTS
         (SELECT 1 FROM decisions d WHERE d.record_id = t.id AND d.code = 'retries_exhausted') AND NOT EXISTS
         (SELECT 1 FROM task_relationships r WHERE r.parent_id = t.id AND r.kind = 'retry')`,
    );
    assertNone("data that is no JSON", "SELECT * FROM decisions WHERE NOT json_valid(data)");
    assertNone(
      "decisions about phases that there are not",
      "SELECT * FROM decisions WHERE phase_id <> 0 AND phase_id NOT IN (SELECT id FROM workflow_phases)",
    );
  });

  it("leaves unfinished only what the end came before", () => {
    assertNone(
      "finished in the future",
      `SELECT * FROM task_records WHERE finished_at > ${UNTIL} OR decided_at > ${UNTIL}`,
    );
    assertNone("finished without a result", "SELECT * FROM task_records WHERE (state = 'finished') <> (result <> '')");
    assertNone(
      "late, but not called so",
      `SELECT * FROM task_records WHERE state = 'sent' AND deadline_at <= ${UNTIL}`,
    );
    assertNone(
      "a retry that waits and is not in the outbox",
      "SELECT id FROM task_records WHERE state = 'waiting' EXCEPT SELECT record_id FROM outbox",
    );
  });

  it("has alerts that equal their occurrences", () => {
    assertNone(
      "an alert that counts otherwise",
      `SELECT a.id FROM alert_records a LEFT JOIN alert_occurrences o ON o.alert_id = a.id GROUP BY a.id
       HAVING count(*) <> a.count OR min(o.at) <> a.created_at OR max(o.at) <> a.last_seen OR max(o.id) <> a.newest_id`,
    );
    assertNone(
      "a state that nobody gave",
      `SELECT * FROM alert_records a WHERE state <> 'open' AND state <>
       (SELECT c.state FROM alert_changes c WHERE c.alert_id = a.id ORDER BY c.id DESC LIMIT 1)`,
    );
  });

  it("has file counters and matches that equal the events", () => {
    assertNone(
      "events that count otherwise",
      `SELECT hour, events, matched, unmatched, bytes FROM file_counts_hourly WHERE phase_id = 0
      EXCEPT SELECT received_at / 3600000 * 3600000, count(*), sum(matched > 0), sum(matched = 0), sum(size) FROM file_messages GROUP BY 1`,
    );
    assertNone(
      "matches without their task",
      `SELECT m.* FROM file_pattern_matches m LEFT JOIN task_records t ON t.id = m.record_id AND t.phase_id = m.phase_id
       LEFT JOIN file_messages f ON f.id = m.file_message_id WHERE t.id IS NULL OR f.matched <> 1`,
    );
    assertNone(
      "near misses of what matched",
      "SELECT * FROM file_near_misses n JOIN file_messages f ON f.id = n.file_message_id WHERE f.matched > 0",
    );
  });

  it("is a database that the program goes on with", async () => {
    const store = await openSqliteStore({ path, now: () => UNTIL, newId: () => "x" });
    try {
      assert.deepEqual(store.health(), { ok: true, reason: null, integrity: "clean" });
      const filter = { limit: 3, before: null, type: "load", job: "orders", result: null, state: null };
      assert.equal((await store.reads.tasks(filter)).length, 3);
      assert.equal((await store.reads.counts()).records, report.rows.get("task_records"));
    } finally {
      await store.close();
    }
  });
});
