import type { ReactElement } from "react";
import { type Clock, duration } from "../../../services/format.ts";
import type { Step } from "./history-queries.ts";
import { LANES, textOf } from "./lanes.ts";

/** The numbers behind the chart of a day. */
export function StepsTable({ steps, clock }: { readonly steps: readonly Step[]; readonly clock: Clock }): ReactElement {
  return (
    <div className="max-h-64 overflow-auto" tabIndex={0} role="region" aria-label="Health by five minutes">
      <table className="w-full text-small">
        <thead>
          <tr className="text-ink-3">
            <th scope="col" className="text-left font-normal">
              From
            </th>
            <th scope="col" className="text-right font-normal">
              Bus away
            </th>
            {LANES.map(({ name }) => (
              <th key={name} scope="col" className="text-right font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.toReversed().map((step) => (
            <tr key={step.at} className="border-t border-line">
              <th scope="row" className="text-left font-normal">
                {clock.minutes(Date.parse(step.at))}
              </th>
              <td className={`text-right ${step.bus_ms === 0 ? "text-ink-3" : "text-error-text"}`}>
                {step.bus_ms === 0 ? "0" : duration(step.bus_ms)}
              </td>
              {LANES.map((lane) => (
                <td key={lane.name} className="text-right">
                  {textOf(lane, step)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
