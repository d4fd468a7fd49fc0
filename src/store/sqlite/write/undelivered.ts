import type { Committed, OpenDeadLetter, Store } from "../../store.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import type { Tables } from "./tables.ts";
import type { Gathered } from "./writer.ts";

/** Messages without a task, with the decisions about them. Inside a transaction. */
export function enqueue(
  { outbox, decisions }: Pick<Tables, "outbox" | "decisions">,
  gathered: Gathered,
  ...[messages, now, about = []]: Parameters<Store["enqueue"]>
): Committed {
  for (const { topic, payload } of messages) gathered.outbox.push(outbox.addOwned(null, topic, payload, payload, now));
  for (const decision of about) decisions.add(decision, ABOUT_NOTHING, now);
  return { outbox: gathered.outbox, rejected: 0 };
}

/** Rows that no bus takes: free again for a later try, and each new one raises its alert. Inside a transaction. Returns those of tasks. */
export function refuseRows(
  { outbox, alerts }: Pick<Tables, "outbox" | "alerts">,
  ...[refused, alertOf, dueAt, now]: Parameters<Store["refuseOutbox"]>
): readonly number[] {
  outbox.release(
    refused.map(({ id }) => id),
    dueAt,
  );
  const ofTasks: number[] = [];
  for (const row of refused) {
    const task = outbox.taskOf(row.id);
    if (task !== null) ofTasks.push(row.id);
    if (!row.isNew) continue;
    // A restart offers the message anew, and forgets that it was refused before.
    if (task !== null && alerts.isTold("send_failed", task.recordId)) continue;
    const about = task === null ? ABOUT_NOTHING : { recordId: task.recordId, fileMessageId: null };
    alerts.raise(alertOf(row, task), about, now);
  }
  return ofTasks;
}

/** Marks them as redriven, each with its decision. Inside a transaction. */
export function redriveDeadLetters(
  { deadLetters, decisions }: Pick<Tables, "deadLetters" | "decisions">,
  ...[ids, { by, reason, edited }, now]: Parameters<Store["redriveDeadLetters"]>
): readonly OpenDeadLetter[] {
  const redriven = deadLetters.redrive(ids, { by, reason }, now);
  for (const { id, topic } of redriven) {
    const data = { dead_letter: id, topic, by, reason, ...(edited ? { edited } : {}) };
    decisions.add({ code: "redriven", phaseId: 0, taskTime: null, data }, ABOUT_NOTHING, now);
  }
  return redriven;
}
