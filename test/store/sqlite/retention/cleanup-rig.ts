import type { Cleanup } from "../../../../src/store/retention/retention-store.ts";
import type { RetentionDefaults } from "../../../../src/core/retention/policy.ts";
import { advance } from "../../../../src/engine/retention/cleanup-runner.ts";
import {
  retentionControl,
  type CleanupRequest,
  type RetentionControl,
} from "../../../../src/engine/retention/retention-control.ts";
import { openBare } from "../scratch.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { join } from "node:path";

export const DAY = 86_400_000;

export function controlOf(rig: Rig, defaults: Partial<RetentionDefaults> = {}): RetentionControl {
  return retentionControl({
    runtime: rig.context.runtime,
    store: rig.store,
    defaults: { enabled: true, age: 90 * DAY, tables: new Map(), archived: null, ...defaults },
    archiver: null,
    changed: () => {},
  });
}

/** Goes on with what runs until nothing does; returns the last that ended. */
export async function runAll(rig: Rig, maxRows = 1000): Promise<Cleanup | null> {
  let last: Cleanup | null = null;
  for (;;) {
    const cleanup = await rig.store.retention.running();
    if (cleanup === null) return last;
    last = await advance(cleanup, maxRows, { runtime: rig.context.runtime, store: rig.store, archiver: null });
  }
}

export async function cleanUp(rig: Rig, request: Partial<CleanupRequest> = {}, maxRows = 1000): Promise<Cleanup> {
  await controlOf(rig).start({ table: null, older_than: null, dry_run: false, by: "ann", ...request });
  const done = await runAll(rig, maxRows);
  if (done === null) throw new Error("no cleanup ran");
  return done;
}

/** A database: that of a rig, or the path of one. */
type At = Pick<Rig, "dir"> | string;

/** Rows of each table that has any. */
export function rowsOf(rig: At): Record<string, number> {
  return queried(rig, (all) => {
    const names = all(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'task_search%' ORDER BY name",
    );
    const counts = names.map(
      ({ name }) => [String(name), Number(all(`SELECT count(*) AS n FROM ${String(name)}`)[0]?.["n"])] as const,
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  });
}

export function queried<T>(rig: At, read: (all: (sql: string) => readonly Record<string, unknown>[]) => T): T {
  const db = openBare(typeof rig === "string" ? rig : join(rig.dir, "tasks.db"));
  try {
    return read((sql) => db.prepare<[], Record<string, unknown>>(sql).all());
  } finally {
    db.close();
  }
}

/** Rows that refer to records, events, alerts or backfills that are gone; empty: none. */
export function orphans(rig: At): readonly string[] {
  const checks: Record<string, string> = {
    "relationships of a parent":
      "SELECT count(*) AS n FROM task_relationships WHERE origin_id NOT IN (SELECT id FROM task_records)",
    "relationships of a child":
      "SELECT count(*) AS n FROM task_relationships WHERE child_id NOT IN (SELECT id FROM task_records)",
    // Nothing is also in no table that is empty.
    "decisions of a task":
      "SELECT count(*) AS n FROM decisions WHERE record_id IS NOT NULL AND record_id NOT IN (SELECT id FROM task_records)",
    "occurrences of a task":
      "SELECT count(*) AS n FROM alert_occurrences WHERE record_id IS NOT NULL AND record_id NOT IN (SELECT id FROM task_records)",
    "occurrences of an alert":
      "SELECT count(*) AS n FROM alert_occurrences WHERE alert_id NOT IN (SELECT id FROM alert_records)",
    "changes of an alert":
      "SELECT count(*) AS n FROM alert_changes WHERE alert_id NOT IN (SELECT id FROM alert_records)",
    "notified alerts": "SELECT count(*) AS n FROM notified_alerts WHERE alert_id NOT IN (SELECT id FROM alert_records)",
    "members of a join":
      "SELECT count(*) AS n FROM join_members WHERE first_attempt_id NOT IN (SELECT id FROM task_records)",
    "starts of a join":
      "SELECT count(*) AS n FROM join_starts s WHERE NOT EXISTS (SELECT 1 FROM join_members m WHERE m.phase_id = s.phase_id AND m.join_key = s.join_key)",
    reports: "SELECT count(*) AS n FROM task_reports WHERE record_id NOT IN (SELECT id FROM task_records)",
    "reported paths": "SELECT count(*) AS n FROM reported_paths WHERE record_id NOT IN (SELECT id FROM task_records)",
    "notes on a task":
      "SELECT count(*) AS n FROM notes WHERE target = 'task' AND target_id NOT IN (SELECT id FROM task_records)",
    "notes on a file":
      "SELECT count(*) AS n FROM notes WHERE target = 'file' AND target_id NOT IN (SELECT id FROM file_messages)",
    "notes on an alert":
      "SELECT count(*) AS n FROM notes WHERE target = 'alert' AND target_id NOT IN (SELECT id FROM alert_records)",
    "matches of a file":
      "SELECT count(*) AS n FROM file_pattern_matches WHERE file_message_id NOT IN (SELECT id FROM file_messages)",
    "near misses of a file":
      "SELECT count(*) AS n FROM file_near_misses WHERE file_message_id NOT IN (SELECT id FROM file_messages)",
    "slots of a backfill":
      "SELECT count(*) AS n FROM backfill_slots WHERE backfill_id NOT IN (SELECT id FROM backfills)",
    "items of a job": "SELECT count(*) AS n FROM bulk_items WHERE job_id NOT IN (SELECT id FROM bulk_jobs)",
    "search words": "SELECT count(*) AS n FROM task_search_docsize WHERE id NOT IN (SELECT id FROM task_records)",
    blocks:
      "SELECT count(*) AS n FROM task_blocks b WHERE NOT EXISTS (SELECT 1 FROM task_records WHERE id >= b.block * 2048 AND id < (b.block + 1) * 2048)",
  };
  return queried(rig, (all) =>
    Object.entries(checks).flatMap(([name, sql]) => {
      const found = Number(all(sql)[0]?.["n"]);
      return found === 0 ? [] : [`${found} ${name}`];
    }),
  );
}
