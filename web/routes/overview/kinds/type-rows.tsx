import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Icon } from "../../../components/icon.tsx";
import { condition, createdBetween, ofKind } from "../../../services/query-text.ts";
import type { Kind } from "./columns.ts";
import { type About, NumberCells, RunCells } from "./cells.tsx";
import { runsOf } from "./runs.ts";

interface Props {
  readonly type: string;
  readonly kind: Kind;
  readonly jobs: readonly (readonly [job: string, kind: Kind])[];
  /** Of the error rate of the type; null: no task failed. */
  readonly threshold: number | null;
  readonly about: About;
}

/** A type, and below it its jobs, which fold away. Each leads to its tasks of the period. */
export function TypeRows({ type, kind, jobs, threshold, about }: Props): ReactElement {
  const [isOpen, setOpen] = useState(true);
  const isAlone = jobs.length === 1 && jobs[0]?.[0] === "";
  const { nodes, ticks, period } = about;
  const made = createdBetween({ from: Date.parse(period.from), until: Date.parse(period.to) });
  return (
    <>
      <tr className="bg-surface-2 font-medium">
        <th scope="row" className="border-b border-line text-left font-medium whitespace-nowrap">
          <span className="inline-flex items-center">
            {!isAlone && (
              <button
                type="button"
                aria-expanded={isOpen}
                aria-label={`Jobs of ${type}`}
                className="-ml-1.5 inline-flex size-6 items-center justify-center text-ink-2"
                onClick={() => setOpen(!isOpen)}
              >
                <Icon name={isOpen ? "down" : "right"} size={12} />
              </button>
            )}
            <Link to="/tasks" search={{ q: `${condition("type", type)} ${made}` }} className="hover:underline">
              {type}
            </Link>
            {isAlone && <WhyNot of={type} />}
          </span>
        </th>
        <NumberCells kind={kind} threshold={threshold} />
        <RunCells runs={runsOf(nodes, ticks, type, null)} about={about} />
      </tr>
      {isOpen &&
        !isAlone &&
        jobs.map(([job, of]) => (
          <tr key={job} className="hover:bg-surface-3">
            <th scope="row" className="border-b border-line text-left font-normal whitespace-nowrap">
              <Link to="/tasks" search={{ q: `${ofKind(type, job)} ${made}` }} className="ml-4.5 hover:underline">
                {job === "" ? `${type} without a job` : `${type}:${job}`}
              </Link>
              <WhyNot of={job === "" ? type : `${type}:${job}`} />
            </th>
            <NumberCells kind={of} threshold={threshold} />
            <RunCells runs={runsOf(nodes, ticks, type, job)} about={about} />
          </tr>
        ))}
    </>
  );
}

/** To the reasons why it did not run, also while it has run before. */
function WhyNot({ of }: { readonly of: string }): ReactElement {
  return (
    <Link
      to="/why-not"
      search={{ of, at: "today" }}
      aria-label={`Why did ${of} not run?`}
      title={`Why did ${of} not run?`}
      className="ml-1.5 inline-flex size-6 items-center justify-center align-middle text-ink-3 hover:text-ink"
    >
      <Icon name="help" size={12} />
    </Link>
  );
}
