import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";
import { count } from "../../../services/format.ts";
import type { Issue } from "./graph-queries.ts";

/** More have their place in the source. */
const MOST = 5;

/** What is wrong in the file, below its graph. */
export function IssueList({
  path,
  issues,
}: {
  readonly path: string;
  readonly issues: readonly Issue[];
}): ReactElement | null {
  if (issues.length === 0) return null;
  return (
    <ul className="mx-(--gutter) mb-3 rounded-control border border-line bg-surface-2" aria-label="Issues">
      {issues.slice(0, MOST).map(({ severity, line, column, message, remedy }, index) => (
        <li key={index} className="flex gap-2 border-b border-line px-3 py-2 last:border-b-0">
          <span className="pt-0.5">
            <Mark status={severity === "error" ? "error" : "warn"} label={severity === "error" ? "error" : "warning"} />
          </span>
          <p className="min-w-0 break-words">
            <b className="font-semibold">
              Line {line}, column {column}:
            </b>{" "}
            {message} <span className="text-ink-2">{remedy}</span>
          </p>
        </li>
      ))}
      <li className="px-3 py-1.5 text-small">
        <Link to="/workflows/source" search={{ file: path }} className="text-accent hover:underline">
          {issues.length > MOST ? `All ${count(issues.length)} in the source` : "Show in the source"}
        </Link>
      </li>
    </ul>
  );
}
