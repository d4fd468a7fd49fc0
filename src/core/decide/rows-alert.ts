import type { Effects, NewAlert } from "./effects.ts";
import { newAlert } from "./new-alert.ts";
import type { Phase } from "../workflow/phase.ts";

/** The rows of a phase cannot be used: whatever starts it, its tasks are not made. */
export function unusableRows(phase: Phase, reason: string, taskId: string): NewAlert {
  return newAlert("workflow_invalid", reason, { phase, atOnce: false, cause: rowsCause(phase), taskId });
}

/** The rows could be used, or the phase has none any more. */
export function rereadRows(phase: Phase): Effects["resolves"] {
  const { type: taskType, job, workflow } = phase;
  const note = "the rows are readable again";
  return [{ type: "workflow_invalid", taskType, job, taskTime: null, cause: rowsCause(phase), workflow, note }];
}

/** What such an alert is about: each phase is a cause of its own. */
function rowsCause(phase: Phase): string {
  return `rows of ${phase.key}`;
}
