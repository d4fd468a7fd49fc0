import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readCases } from "../../../../scripts/vector-runner.ts";
import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import { REPORT_KEY, type ImportReport } from "../../../../src/store/sqlite/legacy/import-report.ts";
import { line, LegacyDatabase, TABLES, TODAY, type Row } from "./harness.ts";
import { writeLegacyDatabase, type DescribedDatabase } from "./older-database.ts";

const VECTORS = fileURLToPath(new URL("../../../vectors", import.meta.url));

const RECORDS =
  "SELECT id, task_id, type, job, result, state, attempt, first_attempt_id AS first, parent_id AS parent FROM task_records ORDER BY id";

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The sending and the result of one task. */
function both(row: Row, result: string): readonly [Row, Row] {
  return [line(row), line({ ...row, result, started: "2026-11-01T03:00:01Z", ended: "2026-11-01T03:00:11Z" })];
}

describe("tasks of the older program", () => {
  it("are one record per attempt, for any lines about it", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_log);
    const [sent, failed] = both({ meta: "workflow=f.toml" }, "error");
    const retry = { meta: "workflow=f.toml&retry=1", created: "2026-11-01T03:01:00Z" };
    const [redrive, done] = both(retry, "complete");
    legacy.insert("task_log", sent, failed, redrive, done, { ...done, result: "error" }, sent, {
      ...failed,
      result: "warn",
    });
    await legacy.importTable();
    assert.deepEqual(legacy.rows(RECORDS), [
      {
        id: 1,
        task_id: "run-1",
        type: "load",
        job: "",
        result: "error",
        state: "finished",
        attempt: 0,
        first: 1,
        parent: null,
      },
      {
        id: 2,
        task_id: "run-1",
        type: "load",
        job: "",
        result: "complete",
        state: "finished",
        attempt: 1,
        first: 1,
        parent: 1,
      },
    ]);
    assert.deepEqual(legacy.rows("SELECT origin_id, kind, position, parent_id, child_id FROM task_relationships"), [
      { origin_id: 1, kind: "retry", position: 1, parent_id: 1, child_id: 2 },
    ]);
    assert.deepEqual(legacy.rows("SELECT workflow, origin FROM task_records"), [
      { workflow: "f.toml", origin: "external" },
      { workflow: "f.toml", origin: "retry" },
    ]);
    assert.match(legacy.lines.join("\n"), /task_log, 7 rows: 2 tasks, 5 results and repeats of these/);
  });

  it("keep a complete that came after an error, and info and created apart", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_records);
    const error = line({ result: "error" });
    legacy.insert("task_records", error, line({ result: "complete", created: "2026-11-01T03:00:00+00:00" }));
    legacy.insert(
      "task_records",
      line({ info: "?a=2", created: "2026-11-01T03:00:00.000Z" }),
      line({ created: "2026-11-02" }),
    );
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT info, result, created FROM task_records"), [
      { info: "?a=1", result: "complete", created: Date.UTC(2026, 10, 1, 3) },
      { info: "?a=2", result: "", created: Date.UTC(2026, 10, 1, 3) },
      { info: "?a=1", result: "", created: Date.UTC(2026, 10, 2) },
    ]);
  });

  it("count the exhausted task as its last attempt", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_log);
    const last = line({ result: "error", meta: "retry=2&workflow=f.toml" });
    await legacy.insert("task_log", last, { ...last, meta: "retried=2&retry=failed&workflow=f.toml" }).importTable();
    assert.deepEqual(legacy.rows("SELECT attempt, meta FROM task_records"), [
      { attempt: 2, meta: "retry=2&workflow=f.toml" },
    ]);
  });

  it("without a result stay open when they are from the last day, and are not reported twice", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_records, TABLES.alert_records);
    const recent = iso(TODAY - HOUR);
    legacy.insert("task_records", line({ id: "new", created: recent }), line({ id: "told", created: recent }));
    legacy.insert(
      "task_records",
      line({ id: "old", created: iso(TODAY - 2 * DAY) }),
      line({ id: "old day", created: iso(TODAY - 2 * DAY).slice(0, 10) }),
      line({ id: "no time", created: "" }),
    );
    legacy.insert("task_records", line({ id: "goes", created: recent, result: "running" }));
    legacy.insert("alert_records", {
      task_id: "told",
      task_type: "load",
      job: "",
      msg: "INCOMPLETE: unfinished task detected",
      created_at: recent,
    });
    const store = await legacy.open();
    assert.deepEqual(legacy.rows("SELECT task_id, state, result, deadline_at FROM task_records"), [
      { task_id: "new", state: "sent", result: "", deadline_at: TODAY + 3 * HOUR },
      { task_id: "told", state: "overdue", result: "", deadline_at: null },
      { task_id: "old", state: "overdue", result: "", deadline_at: null },
      { task_id: "old day", state: "overdue", result: "", deadline_at: null },
      { task_id: "no time", state: "overdue", result: "", deadline_at: null },
      { task_id: "goes", state: "sent", result: "", deadline_at: TODAY + 3 * HOUR },
    ]);
    assert.deepEqual(legacy.rows("SELECT * FROM outbox"), [], "nothing is sent again");
    const late = await store.expireTasks(TODAY + 4 * HOUR, 100, () => ({ alerts: [], decisions: [] }));
    assert.equal(late.expired, 2);
    await store.close();
  });

  it("are counted by hour and day", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_log);
    const [sent, done] = both({}, "complete");
    legacy.insert("task_log", sent, done, line({ id: "run-2", created: "2026-11-01T04:30:00Z", result: "error" }));
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT hour, total, complete, error, run_ms, queue_ms FROM task_counts_hourly"), [
      { hour: Date.UTC(2026, 10, 1, 3), total: 1, complete: 1, error: 0, run_ms: 10_000, queue_ms: 1000 },
      { hour: Date.UTC(2026, 10, 1, 4), total: 1, complete: 0, error: 1, run_ms: 0, queue_ms: 0 },
    ]);
    assert.deepEqual(legacy.rows("SELECT total, complete, error FROM task_counts_daily"), [
      { total: 2, complete: 1, error: 1 },
    ]);
  });

  it("come from the log and from the records of one file alike", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_log, TABLES.task_records);
    const [sent, done] = both({}, "complete");
    legacy.insert("task_log", sent, line({ id: "run-2" })).insert("task_records", done, line({ id: "run-3" }));
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT task_id, result FROM task_records"), [
      { task_id: "run-1", result: "complete" },
      { task_id: "run-2", result: "" },
      { task_id: "run-3", result: "" },
    ]);
  });

  it("need no column but id, type and created, and no rowid", async () => {
    const legacy = new LegacyDatabase().write(
      "CREATE TABLE task_records (ID TEXT, Type TEXT, created TIMESTAMP, PRIMARY KEY (type, id, created)) WITHOUT ROWID",
      "INSERT INTO task_records VALUES ('run-1', 'load', '2026-11-01 03:00:00')",
    );
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT task_id, type, job, created FROM task_records"), [
      { task_id: "run-1", type: "load", job: "", created: Date.UTC(2026, 10, 1, 3) },
    ]);
  });

  it("that cannot be read are dead letters with the reason, and are not redriven", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_log, TABLES.events);
    legacy.insert("task_log", line({ info: Buffer.from([0xff, 0xfe]) }), line({ id: "run-2", started: "soon" }));
    legacy.insert(
      "events",
      { id: "run-2", completed: 0, last_update: "" },
      { id: "lost", completed: 1, last_update: "x" },
    );
    const store = await legacy.open();
    const deadLetters = legacy.rows("SELECT topic, code, reason, redriven_at IS NULL AS open FROM dead_letters");
    assert.deepEqual(deadLetters, [
      { topic: "task_log", code: "older_row", reason: "not imported: info is not a text", open: 1 },
      {
        topic: "task_log",
        code: "older_time",
        reason: 'imported, but without a time that cannot be read: started "soon"',
        open: 0,
      },
      { topic: "events", code: "older_row", reason: "not imported: no task line belongs to this run", open: 1 },
    ]);
    const [first] = legacy.rows("SELECT payload FROM dead_letters");
    assert.equal(JSON.parse(String(first?.["payload"])).info, "fffe");
    assert.deepEqual(await store.openDeadLetters({ after: 0, limit: 10 }), []);
    assert.deepEqual(await store.openDeadLetters({ ids: [1, 2, 3] }), []);
    assert.deepEqual(await store.redriveDeadLetters("all", { by: "ann", reason: "", edited: false }, TODAY), []);
    assert.deepEqual(legacy.rows("SELECT task_id FROM task_records"), [{ task_id: "run-2" }]);
    await store.close();
  });
});

