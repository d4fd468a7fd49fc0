import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { SummaryAnswer } from "../../../../src/contract/api/instance/summary-api.ts";
import { count } from "../../../services/format.ts";
import type { About } from "./cells.tsx";

/** Of more phases the rest is counted. */
const MOST = 12;

interface Props {
  readonly summary: SummaryAnswer;
  readonly nodes: About["nodes"];
}

/** The phases that have no row, because none of their tasks was made in this time: each leads to the reasons. */
export function WithoutTask({ summary: { by_type: types, more_kinds: more }, nodes }: Props): ReactElement | null {
  // Which kinds are left out is not known.
  if (more > 0) return null;
  const names = nodes
    .filter(({ type, job }) => types[type]?.jobs[job] === undefined)
    .map(({ type, job }) => (job === "" ? type : `${type}:${job}`));
  const absent = [...new Set(names)];
  if (absent.length === 0) return null;
  return (
    <p className="px-(--gutter) py-2 text-small text-ink-2">
      Without a task in this time:{" "}
      {absent.slice(0, MOST).map((of, at) => (
        <span key={of}>
          {at > 0 && ", "}
          <Link
            to="/why-not"
            search={{ of, at: "today" }}
            title={`Why did ${of} not run?`}
            className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
          >
            {of}
          </Link>
        </span>
      ))}
      {absent.length > MOST && ` and ${count(absent.length - MOST)} more`}.
    </p>
  );
}
