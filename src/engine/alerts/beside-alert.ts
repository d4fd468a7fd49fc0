import { linksOf, type LinkTemplate } from "../../core/task/task-links.ts";
import type { AlertHistory } from "../../store/alert-store.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import type { ReadStore } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import { notesOn } from "../notes/notes-on.ts";

export interface BesideParts<Log> {
  readonly reads: Pick<ReadStore, "notes" | "phases" | "logs">;
  readonly runtime: Pick<Runtime, "zone">;
  readonly links: readonly LinkTemplate[];
  /** Of the newest output of an attempt; null: none is known. */
  readonly logOf: (record: LoggedRecord) => Promise<Log | null>;
}

/** What is shown beside an alert: its notes, its phase, links, and the output of the task that it is about. */
export async function besideAlert<Log>(
  alert: AlertHistory["alert"],
  { reads, runtime, links, logOf }: BesideParts<Log>,
) {
  const { id, record_id: record } = alert;
  const [phase] = await reads.phases.ofAlerts([id]);
  const [logged] = record === null ? [] : await reads.logs.tasks(String(record));
  const { task = "", workflow = "", owner = "", description = "", runbook = "" } = phase ?? {};
  return {
    notes: (await notesOn("alert", [id], reads))(id),
    phase: phase === undefined ? null : { task, workflow, owner, description, runbook },
    links: linksOf(links, { ...alert, id: alert.task_id, record, type: alert.task_type, meta: alert.labels }),
    log: logged === undefined ? null : await logOf(logged),
    zone: alert.task_zone ?? runtime.zone,
  };
}
