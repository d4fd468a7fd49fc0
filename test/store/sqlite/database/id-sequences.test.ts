import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ANY_ALERT } from "../../../../src/core/alerts/alert-matcher.ts";
import { letterAlerts } from "../../../../src/core/decide/dead-letters.ts";
import { newAlert } from "../../../../src/core/decide/new-alert.ts";
import { Statements } from "../../../../src/store/sqlite/database/connection.ts";
import { IdSequences } from "../../../../src/store/sqlite/database/id-sequences.ts";
import { migrate, readMigrations } from "../../../../src/store/sqlite/database/migrate.ts";
import type { SqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";
import { fileDecider, fileMessage, newTask, NOW, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

const folder = scratchFolder();
let count = 0;
const freshPath = (): string => join(folder, `case-${(count += 1)}.db`);

const TABLES = ["task_records", "file_messages", "alert_records", "alert_occurrences", "silences", "dead_letters"];

/** A row in each table. */
async function fill(store: SqliteStore): Promise<void> {
  count += 1;
  await store.createTasks([newTask({ message: taskMessage({ id: `run-${count}` }) })], NOW);
  await store.ingestFiles(
    [fileMessage({}, `/in/${count}`)],
    fileDecider(() => ({})),
    NOW,
  );
  await store.record({ alerts: [newAlert("file_unmatched", "no phase", { cause: `${count}` })], decisions: [] }, NOW);
  const silence = { alertId: 1, matcher: ANY_ALERT, author: "ann", reason: "upgrade" };
  await store.alerts.addSilence({ ...silence, startsAt: NOW, endsAt: NOW + 1 }, NOW);
  const deadLetter = { topic: "done", payload: "x", reason: "no JSON", code: `bad_${count}`, receivedAt: NOW };
  await store.addDeadLetters([deadLetter]);
}

function newest(path: string): readonly number[] {
  const db = openBare(path);
  const ids = TABLES.map((table) => db.prepare<[], { id: number | null }>(`SELECT max(id) AS id FROM ${table}`).get());
  db.close();
  return ids.map((row) => row?.id ?? 0);
}

function empty(path: string): void {
  const db = openBare(path);
  for (const table of TABLES) db.exec(`DELETE FROM ${table}`);
  db.close();
}

describe("ids", () => {
  it("go on without a gap after a clean stop, and above the old ones when all rows were deleted", async () => {
    const path = freshPath();
    const first = await openScratch(path);
    await fill(first);
    await first.close();
    const before = newest(path);
    assert.deepEqual(
      before,
      TABLES.map(() => 1),
    );
    empty(path);
    const second = await openScratch(path);
    await fill(second);
    await second.close();
    assert.deepEqual(
      newest(path),
      TABLES.map(() => 2),
    );
  });

  it("stay above the old ones after a kill too", async () => {
    const path = freshPath();
    const killed = `${path}.killed`;
    const store = await openScratch(path);
    await fill(store);
    const before = newest(path);
    for (const end of ["", "-wal"]) copyFileSync(`${path}${end}`, `${killed}${end}`);
    await store.close();
    empty(killed);
    const redrive = await openScratch(killed);
    await fill(redrive);
    await redrive.close();
    newest(killed).forEach((id, index) => assert.ok(id > (before[index] ?? 0), `${TABLES[index]}: ${id}`));
  });

  it("leave no new alert or dead letter behind a stored cursor", async () => {
    const path = freshPath();
    const first = await openScratch(path);
    await fill(first);
    assert.equal(await first.alerts.raiseDeadLetters(10, letterAlerts, NOW), 1);
    await first.close();
    empty(path);
    const second = await openScratch(path);
    await fill(second);
    assert.equal(await second.alerts.raiseDeadLetters(10, letterAlerts, NOW), 1);
    await second.close();
  });

  it("of a row that was rolled back are used again: no committed id is ever above the mark", () => {
    const db = openBare(freshPath());
    migrate(db, readMigrations(), NOW);
    const ids = new IdSequences(new Statements(db));
    const sequence = ids.of("task_records", 10);
    const marked = (): number | undefined =>
      db.prepare<[], { at: number }>("SELECT high_id AS at FROM id_sequences WHERE name = 'task_records'").get()?.at;
    db.exec("BEGIN");
    sequence.next();
    ids.flush();
    db.exec("ROLLBACK");
    ids.rolledBack();
    assert.equal(marked(), 0);
    const use = (times: number): void => {
      for (let n = 0; n < times; n += 1) sequence.next();
      ids.flush();
      ids.committed();
    };
    use(1);
    assert.deepEqual([sequence.last, marked()], [1, 11]);
    // In steps: the mark is written when it is reached, not at each transaction.
    use(10);
    assert.deepEqual([sequence.last, marked()], [11, 11]);
    use(25);
    assert.deepEqual([sequence.last, marked()], [36, 46]);
    ids.returnUnused();
    assert.equal(marked(), 36);
    db.close();
  });

  it("of a file of the previous version begin above its stored cursors", async () => {
    const path = freshPath();
    const db = openBare(path);
    migrate(db, readMigrations().slice(0, 8), NOW);
    db.exec(`
      INSERT INTO alert_channels (name, cursor_id, interval_ms, next_at, immediate_cursor_id, immediate_next_at) VALUES ('ops', 80, 1, 2, 85, 3);
      INSERT INTO silences (id, matchers, starts_at, ends_at, author, reason, created_at, checked_through_id, state)
        VALUES (3, '{}', 1, 2, 'ann', 'upgrade', 1, 41, 'ended');
      INSERT INTO instance_state (key, value) VALUES ('alerts.dead_letters', '17');
      UPDATE search_progress SET record_id = 1000;
      INSERT INTO file_messages (id, topic, path, received_at) VALUES (9, 'files', '/in/a', 1);`);
    db.close();
    const store = await openScratch(path);
    await fill(store);
    await store.close();
    assert.deepEqual(newest(path), [1001, 10, 42, 86, 4, 18]);
  });
});
