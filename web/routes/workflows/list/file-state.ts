import type { Status } from "../../../components/mark.tsx";
import { count } from "../../../services/format.ts";
import type { WorkflowFile } from "../workflows-queries.ts";

type Issues = Pick<WorkflowFile, "state" | "errors" | "warnings">;

/** How a file stands: its mark (null: all is well) and a few words. */
export function stateOf({ state, errors, warnings }: Issues): {
  readonly status: Status | null;
  readonly words: string;
} {
  const issues = [counted(errors, "error"), counted(warnings, "warning")].filter((text) => text !== "").join(", ");
  switch (state) {
    case "removed":
      return { status: "cancelled", words: "removed" };
    case "rejected":
      return { status: "error", words: `${issues}: not in force` };
    case "last_good":
      return { status: "error", words: `${issues}: not in force yet` };
    case "in_force":
      return {
        status: errors > 0 ? "error" : warnings > 0 ? "warn" : null,
        words: issues === "" ? "no issues" : issues,
      };
  }
}

function counted(number: number, what: string): string {
  return number === 0 ? "" : `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}

/** The one to look at first: the first that is not in force, else the first with an issue, else the first. */
export function worstFile<T extends Issues>(files: readonly T[]): T | undefined {
  const there = files.filter(({ state }) => state !== "removed");
  return there.find(({ errors }) => errors > 0) ?? there.find(({ warnings }) => warnings > 0) ?? there[0] ?? files[0];
}