describe("alerts of the older program", () => {
  const alert = {
    task_id: "run-1",
    task_time: "2026-11-01 03:00:00 +0000 UTC",
    task_type: "load",
    job: "",
    msg: "gone",
  };

  it("are resolved when they are from before today, and open when not", async () => {
    const legacy = new LegacyDatabase().write(TABLES.alert_records, TABLES.task_records);
    legacy.insert("task_records", line({ result: "error", meta: "workflow=f.toml" }));
    legacy.insert("task_records", line({ id: "well", result: "complete", ended: iso(TODAY) }));
    legacy.insert("alert_records", { ...alert, created_at: "2026-11-01 03:30:00" });
    legacy.insert("alert_records", { ...alert, created_at: "2026-11-01 04:30:00", msg: "gone again" });
    legacy.insert("alert_records", { ...alert, created_at: iso(TODAY - HOUR) });
    legacy.insert("alert_records", { ...alert, task_id: "well", task_time: "", created_at: iso(TODAY - HOUR) });
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT type, state, count, message, workflow, record_id FROM alert_records"), [
      { type: "retry_exhausted", state: "resolved", count: 2, message: "gone again", workflow: "f.toml", record_id: 1 },
      { type: "retry_exhausted", state: "open", count: 1, message: "gone", workflow: "f.toml", record_id: 1 },
      { type: "retry_exhausted", state: "resolved", count: 1, message: "gone", workflow: "", record_id: 2 },
    ]);
    assert.deepEqual(legacy.rows("SELECT id, alert_id, message FROM alert_occurrences"), [
      { id: 1, alert_id: 1, message: "gone" },
      { id: 2, alert_id: 1, message: "gone again" },
      { id: 3, alert_id: 2, message: "gone" },
      { id: 4, alert_id: 3, message: "gone" },
    ]);
    assert.deepEqual(legacy.rows("SELECT DISTINCT by, note FROM alert_changes"), [{ by: "import", note: "imported" }]);
  });
});

