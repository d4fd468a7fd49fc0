import { infoHash } from "../../src/store/sqlite/info-hash.ts";
import { openBare, prepareAs, type SqlByName } from "../support/sql.ts";
import { startWatch, type Lap } from "../support/stopwatch.ts";

const HOUR = 3_600_000;
/** Ticks of one transaction, as in src/engine/fire-ticks.ts. */
const GROUP = 250;

/** The row changes of as many ticks by the store's own statements alone: a record, a decision, an outbox row, a cursor. */
export function bareTicks(database: string, sql: SqlByName, ticks: number): Lap {
  const db = openBare(database);
  const insert = prepareAs("record.insert", sql, db);
  const decide = prepareAs("decision.insert", sql, db);
  const send = prepareAs("outbox.insert", sql, db);
  const unsend = prepareAs("outbox.delete", sql, db);
  const move = prepareAs("schedule.move", sql, db);
  const now = Date.now();
  const hour = new Date(now).toISOString().slice(0, 13);
  const taskTime = Math.floor(now / HOUR) * HOUR;
  const meta = `workflow=flows-0000.toml&cron=${hour}&job=p0`;
  const info = `?date=${hour}&phase=0`;
  const first = (db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM task_records").get()?.id ?? 0) + 1;
  const firstOutbox = now * 1024;

  const watch = startWatch();
  for (let at = 0; at < ticks; at += GROUP) {
    db.exec("BEGIN IMMEDIATE");
    unsend.run(firstOutbox + at - GROUP, firstOutbox + at - 1);
    for (let tick = at; tick < Math.min(ticks, at + GROUP); tick += 1) {
      const id = first + tick;
      const phaseId = 2_000_000 + (tick % 5000);
      insert.run(
        ...[id, crypto.randomUUID(), "tick", `p${tick}`, info, infoHash(info), meta, "", "", "queued", 0, 0, "tick", 0],
        ...[id, null, taskTime, phaseId, 1, "flows-0000.toml", now + tick, 0, taskTime, now, now, now + 4 * HOUR],
        ...[null, null, null],
      );
      decide.run(now, id, null, phaseId, taskTime, "tick_fired", `{"scheduled_at":${now},"late_ms":3}`);
      send.run(firstOutbox + tick, id, "tick", null, now, "00000000-0000-7000-8000-000000000000");
      move.run(phaseId, "cron", now, now);
    }
    db.exec("COMMIT");
  }
  const lap = watch();
  db.close();
  return lap;
}
