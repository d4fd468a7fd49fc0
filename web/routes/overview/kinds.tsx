import { type ReactElement, useState } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { count, duration, NOTHING, share } from "../../services/format.ts";

type Kind = SummaryAnswer["by_type"][string];
type OfJob = Kind["jobs"][string];

/** A row for each type, and below it for each of its jobs. */
export function Kinds({ summary }: { readonly summary: SummaryAnswer }): ReactElement {
  const types = Object.entries(summary.by_type).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const jobs = types.reduce((sum, [, kind]) => sum + Object.keys(kind.jobs).length, 0);
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
        <div className="overflow-x-auto">
          <table className="w-full min-w-170 table-fixed text-small">
            <colgroup>
              <col className="w-50" />
            </colgroup>
            <thead className="bg-surface-2 text-ink-3">
              <tr className="h-(--row-head) border-y border-line text-right">
                <th scope="col" className="pl-(--gutter) text-left font-normal">
                  Type and job
                </th>
                {["Total", "Complete", "Warn", "Error", "Alert", "Error rate", "Average", "p95"].map((name) => (
                  <th key={name} scope="col" className="px-2 font-normal">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {types.map(([type, kind]) => (
                <TypeRows key={type} type={type} kind={kind} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {summary.more_kinds > 0 && (
        <p className="px-(--gutter) py-2 text-small text-ink-3">{count(summary.more_kinds)} rarer ones are left out.</p>
      )}
    </section>
  );
}

function TypeRows({ type, kind }: { readonly type: string; readonly kind: Kind }): ReactElement {
  const [isOpen, setOpen] = useState(true);
  const jobs = Object.entries(kind.jobs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const isAlone = jobs.length === 1 && jobs[0]?.[0] === "";
  return (
    <>
      <tr className="h-(--row) border-b border-line bg-surface-2 font-medium">
        <th scope="row" className="truncate pl-(--gutter) text-left font-medium">
          {isAlone ? (
            type
          ) : (
            <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? "▾" : "▸"} {type}
            </button>
          )}
        </th>
        <Cells of={kind} />
      </tr>
      {isOpen &&
        !isAlone &&
        jobs.map(([job, of]) => (
          <tr key={job} className="h-(--row) border-b border-line hover:bg-surface-3">
            <th scope="row" className="truncate pl-9 text-left font-normal" title={`${type}:${job}`}>
              {type}:{job}
            </th>
            <Cells of={of} />
          </tr>
        ))}
    </>
  );
}

function Cells({ of }: { readonly of: OfJob }): ReactElement {
  const finished = of.completed + of.failed + of.warned + of.alerted;
  const cells: readonly (readonly [string, string])[] = [
    [count(of.total), ""],
    [count(of.completed), ""],
    [count(of.warned), of.warned === 0 ? "text-ink-3" : "text-warn-text"],
    [count(of.failed), of.failed === 0 ? "text-ink-3" : "text-error-text"],
    [count(of.alerted), of.alerted === 0 ? "text-ink-3" : "font-medium"],
    [finished === 0 ? NOTHING : share(of.failed / finished), of.failed === 0 ? "text-ink-3" : ""],
    [of.avg_duration_ms === null ? NOTHING : duration(of.avg_duration_ms), ""],
    [of.p95_duration_ms === null ? NOTHING : duration(of.p95_duration_ms), ""],
  ];
  return (
    <>
      {cells.map(([text, look], at) => (
        <td key={at} className={`px-2 text-right ${look}`}>
          {text}
        </td>
      ))}
    </>
  );
}
