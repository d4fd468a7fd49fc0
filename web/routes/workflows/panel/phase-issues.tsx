import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PhaseAbout } from "../../../acting/phases/act-on-phases.ts";
import { withThings } from "../../../components/decision-text.tsx";
import { Mark } from "../../../components/mark.tsx";
import { issuesQuery } from "./panel-queries.ts";
import { Part } from "./part.tsx";
import { SourceLink } from "./rule.tsx";

/** What is wrong with the text of the phase, and what to do. Nothing, where nothing is. */
export function PhaseIssues({
  phase: { workflow, line, source },
}: {
  readonly phase: PhaseAbout;
}): ReactElement | null {
  const { data } = useQuery(issuesQuery(workflow));
  const end = line + source.split("\n").length;
  const issues = data?.filter((issue) => issue.line >= line && issue.line < end) ?? [];
  if (issues.length === 0) return null;
  return (
    <Part title="Issues">
      <ul className="grid gap-2">
        {issues.map((issue) => (
          <li key={`${issue.line}:${issue.column}:${issue.code}`} className="flex gap-2">
            <span className="mt-1">
              <Mark status={issue.severity === "error" ? "error" : "warn"} label={issue.severity} />
            </span>
            <p className="min-w-0 break-words">
              <SourceLink workflow={workflow} line={issue.line} />: {withThings(issue.message)}{" "}
              <span className="text-ink-2">{withThings(issue.remedy)}</span>
            </p>
          </li>
        ))}
      </ul>
    </Part>
  );
}
