import type { ReactElement } from "react";
import { Head, TABLE } from "../../components/table.tsx";
import { count, NOTHING, share } from "../../services/format.ts";
import { errorRateOf, PARTS, type Step } from "./steps.ts";

interface Props {
  readonly steps: readonly Step[];
  readonly name: (step: Step) => string;
}

/** What the bars show, as numbers. */
export function NumbersTable({ steps, name }: Props): ReactElement {
  return (
    // Reached by the keyboard, so that it can be scrolled.
    <div className="max-h-60 overflow-auto" tabIndex={0} role="region" aria-label="Tasks by result">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>Time</Head>
            <Head isNumber>Total</Head>
            {PARTS.map(({ status }) => (
              <Head key={status} isNumber>
                {status}
              </Head>
            ))}
            <Head isNumber>Error rate</Head>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => {
            const rate = errorRateOf(step);
            return (
              <tr key={step.from}>
                <th scope="row" className="border-b border-line px-2 text-left font-normal">
                  {name(step)}
                </th>
                <td className="text-right">{count(step.total)}</td>
                {step.parts.map((part) => (
                  <td key={part.status} className={`text-right ${part.count === 0 ? "text-ink-3" : ""}`}>
                    {count(part.count)}
                  </td>
                ))}
                <td className="text-right">{rate === null ? NOTHING : share(rate)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
