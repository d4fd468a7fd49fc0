import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { SummaryAnswer } from "../../../../src/contract/api/instance/summary-api.ts";
import { Head, TABLE } from "../../../components/table.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { phasesQuery } from "../../../services/queries.ts";
import { ticksQuery } from "../overview-queries.ts";
import { type KindSort, NUMBERS, sorted } from "./columns.ts";
import { TypeRows } from "./type-rows.tsx";
import { WithoutTask } from "./without-task.tsx";

interface Props {
  readonly summary: SummaryAnswer;
  readonly clock: Clock;
  readonly now: number;
  /** `name`, `-error`. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** A row for each type, and below it for each of its jobs. */
export function Kinds({ summary, clock, now, sort, onSort }: Props): ReactElement {
  const types = sorted(Object.entries(summary.by_type), sort);
  const jobs = types.reduce((sum, [, kind]) => sum + Object.keys(kind.jobs).length, 0);
  const { data: phases } = useQuery(phasesQuery);
  const { data: ticks = [] } = useQuery(ticksQuery);
  const nodes = phases?.nodes ?? [];
  const thresholds = new Map(summary.error_rates.map((rate) => [rate.type, rate.threshold]));
  const head = (by: KindSort): { readonly sorted: "ascending" | "descending" | null; readonly onSort: () => void } => ({
    sorted: sort === by ? "ascending" : sort === `-${by}` ? "descending" : null,
    // Of numbers the most come first, of names the first.
    onSort: () => onSort(by === "name" ? (sort === "name" ? "-name" : "name") : sort === `-${by}` ? by : `-${by}`),
  });
  return (
    <section className="min-w-0">
      <div className="flex items-baseline gap-2 px-(--gutter) pt-3 pb-2">
        <h2 className="font-semibold">By type and job</h2>
        <span className="text-small text-ink-3">
          {types.length} types, {jobs} jobs
        </span>
      </div>
      {types.length === 0 ? (
        <p className="px-(--gutter) py-3 text-ink-2">No task was made in this time.</p>
      ) : (
        // Reached by the keyboard, so that it can be scrolled.
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="By type and job">
          <table className={`${TABLE} [&_td]:whitespace-nowrap [&_th:first-child]:pl-(--gutter)`}>
            <thead>
              <tr>
                <Head {...head("name")}>Type and job</Head>
                {NUMBERS.map((column) => (
                  <Head key={column.sort} isNumber {...head(column.sort)}>
                    {column.name}
                  </Head>
                ))}
                <Head>Last run</Head>
                <Head>Next run</Head>
              </tr>
            </thead>
            <tbody>
              {types.map(([type, kind]) => (
                <TypeRows
                  key={type}
                  type={type}
                  kind={kind}
                  jobs={sorted(Object.entries(kind.jobs), sort)}
                  threshold={thresholds.get(type) ?? null}
                  about={{ nodes, ticks, clock, now, period: summary.time_period }}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <WithoutTask summary={summary} nodes={nodes} />
      {summary.more_kinds > 0 && (
        <p className="px-(--gutter) py-2 text-small text-ink-3">{count(summary.more_kinds)} rarer ones are left out.</p>
      )}
    </section>
  );
}
