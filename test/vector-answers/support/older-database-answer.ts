import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importedTask } from "../../../src/core/legacy/imported-task.ts";
import { parseInstant } from "../../../src/contract/time/instant.ts";
import { connect, type Connection } from "../../../src/store/sqlite/database/connection.ts";
import { REPORT_KEY, type ImportReport } from "../../../src/store/sqlite/legacy/import-report.ts";
import { openStore } from "../../../src/store/sqlite/open.ts";
import type { Store } from "../../../src/store/store.ts";
import type { TaskRow } from "../../../src/store/task-queries.ts";
import { writeLegacyDatabase, type DescribedDatabase } from "../../store/sqlite/legacy/older-database.ts";

const NO_TIME = "0001-01-01T00:00:00Z";

export interface Event {
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  readonly result: string;
  readonly msg: string;
  readonly created: string | null;
  readonly started: string | null;
  readonly ended: string | null;
}

export interface Run {
  readonly LastUpdate: string;
  readonly Completed: boolean;
  readonly Events: readonly Event[];
}

export interface Answer {
  readonly rows: Readonly<Record<string, number>>;
  readonly tasks: Readonly<Record<string, Run>>;
  readonly alerts: readonly Readonly<Record<string, unknown>>[];
  readonly files: readonly Readonly<Record<string, unknown>>[];
}

/** Takes over the described file and tells what our store knows of it. `summary`: a run's last update and completion. */
export async function imported(
  database: DescribedDatabase,
  summary: (events: readonly Event[]) => Pick<Run, "LastUpdate" | "Completed">,
): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-older-"));
  const path = join(folder, "tasks.db");
  writeLegacyDatabase(path, database);
  const store = await openStore({
    path,
    now: () => Date.UTC(2026, 10, 24),
    newId: () => "this-instance",
    import: { taskTtl: 4 * 3_600_000, readTask: importedTask, print: () => {} },
  });
  const db = connect(path, { readonly: true, cacheKib: 1024 });
  try {
    const rows = rowsOf(JSON.parse((await store.getState(REPORT_KEY)) ?? "{}") as ImportReport);
    const tasks: Record<string, Run> = {};
    for (const { id } of db.prepare<[], { id: string }>("SELECT DISTINCT task_id AS id FROM task_records").all()) {
      const events = (await recordsOf(id, store)).map(eventOf);
      tasks[id] = { ...summary(events), Events: events };
    }
    return { rows, tasks, alerts: alertsOf(db), files: filesOf(db) };
  } finally {
    db.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As many as were read and accounted for, by table. */
function rowsOf({ tables, left, others }: ImportReport): Readonly<Record<string, number>> {
  const taken = Object.entries(tables).map(([name, { rows }]): [string, number] => [name, rows]);
  return Object.fromEntries([
    ...taken,
    ...[...left, ...others].map(({ name, rows }): [string, number] => [name, rows ?? 0]),
  ]);
}

/** An id of digits alone is asked for as a record, so its run is found in the list. */
async function recordsOf(id: string, store: Store): Promise<readonly TaskRow[]> {
  if (!/^\d{1,15}$/.test(id)) return (await store.reads.taskHistory(id)).map(({ task }) => task);
  const filter = { limit: 10_000, before: null, type: null, job: null, result: null, state: null };
  return (await store.reads.tasks(filter)).filter((task) => task.id === id).toReversed();
}

function eventOf(task: TaskRow): Event {
  const { id, type, job, info, meta, result, msg } = task;
  const [created, started, ended] = [task.created, task.started, task.ended].map((ms) =>
    ms === null ? null : new Date(ms).toISOString(),
  );
  return {
    id,
    type,
    job,
    info,
    meta,
    result,
    msg,
    created: created ?? null,
    started: started ?? null,
    ended: ended ?? null,
  };
}

/** When something was last heard of an event, and that of none. */
export function updateOf(event: Event | undefined): string {
  return (event === undefined || event.result === "" ? event?.created : event.ended) ?? NO_TIME;
}

function alertsOf(db: Connection): readonly Readonly<Record<string, unknown>>[] {
  const rows = db
    .prepare<[], Record<string, unknown>>(
      `SELECT o.id, o.task_id, a.task_time, a.task_type AS type, a.job, o.message AS msg, o.at AS created_at
       FROM alert_occurrences o JOIN alert_records a ON a.id = o.alert_id ORDER BY o.id`,
    )
    .all();
  return rows.map((row) => ({
    ...row,
    task_time: timeText(row["task_time"]),
    created_at: timeText(row["created_at"]),
  }));
}

function filesOf(db: Connection): readonly Readonly<Record<string, unknown>>[] {
  const rows = db
    .prepare<[], Record<string, unknown>>(
      `SELECT f.id, f.path, f.size, f.created AS last_modified, f.received_at, f.task_time, d.data FROM file_messages f
       LEFT JOIN decisions d ON d.file_message_id = f.id AND d.record_id IS NULL AND d.code = 'imported' ORDER BY f.id DESC`,
    )
    .all();
  return rows.map(({ data, ...row }) => {
    const made = (typeof data === "string" ? JSON.parse(data) : {}) as Record<string, unknown>;
    return {
      ...row,
      last_modified: timeText(row["last_modified"]),
      received_at: timeText(row["received_at"]),
      task_time: timeText(row["task_time"]),
      task_ids: made["task_ids"] ?? null,
      task_names: made["task_names"] ?? null,
    };
  });
}

function timeText(ms: unknown): string {
  return typeof ms === "number" ? new Date(ms).toISOString() : NO_TIME;
}

/** Times are instants, kept to the millisecond (O16); what is no time is none. */
export function sameInstant(got: unknown, wanted: unknown): boolean {
  const instant = (value: unknown): number | null => (typeof value === "string" ? parseInstant(value) : null);
  return instant(got) === instant(wanted);
}