describe("files of the older program", () => {
  it("are events, linked to the tasks that they created", async () => {
    const legacy = new LegacyDatabase().write(TABLES.file_messages, TABLES.task_records);
    legacy.insert("task_records", line({ id: "made", type: "load", job: "eu" }));
    const file = { path: "gs://bucket/in/a.csv", size: 7, last_modified: "2026-11-01 03:00:00 +0200 CEST" };
    legacy.insert(
      "file_messages",
      { ...file, received_at: "2026-11-01 03:00:00", task_ids: '["made","gone"]', task_names: '["load:eu","count"]' },
      { ...file, received_at: "2026-11-01 04:00:00", task_ids: null, task_names: null },
      { ...file, received_at: "2026-11-01 04:00:00", task_ids: "[", task_names: null },
    );
    await legacy.importTable();
    assert.deepEqual(legacy.rows("SELECT id, bucket, size, created, matched, tasks, first_id FROM file_messages"), [
      { id: 1, bucket: "bucket", size: 7, created: Date.UTC(2026, 10, 1, 1), matched: 2, tasks: 2, first_id: null },
      { id: 2, bucket: "bucket", size: 7, created: Date.UTC(2026, 10, 1, 1), matched: 0, tasks: 0, first_id: 1 },
    ]);
    assert.deepEqual(legacy.rows("SELECT events, bytes, matched, unmatched, tasks FROM file_counts_hourly"), [
      { events: 1, bytes: 7, matched: 1, unmatched: 0, tasks: 2 },
      { events: 1, bytes: 7, matched: 0, unmatched: 1, tasks: 0 },
    ]);
    assert.deepEqual(legacy.rows("SELECT record_id, data FROM decisions WHERE file_message_id = 1"), [
      { record_id: null, data: '{"task_ids":["made","gone"],"task_names":["load:eu","count"]}' },
      { record_id: 1, data: '{"file":"gs://bucket/in/a.csv"}' },
    ]);
    assert.deepEqual(legacy.rows("SELECT origin FROM task_records"), [{ origin: "file" }]);
    assert.deepEqual(legacy.rows("SELECT reason FROM dead_letters"), [
      { reason: "not imported: task_ids is not valid JSON" },
    ]);
  });
});

