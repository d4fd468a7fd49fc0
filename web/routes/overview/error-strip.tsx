import type { ReactElement } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { LABELS } from "../../components/time-bars.tsx";
import { share } from "../../services/format.ts";
import type { Span } from "../../services/query-text.ts";
import { errorRateOf, type Step } from "./steps.ts";

const [WIDTH, HEIGHT] = [1000, 44];

interface Props {
  readonly steps: readonly Step[];
  readonly span: Span;
  readonly now: number;
  readonly thresholds: SummaryAnswer["error_rates"];
}

/** The share of errors on the time axis of the bars above; what is above the threshold is filled. */
export function ErrorStrip({ steps, span, now, thresholds }: Props): ReactElement {
  const rates = steps.flatMap((step) => {
    const rate = errorRateOf(step);
    return rate === null || step.from > now ? [] : [{ at: Math.min(now, (step.from + step.until) / 2), rate }];
  });
  // The strictest: of types with another one the row of the type says it.
  const threshold = thresholds.length === 0 ? null : Math.min(...thresholds.map((each) => each.threshold));
  const most = Math.max(0.01, (threshold ?? 0) * 1.5, ...rates.map(({ rate }) => rate));
  const x = (at: number): number => ((at - span.from) / (span.until - span.from)) * WIDTH;
  const y = (rate: number): number => HEIGHT - (rate / most) * (HEIGHT - 4);
  const line = rates.map(({ at, rate }) => `${x(at)},${y(rate)}`).join(" ");
  const limit = y(threshold ?? 0);
  const above = rates.map(({ at, rate }) => `${x(at)},${Math.min(y(rate), limit)}`).join(" ");
  const [first, last] = [rates[0], rates.at(-1)];
  return (
    <div className={`relative ${LABELS}`} role="img" aria-label="Share of errors; the numbers stand in the table">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-11 w-full overflow-visible"
        aria-hidden="true"
      >
        <line x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--line-2)" vectorEffect="non-scaling-stroke" />
        {threshold !== null && first !== undefined && last !== undefined && (
          <polygon
            points={`${x(first.at)},${limit} ${above} ${x(last.at)},${limit}`}
            fill="var(--error)"
            opacity="0.2"
          />
        )}
        {threshold !== null && (
          <line
            x2={WIDTH}
            y1={limit}
            y2={limit}
            stroke="var(--error)"
            strokeDasharray="3 3"
            vectorEffect="non-scaling-stroke"
          />
        )}
        <polyline points={line} fill="none" stroke="var(--error)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
      </svg>
      <svg className="absolute inset-0 size-full overflow-visible text-micro" aria-hidden="true">
        <text x="36" y="8" textAnchor="end" fill="var(--ink-3)">
          {share(most)}
        </text>
        <text x="36" y={HEIGHT} textAnchor="end" fill="var(--ink-3)">
          0 %
        </text>
        {threshold !== null && (
          <text x="100%" y={limit - 4} textAnchor="end" fill="var(--ink-3)">
            threshold {share(threshold)}
          </text>
        )}
      </svg>
    </div>
  );
}
