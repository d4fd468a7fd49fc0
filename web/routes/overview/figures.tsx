import type { ReactElement } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { StatusWord, type Status } from "../../components/mark.tsx";
import { count } from "../../services/format.ts";

type Outcomes = SummaryAnswer["task_summary"];

const FIGURES: readonly { readonly of: keyof Outcomes; readonly name: string; readonly status: Status | null }[] = [
  { of: "total", name: "All tasks", status: null },
  { of: "in_progress", name: "In progress", status: "running" },
  { of: "completed", name: "Complete", status: "complete" },
  { of: "warned", name: "Warn", status: "warn" },
  { of: "failed", name: "Error", status: "error" },
  { of: "alerted", name: "Alert", status: "alert" },
];

/** Each with its change and its course over the period. */
export function Figures({ summary, now: at }: { readonly summary: SummaryAnswer; readonly now: number }): ReactElement {
  const { task_summary: now, previous, series } = summary;
  // What is still to come has no figures yet.
  const steps = series.steps.filter((step) => Date.parse(step.at) <= at);
  return (
    <section
      aria-label="Results of the period"
      className="grid grid-cols-6 border-b border-line max-[900px]:grid-cols-3 max-[480px]:grid-cols-2"
    >
      {FIGURES.map(({ of, name, status }) => (
        <div
          key={of}
          className="min-w-0 border-l border-line px-4 pt-3 pb-2 first:border-l-0 first:pl-(--gutter) max-[900px]:nth-4:border-l-0 max-[900px]:nth-4:pl-(--gutter) max-[900px]:nth-[n+4]:border-t max-[480px]:nth-[n+3]:border-t max-[480px]:nth-4:border-l max-[480px]:nth-4:pl-4 max-[480px]:odd:border-l-0 max-[480px]:odd:pl-(--gutter)"
        >
          <div className="flex h-4.5 items-center text-small">
            {status === null ? (
              <span className="text-ink-2">{name}</span>
            ) : (
              <StatusWord status={status}>{name}</StatusWord>
            )}
          </div>
          <b className="mr-2 text-figure font-medium">{count(now[of])}</b>
          <span className="text-small whitespace-nowrap text-ink-3">
            {changeText(of, now[of], previous.task_summary[of])}
          </span>
          <Sparkline values={steps.map((step) => step[of])} status={status} />
        </div>
      ))}
    </section>
  );
}

/** Of many in per cent, of few as a difference. */
function changeText(of: keyof Outcomes, now: number, before: number): string {
  const difference = now - before;
  if (difference === 0) return "";
  const sign = difference > 0 ? "+" : "−";
  const isMany = (of === "total" || of === "completed") && before >= 100;
  return isMany
    ? `${sign}${((Math.abs(difference) / before) * 100).toFixed(1)} %`
    : `${sign}${count(Math.abs(difference))}`;
}

function Sparkline({
  values,
  status,
}: {
  readonly values: readonly number[];
  readonly status: Status | null;
}): ReactElement {
  const most = Math.max(1, ...values);
  const points = values.map(
    (value, at) => `${(at / Math.max(1, values.length - 1)) * 100},${21 - (value / most) * 20}`,
  );
  return (
    <svg
      data-status={status ?? undefined}
      viewBox="0 0 100 22"
      preserveAspectRatio="none"
      className="mt-1 h-5.5 w-full"
      aria-hidden="true"
    >
      <polyline
        points={points.join(" ")}
        fill="none"
        stroke={status === null ? "var(--chart-1)" : "var(--mark)"}
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
