import { covers, type SilenceScope } from "../../core/alerts/silences.ts";
import type { Severity } from "../../core/workflow/phase.ts";
import type { AlertRow, LabelledAlert } from "../../store/alert-store.ts";
import type { ReadStore } from "../../store/store.ts";

/** Open alerts of one type about one type of task, job and workflow. */
export interface PreviewGroup {
  readonly alert_type: string;
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly severity: Severity;
  alerts: number;
}

export interface SilencePreview {
  /** The newest of them, at most 20. */
  readonly alerts: AlertRow[];
  readonly total: number;
  /** Of so many open ones. */
  readonly open: number;
  /** All open alerts were compared. */
  readonly complete: boolean;
  /** What it would silence, and what it would not. */
  readonly covered: PreviewGroup[];
  readonly others: PreviewGroup[];
  readonly messages: { readonly sent: number; readonly held_back: number };
}

type Reads = Pick<ReadStore, "alerts">;

const SHOWN = 20;
const MAX_COMPARED = 10_000;
const MAX_GROUPS = 50;
/** Alerts of one query, so that comparing them holds up the engine for a few milliseconds at most. */
const GROUP = 500;
const MAX_MESSAGES = 500;
/** Messages of one query. */
const PAGE = 100;

/**
 * The open alerts that a silence would cover, and the messages since a moment that it would have held back. Alerts that
 * somebody has acknowledged stay as they are.
 */
export async function previewSilence(scope: SilenceScope, since: number | null, reads: Reads): Promise<SilencePreview> {
  const shown: AlertRow[] = [];
  const covered = new Map<string, PreviewGroup>();
  const others = new Map<string, PreviewGroup>();
  let total = 0;
  let compared = 0;
  let before: number | null = null;
  let complete = false;
  while (compared < MAX_COMPARED && !complete) {
    const rows: readonly LabelledAlert[] = await reads.alerts.open(before, GROUP);
    for (const row of rows) {
      const isCovered = covers(scope, { ...row, taskType: row.task_type });
      count(row, isCovered ? covered : others);
      if (!isCovered) continue;
      total += 1;
      if (shown.length < SHOWN) shown.push(row);
    }
    compared += rows.length;
    before = rows.at(-1)?.id ?? null;
    complete = rows.length < GROUP;
  }
  return {
    alerts: shown,
    total,
    open: compared,
    complete,
    covered: mostFrequent(covered),
    others: mostFrequent(others),
    messages: since === null ? { sent: 0, held_back: 0 } : await messagesSince(since, scope, reads),
  };
}

function count(row: AlertRow, groups: Map<string, PreviewGroup>): void {
  const { type: alert_type, task_type: type, job, workflow, severity } = row;
  const key = JSON.stringify([alert_type, type, job, workflow]);
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { alert_type, type, job, workflow, severity, alerts: 1 });
  else group.alerts += 1;
}

function mostFrequent(groups: ReadonlyMap<string, PreviewGroup>): PreviewGroup[] {
  return [...groups.values()].toSorted((a, b) => b.alerts - a.alerts).slice(0, MAX_GROUPS);
}

/** A message is held back when each of its alerts is. */
async function messagesSince(since: number, scope: SilenceScope, reads: Reads): Promise<SilencePreview["messages"]> {
  let [sent, held, read] = [0, 0, 0];
  let before: number | null = null;
  while (read < MAX_MESSAGES) {
    const page = await reads.alerts.notifications({ limit: PAGE, before, channel: null });
    const messages = page.filter((row) => row.created_at >= since && row.state === "sent" && row.kind !== "test");
    const ids = [...new Set(messages.flatMap((row) => row.alert_ids))];
    const rows = ids.length === 0 ? [] : await reads.alerts.labelled(ids);
    const silent = new Set(
      rows.filter((row) => covers(scope, { ...row, taskType: row.task_type })).map(({ id }) => id),
    );
    sent += messages.length;
    held += messages.filter((row) => row.alert_ids.length > 0 && row.alert_ids.every((id) => silent.has(id))).length;
    read += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || last.created_at < since) break;
    before = last.id;
  }
  return { sent, held_back: held };
}
