import { GROUP_SIZE } from "../../src/app/intake.ts";
import { HOUR } from "../../src/contract/time/time-units.ts";
import { recordValues } from "../support/record-values.ts";
import { openBare, prepareAs, type SqlByName } from "../support/sql.ts";
import { startWatch, type Lap } from "../support/stopwatch.ts";
import type { PreparedTask } from "./prepare.ts";

interface Child {
  readonly type: string;
  readonly phaseId: number;
  readonly info: string;
}

/** All values of one message's statements, made before the clock starts. */
interface Changes {
  readonly finish: readonly unknown[];
  readonly children: readonly {
    readonly link: readonly unknown[];
    readonly record: readonly unknown[];
    readonly decision: readonly unknown[];
    readonly outbox: readonly unknown[];
  }[];
}

/**
 * The bare loop: the row changes of the same messages with the store's own statements, in groups of the same size, one
 * transaction each, with nothing read, parsed, decided or sent.
 */
export function controlRound(
  database: string,
  sql: SqlByName,
  tasks: readonly PreparedTask[],
  phaseIds: ReadonlyMap<string, number>,
): Lap {
  const db = openBare(database);
  const finish = prepareAs("record.finish", sql, db);
  const link = prepareAs("relationship.link", sql, db);
  const insert = prepareAs("record.insert", sql, db);
  const decide = prepareAs("decision.insert", sql, db);
  const send = prepareAs("outbox.insert", sql, db);
  const unsend = prepareAs("outbox.delete", sql, db);
  const hourly = prepareAs("counts.hourly", sql, db);
  const daily = prepareAs("counts.daily", sql, db);
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const last = db.prepare<[], { id: number }>("SELECT max(id) AS id FROM task_records").get()?.id ?? 0;
  const lastDecision = db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM decisions").get()?.id ?? 0;
  const firstOutbox = Date.now() * 1024;
  const changes = changesOf(tasks, phaseIds, { record: last, decision: lastDecision, outbox: firstOutbox });
  const now = Date.now();
  const hour = Math.floor(now / HOUR) * HOUR;
  const day = Math.floor(now / (24 * HOUR)) * 24 * HOUR;
  let outboxEnd = firstOutbox;
  let sentBefore: readonly [number, number] | null = null;

  const watch = startWatch();
  for (let at = 0; at < changes.length; at += GROUP_SIZE) {
    const group = changes.slice(at, at + GROUP_SIZE);
    begin.run();
    if (sentBefore !== null) unsend.run(...sentBefore);
    const outboxStart = outboxEnd + 1;
    for (const change of group) {
      finish.run(...change.finish);
      for (const child of change.children) {
        link.run(...child.link);
        insert.run(...child.record);
        decide.run(...child.decision);
        send.run(...child.outbox);
        outboxEnd += 1;
      }
    }
    for (const [type, total, complete] of [
      ["extract", 0, group.length],
      ["clean", group.length, 0],
      ["count", group.length, 0],
    ] as const) {
      hourly.run(hour, type, "orders", total, complete, 0, 0, 0, 0, 0, 0, 0);
      daily.run(day, type, "orders", total, complete, 0, 0, 0, 0, 0, 0, 0);
    }
    commit.run();
    sentBefore = [outboxStart, outboxEnd];
  }
  const lap = watch();

  if (sentBefore !== null) unsend.run(...sentBefore);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return lap;
}

function changesOf(
  tasks: readonly PreparedTask[],
  phaseIds: ReadonlyMap<string, number>,
  last: { readonly record: number; readonly decision: number; readonly outbox: number },
): Changes[] {
  const now = Date.now();
  const second = Math.floor(now / 1000) * 1000;
  const taskTime = Math.floor(now / HOUR) * HOUR;
  const hour = new Date(now).toISOString().slice(0, 13);
  const slashed = hour.replaceAll("-", "/").replace("T", "/");
  const children: readonly Child[] = [
    {
      type: "clean",
      phaseId: phaseIds.get("clean") ?? 0,
      info: `s3://bucket-name/orders/${slashed}/?date=${hour}&lines=1200`,
    },
    { type: "count", phaseId: phaseIds.get("count") ?? 0, info: `?date=${hour}&table=orders` },
  ];
  const meta = `workflow=orders.toml&cron=${hour}&job=orders`;
  const data = JSON.stringify({ parent: "extract:orders" });
  let { record: recordId, decision: decisionId, outbox: outboxId } = last;
  return tasks.map((task) => ({
    finish: ["complete", "read 1,200 lines", task.meta, task.meta, second, second, now, task.recordId],
    children: children.map(({ type, phaseId, info }) => {
      recordId += 1;
      decisionId += 1;
      outboxId += 1;
      return {
        link: [task.recordId, "triggered", phaseId, 0, task.recordId, recordId],
        record: recordValues({
          id: recordId,
          taskId: task.id,
          type,
          job: "orders",
          info,
          meta,
          origin: "child",
          parentId: task.recordId,
          taskTime,
          phaseId,
          workflow: "orders.toml",
          scheduledAt: null,
          position: 0,
          now,
          end: null,
        }),
        decision: [decisionId, now, recordId, null, phaseId, taskTime, "child_started", data],
        outbox: [outboxId, recordId, type, null, now, "00000000-0000-7000-8000-000000000000"],
      };
    }),
  }));
}
