import type { Store } from "../../store.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** Running tasks whose worker did not report when it had promised to become `sent`. */
export function expireLeases(
  { decisions, reports }: Tables,
  writer: Writer,
  now: number,
  limit: number,
  decide: Parameters<Store["expireLeases"]>[2],
): Awaited<ReturnType<Store["expireLeases"]>> {
  const lost = reports.lost(now, limit);
  if (lost.length === 0) return { expired: 0 };
  return writer.transaction(() => {
    for (const task of lost) {
      reports.lose(task.recordId);
      if (task.state === "running") decisions.add(decide(task), { recordId: task.recordId, fileMessageId: null }, now);
    }
    return { expired: lost.length };
  });
}

/**
 * The outbox rows of an earlier process, or of this one when it stops, are free, and will be sent once more: also those that a
 * worker on a bus without storage had.
 */
export function releaseAll({ decisions, outbox, reports }: Tables, now: number): void {
  for (const { recordId, phaseId, taskTime, state, worker, host, pid, reportedAt } of reports.resend()) {
    if (state !== "running") continue;
    const data = { because: "restart", worker, host, pid, reported_at: reportedAt };
    decisions.add({ code: "requeued", phaseId, taskTime, data }, { recordId, fileMessageId: null }, now);
  }
  outbox.releaseAll();
}

/** Tasks past their deadline become `overdue`. */
export function expireTasks(
  { alerts, changes, decisions, records }: Tables,
  writer: Writer,
  now: number,
  limit: number,
  decide: Parameters<Store["expireTasks"]>[2],
): Awaited<ReturnType<Store["expireTasks"]>> {
  const tasks = records.incomplete(now, limit);
  if (tasks.length === 0) return { expired: 0 };
  return writer.transaction(() => {
    for (const task of tasks) {
      records.setState(task.recordId, "overdue");
      changes.note("tasks", task.recordId);
      const about = { recordId: task.recordId, fileMessageId: null };
      const decided = decide(task);
      for (const alert of decided.alerts) alerts.raise(alert, about, now);
      for (const decision of decided.decisions) decisions.add(decision, about, now);
    }
    return { expired: tasks.length };
  });
}
