import { HOUR } from "../../src/contract/time/time-units.ts";
import { recordValues } from "../support/record-values.ts";
import { openBare, prepareAs, type SqlByName } from "../support/sql.ts";
import { startWatch, type Lap } from "../support/stopwatch.ts";

/** Ticks of one transaction, as in src/engine/fire-ticks.ts. */
const GROUP = 250;

/** The row changes of as many ticks by the store's own statements alone: a record, a decision, an outbox row, a cursor, two counters. */
export function bareTicks(database: string, sql: SqlByName, ticks: number): Lap {
  const db = openBare(database);
  const insert = prepareAs("record.insert", sql, db);
  const decide = prepareAs("decision.insert", sql, db);
  const send = prepareAs("outbox.insert", sql, db);
  const unsend = prepareAs("outbox.delete", sql, db);
  const move = prepareAs("schedule.move", sql, db);
  const hourly = prepareAs("counts.hourly", sql, db);
  const daily = prepareAs("counts.daily", sql, db);
  const now = Date.now();
  const hour = new Date(now).toISOString().slice(0, 13);
  const taskTime = hourOf(now, 1);
  const meta = `workflow=flows-0000.toml&cron=${hour}&job=p0`;
  const info = `?date=${hour}&phase=0`;
  const first = (db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM task_records").get()?.id ?? 0) + 1;
  const decision = (db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM decisions").get()?.id ?? 0) + 1;
  const firstOutbox = now * 1024;

  const watch = startWatch();
  for (let at = 0; at < ticks; at += GROUP) {
    db.exec("BEGIN IMMEDIATE");
    unsend.run(firstOutbox + at - GROUP, firstOutbox + at - 1);
    for (let tick = at; tick < Math.min(ticks, at + GROUP); tick += 1) {
      const id = first + tick;
      const phaseId = 2_000_000 + (tick % 5000);
      const values = recordValues({
        id,
        taskId: crypto.randomUUID(),
        type: "tick",
        job: `p${tick % 5000}`,
        info,
        meta,
        origin: "tick",
        parentId: null,
        taskTime,
        phaseId,
        workflow: "flows-0000.toml",
        scheduledAt: now + tick,
        position: 0,
        now,
        end: null,
      });
      insert.run(...values);
      decide.run(
        decision + tick,
        now,
        id,
        null,
        phaseId,
        taskTime,
        "tick_fired",
        `{"scheduled_at":${now},"late_ms":3}`,
      );
      send.run(firstOutbox + tick, id, "tick", null, now, "00000000-0000-7000-8000-000000000000");
      move.run(phaseId, "cron", now, now);
      hourly.run(hourOf(now, 1), "tick", `p${tick % 5000}`, 1, 0, 0, 0, 0, 0, 0, 0, 0);
      daily.run(hourOf(now, 24), "tick", `p${tick % 5000}`, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    db.exec("COMMIT");
  }
  const lap = watch();
  db.close();
  return lap;
}

/** The beginning of the hour, or of as many hours as a day has. */
function hourOf(at: number, hours: number): number {
  return Math.floor(at / (hours * HOUR)) * hours * HOUR;
}
