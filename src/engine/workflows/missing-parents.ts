import type { Issue } from "../../core/workflow/issue.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import { parentName, withoutParent } from "../../core/workflow/phase/parent-ref.ts";

export interface MissingParent extends Issue {
  /** The version of the file that is in force. */
  readonly version_id: number;
}

/** Of phases in force that depend on a task of another file which no phase makes: no file shows it by itself. */
export function missingParents(phases: readonly Phase[]): readonly MissingParent[] {
  return withoutParent(phases).map(parentMissing);
}

function parentMissing({ phase, parent }: ReturnType<typeof withoutParent>[number]): MissingParent {
  return {
    severity: "warning",
    code: "unknown_parent",
    version_id: phase.versionId,
    file: phase.workflow,
    line: phase.line,
    column: 1,
    message: `${phase.task} of ${phase.workflow} depends on ${parentName(parent)}, which no phase in force makes: nothing starts it.`,
    remedy: "Name a task that its file has, or put that phase back.",
  };
}
