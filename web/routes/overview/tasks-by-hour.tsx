import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { Button } from "../../components/button.tsx";
import { Mark, StatusWord } from "../../components/mark.tsx";
import { TimeBars } from "../../components/time-bars.tsx";
import { type Clock, count, share } from "../../services/format.ts";
import { createdBetween } from "../../services/query-text.ts";
import { ErrorStrip } from "./error-strip.tsx";
import { NumbersTable } from "./numbers-table.tsx";
import { errorRateOf, PARTS, type Step, stepsOf } from "./steps.ts";

interface Props {
  readonly summary: SummaryAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** Stacked bars by hour or day, and below them how many failed; the values of one are read in the head. */
export function TasksByHour({ summary, clock, now }: Props): ReactElement {
  const steps = stepsOf(summary, now);
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const navigate = useNavigate();
  const current = steps.findLastIndex(({ from }) => from <= now);
  const shown = steps[read ?? current];
  const span = { from: steps[0]?.from ?? now, until: steps.at(-1)?.until ?? now + 1 };
  const name = ({ from, until }: Step): string =>
    summary.series.step === "day" ? clock.day(from, now) : `${clock.minutes(from)}–${clock.minutes(until)}`;
  return (
    <section className="border-b border-line px-(--gutter) py-4">
      <div className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">Tasks by {summary.series.step}</h2>
        <p className="flex flex-wrap items-center gap-x-3 text-small text-ink-2">
          {shown !== undefined && <Readout step={shown} name={name(shown)} />}
        </p>
        <Button kind="bare" className="ml-auto text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      {isTable ? (
        <NumbersTable steps={steps} name={name} />
      ) : (
        <>
          <TimeBars
            label="Tasks by result. Arrows read a bar, Shift and arrows draw a range, Enter lists its tasks; Show as table has the numbers"
            span={span}
            bars={steps}
            zone={clock.zone}
            now={now}
            knownFrom={null}
            read={read}
            onRead={setRead}
            onChoose={(chosen) => void navigate({ to: "/tasks", search: { q: createdBetween(chosen) } })}
            height={130}
          />
          <ErrorStrip steps={steps} span={span} now={now} thresholds={summary.error_rates} />
          <Legend />
        </>
      )}
    </section>
  );
}

function Readout({ step, name }: { readonly step: Step; readonly name: string }): ReactElement {
  const rate = errorRateOf(step);
  return (
    <>
      <b className="font-semibold text-ink">{name}</b>
      <span>{count(step.total)} tasks</span>
      {step.parts
        .filter((part) => part.count > 0)
        .map((part) => (
          <span key={part.status} className="inline-flex items-center gap-1">
            <Mark status={part.status} size={12} label={part.status} />
            {count(part.count)}
          </span>
        ))}
      {rate !== null && rate > 0 && <span>{share(rate)} errors</span>}
      {step.planned > 0 && (
        <span title="As many as in the same hours of the last 14 days">
          {count(step.planned)} expected{step.ticks > 0 && `, ${count(step.ticks)} ticks`}
        </span>
      )}
    </>
  );
}

function Legend(): ReactElement {
  return (
    <p className="flex flex-wrap gap-x-5 gap-y-1 pt-1 pl-11 text-small text-ink-2">
      {PARTS.map(({ status }) => (
        <StatusWord key={status} status={status} />
      ))}
      <span className="inline-flex items-center gap-1.5">
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <rect x="1" y="1" width="12" height="12" fill="none" stroke="var(--chart-ghost)" strokeDasharray="2 2" />
        </svg>
        expected
      </span>
    </p>
  );
}
