import type { AlertType, NewAlert } from "./effects.ts";
import type { Phase, Severity } from "../workflow/phase.ts";

interface Manner {
  readonly severity: Severity;
  /** Not gathered into the next summary. */
  readonly atOnce: boolean;
}

/** The defaults of each type of alert, when no rule says otherwise. */
const MANNERS: Readonly<Record<AlertType, Manner>> = {
  retry_exhausted: { severity: "critical", atOnce: false },
  alert_result: { severity: "critical", atOnce: true },
  incomplete: { severity: "warning", atOnce: false },
  send_failed: { severity: "critical", atOnce: true },
  file_missing: { severity: "warning", atOnce: false },
  file_unmatched: { severity: "info", atOnce: false },
  template_open: { severity: "warning", atOnce: false },
  task_too_large: { severity: "critical", atOnce: false },
  workflow_invalid: { severity: "critical", atOnce: true },
  config_invalid: { severity: "critical", atOnce: true },
  workflows_vanished: { severity: "critical", atOnce: true },
  schedule_missed: { severity: "warning", atOnce: false },
  clock_set_back: { severity: "warning", atOnce: true },
  dead_letter: { severity: "warning", atOnce: false },
  database_size: { severity: "warning", atOnce: false },
  database_down: { severity: "critical", atOnce: true },
  disk_full: { severity: "warning", atOnce: true },
  retention_begins: { severity: "warning", atOnce: true },
  backup_failed: { severity: "critical", atOnce: false },
  database_restored: { severity: "critical", atOnce: true },
  archive_failed: { severity: "warning", atOnce: false },
  restore_held: { severity: "critical", atOnce: true },
  bus_down: { severity: "critical", atOnce: false },
  watch_down: { severity: "critical", atOnce: false },
  no_worker: { severity: "critical", atOnce: false },
  phase_paused: { severity: "warning", atOnce: false },
};

export const ALERT_TYPES = Object.keys(MANNERS) as readonly AlertType[];

/** An alert: with a phase it is about that phase's tasks, and its rule says how severe and for whom. */
export function newAlert(
  type: AlertType,
  message: string,
  about: Partial<Omit<NewAlert, "type" | "message">> & { readonly phase?: Phase | null } = {},
): NewAlert {
  const { phase = null, ...values } = about;
  return {
    type,
    severity: phase?.rule.severity ?? MANNERS[type].severity,
    atOnce: MANNERS[type].atOnce,
    cause: "",
    taskId: "",
    taskType: phase?.type ?? "",
    job: phase?.job ?? "",
    taskTime: null,
    taskCreated: null,
    workflow: phase?.workflow ?? "",
    labels: "",
    notify: phase?.rule.notify ?? [],
    message,
    phaseId: phase?.id ?? 0,
    task: "",
    ...values,
  };
}

/** Messages of one topic that were rejected with the same code have one cause. */
export function deadLetterAlert(deadLetter: {
  readonly topic: string;
  readonly code: string;
  readonly reason: string;
}): NewAlert {
  const { topic, code, reason } = deadLetter;
  return newAlert("dead_letter", `a message of ${topic} became a dead letter (${code}): ${reason}`, {
    cause: `${topic} ${code}`,
  });
}
