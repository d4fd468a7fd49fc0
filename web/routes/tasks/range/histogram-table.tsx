import type { ReactElement } from "react";
import type { Bar } from "../../../components/time-bars.tsx";
import { count } from "../../../services/format.ts";
import { PARTS } from "./bars.ts";

interface Props {
  readonly bars: readonly Bar[];
  readonly name: (bar: Bar) => string;
}

/** The numbers of the histogram, without the steps that have none. */
export function HistogramTable({ bars, name }: Props): ReactElement {
  const filled = bars.filter(({ parts }) => parts.some((part) => part.count > 0));
  return (
    <div className="h-25 overflow-auto" tabIndex={0} role="region" aria-label="Numbers of the histogram">
      <table className="w-full text-small">
        <thead className="sticky top-0 bg-surface-2 text-ink-3">
          <tr>
            <th scope="col" className="px-2 text-left font-normal">
              Created
            </th>
            {PARTS.map(({ status }) => (
              <th key={status} scope="col" className="px-2 text-right font-normal">
                {status}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.map((bar) => (
            <tr key={bar.from} className="border-t border-line">
              <th scope="row" className="px-2 text-left font-normal">
                {name(bar)}
              </th>
              {bar.parts.map((part) => (
                <td key={part.status} className={`px-2 text-right ${part.count === 0 ? "text-ink-3" : ""}`}>
                  {count(part.count)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