describe("the view tasks", () => {
  for (const file of ["legacy-db-a", "legacy-db-b"]) {
    it(`has the columns of the older program's, and a row an attempt: ${file}`, async () => {
      for (const testCase of readCases(VECTORS, file)) {
        const { database } = testCase.in as { readonly database: DescribedDatabase };
        const view = database.views["tasks"] as {
          readonly columns: readonly { readonly name: string }[];
          readonly rows: number;
        };
        const legacy = new LegacyDatabase();
        writeLegacyDatabase(legacy.path, database);
        await legacy.importTable();
        assert.deepEqual(
          legacy.rows("SELECT name FROM pragma_table_info('tasks')"),
          // The legacy columns keep their positions; new ones follow.
          [...view.columns.map(({ name }) => ({ name })), { name: "run_seconds" }, { name: "state" }],
        );
        const [shown, kept] = ["tasks", "task_records"].map(
          (table) => legacy.rows(`SELECT count(*) AS n FROM ${table}`)[0]?.["n"],
        );
        assert.equal(shown, kept);
        if (file === "legacy-db-b") assert.equal(shown, view.rows);
        else assert.ok(Number(shown) <= view.rows);
      }
    });
  }

  it("shows durations as the older program's did", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_records);
    const at = { created: "2026-11-01T03:00:00Z" };
    legacy.insert(
      "task_records",
      line(at),
      line({ ...at, id: "2", started: "2026-11-01T03:00:30Z", ended: "2026-11-01T03:00:10Z" }),
      line({ ...at, id: "3", started: "2026-11-01T03:00:00.4Z", ended: "2026-11-02T04:01:02Z" }),
    );
    await legacy.importTable();
    assert.deepEqual(
      legacy.rows("SELECT id, task_seconds, task_time, queue_seconds, queue_time, created, started, ended FROM tasks"),
      [
        ["run-1", 0, "N/A", 0, "N/A", "2026-11-01T03:00:00Z", "", ""],
        ["2", -20, "00:00:-20", 30, "00:00:30", "2026-11-01T03:00:00Z", "2026-11-01T03:00:30Z", "2026-11-01T03:00:10Z"],
        [
          "3",
          90062,
          "25:01:02",
          0,
          "00:00:00",
          "2026-11-01T03:00:00Z",
          "2026-11-01T03:00:00.400Z",
          "2026-11-02T04:01:02Z",
        ],
      ].map(([id, ran, run, waited, wait, created, started, ended]) => ({
        id,
        task_seconds: ran,
        task_time: run,
        queue_seconds: waited,
        queue_time: wait,
        created,
        started,
        ended,
      })),
    );
  });
});

describe("the durations of the view tasks", () => {
  it("round as the older program rounded: half a second does not count", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_records);
    const started = "2026-11-01T03:00:00Z";
    const ends = ["01.5", "01.501", "01.6", "00.5", "59.5"];
    for (const [index, end] of ends.entries())
      legacy.insert(
        "task_records",
        line({ id: String(index), created: started, started, ended: `2026-11-01T03:00:${end}Z` }),
      );
    await legacy.importTable();
    assert.deepEqual(
      legacy.rows("SELECT task_seconds FROM tasks ORDER BY id").map((row) => Object.values(row)[0]),
      [1, 2, 2, 0, 59],
    );
  });
});

describe("the report of an import", () => {
  it("is printed in a few lines, and stored", async () => {
    const legacy = new LegacyDatabase().write(
      TABLES.task_log,
      "CREATE TABLE songs (id)",
      "CREATE TABLE date_index (date, has_tasks)",
    );
    legacy.insert("task_log", line());
    const store = await legacy.open();
    const [copy = ""] = legacy.copies();
    assert.deepEqual(legacy.lines, [
      `Database ${legacy.path} was written by the older Flowlord: importing it. The original is kept as ${copy}.`,
      legacy.lines[1],
      "  task_log, 1 row: 1 task",
      "  No longer needed: date_index (follows from the other tables)",
      "  Foreign tables, left in the original file only: songs",
      `  Original file: ${copy}`,
    ]);
    assert.match(legacy.lines[1] ?? "", /^The older Flowlord's database was imported in \d+\.\d s\.$/);
    const report = JSON.parse((await store.getState(REPORT_KEY)) ?? "") as ImportReport;
    assert.deepEqual(report.tables, { task_log: { rows: 1, added: 1, merged: 0, refused: 0, untimed: 0 } });
    assert.equal(report.copy, copy);
    await store.close();
  });

  it("shows progress when there is much to import", async () => {
    const legacy = new LegacyDatabase().write(TABLES.task_log);
    legacy.write(
      "INSERT INTO task_log (id, type, created) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) SELECT 'run-' || i, 'load', '2026-11-01T03:00:00Z' FROM n",
    );
    await legacy.importTable();
    assert.deepEqual(
      legacy.lines.filter((one) => one.startsWith("imported")),
      ["imported 50,000 of 100,001 rows of task_log", "imported 100,000 of 100,001 rows of task_log"],
    );
  });
});
