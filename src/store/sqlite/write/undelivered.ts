import type { Committed, OpenDeadLetter, Store } from "../../store.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import type { Ingest } from "./ingest.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** Rows that no bus takes: free again for a later try, and each new one raises its alert. One transaction. */
export function refuseRows(
  { outbox, alerts }: Pick<Tables, "outbox" | "alerts">,
  writer: Writer,
  ingest: Ingest,
  ...[refused, alertOf, reviewer, dueAt, now]: Parameters<Store["refuseOutbox"]>
): Committed {
  alerts.refresh();
  return writer.transaction((gathered) => {
    outbox.release(
      refused.map(({ id }) => id),
      dueAt,
    );
    for (const row of refused) {
      if (!row.isNew) continue;
      const task = outbox.taskOf(row.id);
      if (task !== null) ingest.undeliverable(task.recordId, reviewer, now, gathered);
      // A restart offers the message anew, and forgets that it was refused before.
      if (task !== null && alerts.isTold("send_failed", task.recordId)) continue;
      const about = task === null ? ABOUT_NOTHING : { recordId: task.recordId, fileMessageId: null };
      alerts.raise(alertOf(row, task), about, now);
    }
    return { outbox: gathered.outbox, rejected: 0 };
  });
}

/** Marks them as redriven, each with its decision. Inside a transaction. */
export function redriveDeadLetters(
  { deadLetters, decisions }: Pick<Tables, "deadLetters" | "decisions">,
  ids: readonly number[] | "all",
  now: number,
): readonly OpenDeadLetter[] {
  const redriven = deadLetters.redrive(ids, now);
  for (const { id, topic } of redriven)
    decisions.add(
      { code: "redriven", phaseId: 0, taskTime: null, data: { dead_letter: id, topic } },
      ABOUT_NOTHING,
      now,
    );
  return redriven;
}
