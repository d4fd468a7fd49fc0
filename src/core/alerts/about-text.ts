import { cutText } from "../../contract/cut-text.ts";
import type { NotifiedAlert } from "../../contract/api/notified-alert.ts";
import { taskName } from "../task/task-name.ts";

/** Phases of one notification whose owner and runbook are told. */
const MAX_PHASES = 3;
const MAX_RUNBOOK = 300;

/** A line for each phase that names an owner or a runbook; empty without one, as the older program wrote it. */
export function aboutText(alerts: readonly NotifiedAlert[]): string {
  const lines = new Set<string>();
  for (const { task_type: type, job, owner = "", runbook = "" } of alerts) {
    const parts = [
      ...(owner === "" ? [] : [`owner ${owner}`]),
      ...(runbook === "" ? [] : [`runbook ${cutText(runbook, MAX_RUNBOOK)}`]),
    ];
    if (parts.length > 0) lines.add(`${taskName({ type, job })}: ${parts.join(", ")}`.replaceAll(/\s+/g, " "));
  }
  return [...lines].slice(0, MAX_PHASES).join("\n");
}
