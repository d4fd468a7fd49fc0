import { randomBytes } from "node:crypto";
import { recordValues } from "./record-values.ts";
import { openBare, prepareAs, storeSql } from "./sql.ts";

const TYPES = 50;
const JOBS = 4;
const HOUR = 3_600_000;
/** A root and its two children. */
const PER_RUN = 3;
const RUNS_A_TRANSACTION = 20_000;
/** Phases of the seeded history: ids that no workflow file of a benchmark takes. */
const FIRST_PHASE = 1_000_000;

/**
 * Fill a database with the history of `records` finished tasks over the last year, in time order: runs of a root and
 * two children, with their relationships, decisions and counters, as if Flowlord had run them. The file is safe only
 * when this has returned: it is written without waiting for the disk.
 */
export async function seedRecords(database: string, records: number): Promise<void> {
  const sql = await storeSql(database);
  const db = openBare(database);
  db.pragma("synchronous = OFF");
  db.pragma("wal_autocheckpoint = 50000");
  db.pragma("cache_size = -1000000");
  const insert = prepareAs("record.insert", sql, db);
  const link = prepareAs("relationship.link", sql, db);
  const decide = prepareAs("decision.insert", sql, db);
  const hourly = prepareAs("counts.hourly", sql, db);
  const daily = prepareAs("counts.daily", sql, db);
  const last = db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM task_records").get()?.id ?? 0;
  const runs = Math.ceil(records / PER_RUN);
  const end = Date.now();
  const start = end - 365 * 24 * HOUR;
  const counts = new Map<string, number>();
  let id = last;

  const record = (
    at: number,
    taskId: string,
    origin: "tick" | "child",
    parentId: number | null,
    which: number,
  ): void => {
    id += 1;
    const type = `type-${String(which % TYPES).padStart(2, "0")}`;
    const job = `job-${Math.floor(which / TYPES) % JOBS}`;
    const phaseId = FIRST_PHASE + (which % (TYPES * JOBS));
    const hour = new Date(at).toISOString().slice(0, 13);
    const info = `gs://bucket-name/data/${type}/${hour.replaceAll("-", "/")}/part.json.gz?date=${hour}&dest=table_${job}`;
    const meta = `workflow=flows%2Fmain.toml&cron=${hour}&job=${job}`;
    const created = Math.floor(at / 1000) * 1000;
    const taskTime = Math.floor(at / HOUR) * HOUR;
    const isTick = origin === "tick";
    const end = { msg: "processed 12,345 lines", started: created + 1000, ended: created + 31_000, at: at + 31_500 };
    const values = recordValues({
      id,
      taskId,
      type,
      job,
      info,
      meta,
      origin,
      parentId,
      taskTime,
      phaseId,
      workflow: "flows/main.toml",
      scheduledAt: isTick ? at : null,
      position: isTick ? 0 : id % 2,
      now: at,
      end,
    });
    insert.run(...values);
    const data = isTick ? `{"scheduled_at":${at},"late_ms":3}` : `{"parent":"${type}:${job}"}`;
    decide.run(at, id, null, phaseId, taskTime, isTick ? "tick_fired" : "child_started", data);
    if (parentId !== null) link.run(parentId, "triggered", phaseId, id % 2, parentId, id);
    const key = `${taskTime}|${type}|${job}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };

  for (let first = 0; first < runs; first += RUNS_A_TRANSACTION) {
    db.exec("BEGIN");
    for (let run = first; run < Math.min(runs, first + RUNS_A_TRANSACTION); run += 1) {
      const at = start + Math.floor(((end - start) * run) / runs);
      const taskId = idAt(at);
      const which = (run * 7) % (TYPES * JOBS);
      record(at, taskId, "tick", null, which);
      const parentId = id;
      for (let child = 1; child < PER_RUN; child += 1) record(at + 32_000, taskId, "child", parentId, which + child);
    }
    db.exec("COMMIT");
  }

  db.exec("BEGIN");
  for (const [key, total] of counts) {
    const [hour = "", type = "", job = ""] = key.split("|");
    const day = Math.floor(Number(hour) / (24 * HOUR)) * 24 * HOUR;
    const [runMs, queueMs] = [total * 30_000, total * 1000];
    hourly.run(Number(hour), type, job, total, total, 0, 0, 0, 0, 0, runMs, queueMs);
    daily.run(day, type, job, total, total, 0, 0, 0, 0, 0, runMs, queueMs);
  }
  db.exec("COMMIT");
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

/** A UUID of version 7 for a moment of the past. */
function idAt(ms: number): string {
  const time = ms.toString(16).padStart(12, "0");
  const rest = randomBytes(10).toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}
