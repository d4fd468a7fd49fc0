import { covers, type SilenceScope } from "../../core/alerts/silences.ts";
import type { AlertRow, LabelledAlert } from "../../store/alert-store.ts";
import type { ReadStore } from "../../store/store.ts";

export interface SilencePreview {
  /** The newest of them, at most 20. */
  readonly alerts: readonly AlertRow[];
  readonly total: number;
  /** All open alerts were compared. */
  readonly complete: boolean;
}

const SHOWN = 20;
const MAX_COMPARED = 10_000;
/** Alerts of one query, so that comparing them holds up the engine for a few milliseconds at most. */
const GROUP = 500;

/** The open alerts that a silence would cover. Those that somebody has acknowledged stay as they are. */
export async function previewSilence(scope: SilenceScope, reads: Pick<ReadStore, "alerts">): Promise<SilencePreview> {
  if (scope.alertId !== null) {
    const history = await reads.alerts.one(scope.alertId);
    const alerts = history?.alert.state === "open" ? [history.alert] : [];
    return { alerts, total: alerts.length, complete: true };
  }
  const shown: AlertRow[] = [];
  let total = 0;
  let compared = 0;
  let before: number | null = null;
  while (compared < MAX_COMPARED) {
    const rows: readonly LabelledAlert[] = await reads.alerts.open(before, GROUP);
    const covered = rows.filter((row) => covers(scope, { ...row, taskType: row.task_type }));
    shown.push(...covered.slice(0, SHOWN - shown.length));
    total += covered.length;
    compared += rows.length;
    before = rows.at(-1)?.id ?? null;
    if (rows.length < GROUP) return { alerts: shown, total, complete: true };
  }
  return { alerts: shown, total, complete: false };
}
