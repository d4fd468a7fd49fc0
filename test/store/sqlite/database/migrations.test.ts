import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Connection } from "../../../../src/store/sqlite/database/connection.ts";
import { migrate, readMigrations } from "../../../../src/store/sqlite/database/migrate.ts";
import { NOW } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

const folder = scratchFolder();

/** A file of that version, with these rows. */
function fileOf(version: number, name: string, rows: string): { readonly path: string; readonly db: Connection } {
  const path = join(folder, `${name}.db`);
  const db = openBare(path);
  migrate(db, readMigrations().slice(0, version), NOW);
  db.exec(rows);
  return { path, db };
}

const one = (db: Connection, sql: string): unknown => db.prepare(sql).get();

describe("a file of version 7", () => {
  const rows = `
    INSERT INTO silences (id, alert_id, matchers, starts_at, ends_at, author, reason, created_at, looked_to, state)
      VALUES (1, 7, '{}', 1, 2, 'ann', 'upgrade', 1, 41, 'in_force');
    INSERT INTO alert_occurrences (id, alert_id, at, task_id, stands_for, message) VALUES (90, 7, 1, 't', 12, 'late');
    INSERT INTO alert_channels (name, cursor_id, interval_ms, next_at, once_id, once_next_at) VALUES ('ops', 80, 1, 2, 85, 3);
    INSERT INTO workflow_files (id, name, path, loaded_at, gone_at) VALUES (1, 'sales.toml', 'sales.toml', 1, 5);
    INSERT INTO task_records (id, task_id, type, job, info, info_hash, meta, state, origin, first_attempt_id, decided_at, created, started, ended)
      VALUES (1, 't', 'fetch', '', '', 0, '', 'finished', 'tick', 1, 0, 1000, 2000, 5250),
        (2, 'u', 'fetch', '', '', 0, '', 'queued', 'tick', 2, 0, 1000, NULL, NULL),
        (3, 'v', 'fetch', '', '', 0, '', 'finished', 'tick', 3, 0, 1000, 5000, 2000);`;

  it("keeps its rows under the new names of the columns", async () => {
    const { path, db } = fileOf(7, "renamed", rows);
    migrate(db, readMigrations(), NOW);
    assert.deepEqual(one(db, "SELECT alert_id, checked_through_id, state FROM silences"), {
      alert_id: 7,
      checked_through_id: 41,
      state: "in_force",
    });
    assert.deepEqual(one(db, "SELECT id, weight FROM alert_occurrences"), { id: 90, weight: 12 });
    assert.deepEqual(one(db, "SELECT * FROM alert_channels"), {
      name: "ops",
      cursor_id: 80,
      interval_ms: 1,
      next_at: 2,
      immediate_cursor_id: 85,
      immediate_next_at: 3,
    });
    assert.deepEqual(one(db, "SELECT name, removed_at FROM workflow_files"), { name: "sales.toml", removed_at: 5 });
    const indexed = db
      .prepare<[], { name: string }>("SELECT name FROM pragma_index_info('alert_occurrences_alert')")
      .all();
    assert.deepEqual(
      indexed.map(({ name }) => name),
      ["alert_id", "id", "silenced", "weight"],
    );
    assert.equal(db.pragma("integrity_check", { simple: true }), "ok");
    db.close();
    await (await openScratch(path)).close();
  });

  it("shows its tasks as before, and how many seconds they ran", () => {
    const { db } = fileOf(7, "view", rows);
    const before = db.prepare<[], Record<string, unknown>>("SELECT * FROM tasks").all();
    migrate(db, readMigrations(), NOW);
    const after: readonly Record<string, unknown>[] = db
      .prepare<[], Record<string, unknown>>("SELECT * FROM tasks")
      .all();
    assert.equal(after[0]?.["task_time"], "00:00:03");
    const seconds = [3.25, null, null];
    const states = ["finished", "sent", "finished"];
    assert.deepEqual(
      after,
      before.map((row, index) => ({ ...row, run_seconds: seconds[index], state: states[index] })),
    );
    db.close();
  });
});

describe("a file of version 9", () => {
  it("gives no slot back to a task that was overdue, and keeps the cursors of its schedules", () => {
    const { db } = fileOf(
      9,
      "slots",
      `INSERT INTO task_records (id, task_id, type, job, info, info_hash, meta, state, holds_slot, origin, first_attempt_id, decided_at)
         VALUES (1, 't', 'fetch', '', '', 0, '', 'overdue', 1, 'tick', 1, 0), (2, 'u', 'fetch', '', '', 0, '', 'queued', 1, 'tick', 2, 0);
       INSERT INTO schedules (phase_id, kind, cursor_at, updated_at) VALUES (4, 'cron', 5, 6);`,
    );
    migrate(db, readMigrations(), NOW);
    const slots = db.prepare<[], { id: number }>("SELECT id FROM task_records WHERE holds_slot = 1").all();
    assert.deepEqual(slots, [{ id: 2 }]);
    assert.deepEqual(one(db, "SELECT cursor_at, spec, removed_at FROM schedules"), {
      cursor_at: 5,
      spec: null,
      removed_at: null,
    });
    db.close();
  });
});

describe("a file of version 17", () => {
  it("knows which channel was notified of what is not over yet, and what is on its way", () => {
    const columns = "severity, at_once, task_type, job, phase_id, message, task_id, count, created_at, last_seen";
    const values = "'critical', 1, 'load', '', 0, 'boom', '', 1, 1, 1";
    const sent = (id: number, channel: string, state: string, alerts: string): string =>
      `INSERT INTO alert_notifications (id, channel, kind, state, delivery_id, alerts, occurrences, after_id, until_id, text, interval_ms, created_at, due_at)
         VALUES (${id}, '${channel}', 'at_once', '${state}', 'd${id}', '${alerts}', 1, 0, 1, '', 0, 1, 1);`;
    const { db } = fileOf(
      17,
      "notified",
      `INSERT INTO alert_records (id, type, state, cause, ${columns}) VALUES (1, 'incomplete', 'open', 'a', ${values}),
         (2, 'incomplete', 'acknowledged', 'b', ${values}), (3, 'incomplete', 'resolved', 'c', ${values});
       ${sent(1, "ops", "sent", '[{"id":1},{"id":2},{"id":3}]')}
       ${sent(2, "ops", "waiting", '[{"id":1}]')}
       ${sent(3, "mail", "failed", '[{"id":1}]')}
       ${sent(4, "mail", "sending", '[{"id":2}]')}`,
    );
    migrate(db, readMigrations(), NOW);
    const rows = db.prepare<[], object>("SELECT * FROM notified_alerts ORDER BY channel, alert_id").all();
    const fresh = { at_once: 1, resolved_at: null, closing: 0 };
    assert.deepEqual(rows, [
      { ...fresh, channel: "mail", alert_id: 2, delivered: 0, notification_id: 4 },
      { ...fresh, channel: "ops", alert_id: 1, delivered: 1, notification_id: 2 },
      { ...fresh, channel: "ops", alert_id: 2, delivered: 1, notification_id: null },
    ]);
    db.close();
  });
});
