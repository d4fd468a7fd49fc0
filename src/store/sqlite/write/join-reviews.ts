import type { JoinReviewer } from "../../../core/decide/decider.ts";
import type { NewDecision } from "../../../core/decide/effects.ts";
import type { Committed } from "../../store.ts";
import type { Ingest } from "./ingest.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** One transaction. */
export function cancelTasks(
  { alerts }: Pick<Tables, "alerts">,
  writer: Writer,
  ingest: Ingest,
  recordIds: readonly number[],
  why: NewDecision,
  reviewer: JoinReviewer,
  now: number,
): Committed & { readonly cancelled: readonly number[] } {
  if (recordIds.length === 0) return { outbox: [], rejected: 0, cancelled: [] };
  alerts.refresh();
  return writer.transaction((gathered) => {
    const cancelled = recordIds.filter((recordId) => ingest.cancel(recordId, why, reviewer, now, gathered) !== null);
    return { outbox: gathered.outbox, rejected: 0, cancelled };
  });
}

/** One transaction for all instances of a join; those of which the newest task is older than `since` stay as they are. */
export function reviewJoins(
  { alerts, joins, records }: Pick<Tables, "alerts" | "joins" | "records">,
  writer: Writer,
  ingest: Ingest,
  phaseId: number,
  since: number,
  reviewer: JoinReviewer,
  now: number,
): Committed {
  const due = joins.waiting(phaseId).filter((recordId) => (records.byId(recordId)?.decidedAt ?? 0) >= since);
  if (due.length === 0) return { outbox: [], rejected: 0 };
  alerts.refresh();
  return writer.transaction((gathered) => {
    for (const recordId of due) ingest.reviewJoin(phaseId, recordId, reviewer, now, gathered);
    return { outbox: gathered.outbox, rejected: 0 };
  });
}
