import type { NewAlert, ResolvedCause } from "../../core/decide/effects.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import type { Issue } from "../../core/workflow/issue.ts";

interface InvalidFile {
  readonly name: string;
  readonly issues: readonly Issue[];
  /** That of its last good version; 0 when there never was one. */
  readonly versionInForce: number;
}

/** Why a file is not accepted, and what is in force instead. */
export function rejection(file: InvalidFile): string {
  const [first] = file.issues.filter((one) => one.severity === "error");
  const location = first === undefined ? file.name : `${file.name}:${first.line}:${first.column}`;
  const outcome = file.versionInForce === 0 ? "none of its phases run" : "its last good version stays in force";
  return `${location}: ${first?.message ?? "the workflow file is not accepted"} The file is not accepted: ${outcome}.`;
}

/** Of a file that is not accepted. */
export function invalidAlert(file: InvalidFile): NewAlert {
  const message = rejection(file);
  return newAlert("workflow_invalid", message, {
    severity: file.versionInForce === 0 ? "critical" : "warning",
    cause: file.name,
    workflow: file.name,
  });
}

export function validAgain(name: string): ResolvedCause {
  const note = "the file is valid again, or was removed";
  return { type: "workflow_invalid", taskType: "", job: "", taskTime: null, cause: name, workflow: name, note };
}
