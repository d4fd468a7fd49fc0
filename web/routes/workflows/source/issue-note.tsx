import type { ReactElement } from "react";
import { withThings } from "../../../components/decision-text.tsx";
import { Mark } from "../../../components/mark.tsx";
import { NearMiss, nearMissOf } from "../../../components/near-miss/near-name.tsx";
import type { Issue } from "./source-queries.ts";

/** What is wrong in a line, and what to do. */
export function IssueNote({ issue }: { readonly issue: Issue }): ReactElement {
  const { severity, line, column, message, remedy } = issue;
  const status = severity === "error" ? "error" : "warn";
  const miss = nearMissOf(issue);
  return (
    <div data-status={status} className="flex items-start gap-2 border-l-2 border-(--mark) bg-(--tint) px-3 py-1.5">
      <span className="mt-0.75">
        <Mark status={status} label={severity} />
      </span>
      <div className="min-w-0 font-sans text-body break-words">
        <p>
          {withThings(message)}{" "}
          <span className="text-small text-ink-2">
            Line {line}, column {column}.
          </span>
        </p>
        {miss === null ? (
          <p className="text-ink-2">{withThings(remedy)}</p>
        ) : (
          <NearMiss line={line} found={miss.found} known={miss.known} />
        )}
      </div>
    </div>
  );
}
