import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { RETAINED } from "../../../src/contract/retention/tables.ts";
import type { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { SqliteReadStore } from "../../../src/store/sqlite/read/read-store.ts";
import { doneDecider, doneMessage, newTask, NOW, taskMessage } from "../factories.ts";
import { openBare, openScratch, scratchFolder } from "./scratch.ts";

/** Statements that may read a whole table, and why that stays short. */
const SCANS: ReadonlyMap<string, string> = new Map([
  ["outbox.release_all", "once at a stop, or at the start after a crash; the outbox is a queue, not a history"],
  ["report.resent", "once at a stop, or at the start after a crash; the outbox is a queue, not a history"],
  ["held.hold", "once after a restore; the outbox is a queue, not a history"],
  ["held.hold_ticks", "once after a restore; a row a schedule"],
  ["held.hold_cursors", "once after a restore; a row a schedule"],
  ["held.hold_backfills", "once after a restore: backfills that are not ended, from their index alone"],
  ["held.hold_jobs", "once after a restore: jobs that run, from their index alone"],
  ["held.hold_earlier", "a row a restore"],
  ["held.hold_restore", "a row a restore"],
  ["held.fresh", "a row a restore"],
  ["held.known", "a row a restore"],
  ["held.newest", "a row a restore"],
  ["held.end", "a row a restore"],
  ["held.any", "the first held message, from its index alone"],
  ["held.topics", "held messages, counted from their index alone"],
  ["held.ticks", "a row a schedule"],
  ["held.backfills", "backfills that are not ended, from their index alone"],
  ["held.jobs", "held jobs, from their index alone"],
  ["report.mark_unowned", "once at a stop, or at the start after a crash: unfinished tasks, from their index alone"],
  ["running.count", "what its inner query found: at most 100,000 rows"],
  ["running.last_result", "what its inner query found: at most 50 rows"],
  ["outbox.topics", "the topics that it found itself, each by one search in the index"],
  ["counts.outbox", "the outbox is a queue, not a history"],
  ["counts.tasks", "counters: a row a day, type and job"],
  ["views.total", "counters: a row a day, type and job"],
  ["counts.dead_letters", "open dead letters, from their index alone"],
  ["counts.bytes", "no table"],
  ["size.pages", "no table"],
  ["size.tables", "a row a table and index"],
  ["dead_letter.redrive_all", "all open dead letters, since all are asked for"],
  ["search.pending", "a row a transaction, until the index saw it"],
  ["search.delete_pending", "a row a transaction, until the index saw it"],
  ["search.changed", "a row a transaction, until the index saw it"],
  ["search.with_words", "the full-text index: the rows of a word, of one partition"],
  ["backfill.open", "backfills that are not ended, from their index alone; at most 100"],
  ["pause.in_force", "pauses in force, from their index alone"],
  ["why.pauses", "pauses in force, from their index alone"],
  ["why_not.pauses", "pauses in force, from their index alone"],
  ["places.tasks", "the ids that it is given"],
  ["places.alerts", "the ids that it is given"],
  ["alerts.labelled", "the ids that it is given"],
  ["phases.of_tasks", "the ids that it is given"],
  ["phases.of_alerts", "the ids that it is given"],
  ["notes.of", "the ids that it is given"],
  ["changed.tasks", "the ids that it is given"],
  ["changed.alerts", "the ids that it is given"],
  ["changed.files", "the ids that it is given"],
  ["changed.workflows", "the ids that it is given"],
  ["changed.backfills", "the ids that it is given"],
  ["restores.to_alert", "a row a restore, read at the start"],
  ["schedule.all", "a row a schedule, read at the start"],
  ["silence.lasting", "silences that are not over yet, from their index alone"],
  ["notification.interrupted", "once at the start: notifications that were on their way, from their index alone"],
  ["alerts.counts", "alerts that last, from their index alone"],
  ["alerts.notifications_since", "the last 1,000 notifications, by their key from the newest on"],
  ["silence.notified_up_to", "a row a channel"],
  ["alerts.channels", "a row a channel"],
  ["alerts.notifications_since", "what its inner query found: at most 1,000 rows"],
  ["file.take", "the ids that it is given"],
  ["file.reporters", "the ids that it is given"],
  ["files.phases", "a row a phase that ever was"],
  ["files.phases_of_type", "a row a phase that ever was"],
  ["workflows.count", "a row a workflow file"],
  ["workflows.last_tasks", "the ids that it is given"],
  ["phase_figures.open", "the states that it is given, and at most 1,000 rows of its inner query"],
  ["phase_figures.files", "what its inner query found: at most 10,000 rows"],
  ["workflows.grid_size", "what its inner query found: at most 200,001 rows, from their index alone"],
  ["workflows.run_records", "the ids that it is given"],
  ["workflows.run_files", "the ids that it is given"],
  ["workflows.usual_times", "what its inner query found: at most 2,000 rows"],
  ["workflow.names", "a row a workflow file"],
  ["workflow.accepted", "a row a workflow file"],
  [
    "lineage.descendants",
    "its own steps and the ids in them, both cut to the caps; test/store/sqlite/lineage/lineage.test.ts looks closer",
  ],
  [
    "lineage.ancestors",
    "its own steps and the ids in them, both cut to the caps; test/store/sqlite/lineage/lineage.test.ts looks closer",
  ],
  ["backfills.pace", "what its inner query found: at most 20,000 rows"],
  ["why.outbox_free", "what its inner query found: at most 10,000 rows"],
  ["why.outbox_owned", "what its inner query found: at most 10,000 rows"],
  ["why.notifications", "what its inner query found: at most 200 rows"],
  ["why_not.of_no_phase", "what its inner query found: at most 1,000 rows"],
  ["why_not.workflows", "a row a workflow file"],
  ["retention.of_task.task_search", "the row of its key"],
  ["retention.policies", "a row a table with a policy"],
  ...RETAINED.map(
    (table) => [`retention.rows.${table}`, "counted by the reader, and only where a policy limits the rows"] as const,
  ),
]);

describe("the plan of every statement", () => {
  const path = join(scratchFolder(), "plan.db");
  let store: SqliteStore;
  let statements: readonly { readonly name: string; readonly sql: string }[];

  before(async () => {
    store = await openScratch(path);
    assert.ok(store.reads instanceof SqliteReadStore);
    statements = [...store.statements.list(), ...store.reads.statements().list()];
  });
  after(() => store.close());

  function assertGoodPlans(): void {
    const db = openBare(path);
    for (const { name, sql } of statements) {
      const plan = db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from(sql.matchAll(/\?/g), () => 1));
      for (const { detail } of plan) {
        assert.doesNotMatch(detail, /USE TEMP B-TREE/, `${name} sorts: ${detail}`);
        if (!/^SCAN (?!CONSTANT ROW|\d+-ROW VALUES CLAUSE)/.test(detail) || sql.endsWith("LIMIT 1")) continue;
        assert.ok(SCANS.has(name), `${name} reads a whole table: ${detail}`);
      }
    }
    db.close();
    for (const name of SCANS.keys())
      assert.ok(
        statements.some((one) => one.name === name),
        `${name} is no statement`,
      );
  }

  it("uses an index and sorts nothing", () => {
    assert.ok(statements.length > 60);
    assertGoodPlans();
  });

  it("finds the slots of a backfill by their state, however many of them are complete", () => {
    const db = openBare(path);
    const byState = statements.filter(({ sql }) => /SELECT.*backfill_slots.*\bstate = .*LIMIT/s.test(sql));
    assert.equal(byState.length, 4);
    for (const { name, sql } of byState) {
      const values = Array.from(sql.matchAll(/\?/g), () => 1);
      const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
      const slots = plan.find(({ detail }) => detail.includes("backfill_slots"));
      assert.match(slots?.detail ?? "", /INDEX backfill_slots_state \(backfill_id=\? AND state=\?/, name);
    }
    db.close();
  });

  it("does so too after ANALYZE", async () => {
    const tasks = Array.from({ length: 2000 }, (_, n) =>
      newTask({ message: taskMessage({ id: `run-${n}`, type: `type-${n % 7}`, info: `${n}` }) }),
    );
    await store.createTasks(tasks, NOW);
    await store.ingestDone(
      tasks.slice(100).map((task, n) => doneMessage({ ...task.message, result: n % 50 === 0 ? "error" : "complete" })),
      doneDecider(),
      NOW,
    );
    const db = openBare(path);
    db.exec("ANALYZE");
    db.close();
    assertGoodPlans();
  });
});
