import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";
import type { LoadAnswer } from "../../../../src/contract/api/workflows/schedule-api.ts";
import { Button } from "../../../components/button.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { type Bar, TimeBars } from "../../../components/time-bars.tsx";
import { type Clock, count, NOTHING } from "../../../services/format.ts";
import { createdBetween, type Span } from "../../../services/query-text.ts";
import { stepsOf } from "./lane.ts";

interface Props {
  readonly load: LoadAnswer;
  readonly span: Span;
  readonly clock: Clock;
  readonly now: number;
  readonly by: "hour" | "day";
  readonly labels: string;
}

type Step = LoadAnswer["steps"][number];

/** Tasks by hour or day: what was made, and what is expected. */
export function Load({ load, span, clock, now, by, labels }: Props): ReactElement {
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const navigate = useNavigate();
  const steps = useMemo(() => stepsOf(load), [load]);
  const bars = useMemo(
    () => load.steps.map((step, index) => barOf(step, steps[index] ?? span, now)),
    [load, steps, span, now],
  );
  const current = steps.findIndex(({ from, until }) => from <= now && now < until);
  const shown = read ?? (current < 0 ? 0 : current);
  const name = (index: number): string => {
    const { from, until } = steps[index] ?? span;
    return by === "day" ? clock.day(from, now) : `${clock.minutes(from)}–${clock.minutes(until)}`;
  };
  return (
    <section aria-label={`Load by ${by}`} className="px-(--gutter) pt-4">
      <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">Load by {by}</h2>
        <p className="flex min-h-4 flex-wrap items-center gap-x-3 text-small text-ink-2 max-[720px]:min-h-8">
          {load.steps[shown] !== undefined && <Readout step={load.steps[shown]} name={name(shown)} clock={clock} />}
        </p>
        <Button kind="bare" className="ml-auto text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      {isTable ? (
        <Numbers load={load} name={name} />
      ) : (
        <TimeBars
          label={`Tasks by ${by}, dotted what is expected. Arrows read a bar, Shift and arrows draw a range, Enter lists its tasks; Show as table has the numbers`}
          span={span}
          bars={bars}
          zone={clock.zone}
          now={now}
          knownFrom={null}
          read={read}
          onRead={setRead}
          onChoose={(chosen) => {
            if (chosen.from <= now) void navigate({ to: "/tasks", search: { q: createdBetween(chosen) } });
          }}
          height={84}
          labels={labels}
        />
      )}
    </section>
  );
}

/** Who may see only a part sees ticks. */
function barOf({ tasks, expected, ticks }: Step, of: Span, now: number): Bar {
  const made = tasks ?? (of.until <= now ? ticks : 0);
  return { ...of, parts: [{ status: "waiting", count: made }], planned: expected ?? (of.until > now ? ticks : 0) };
}

function Readout({
  step,
  name,
  clock,
}: {
  readonly step: Step;
  readonly name: string;
  readonly clock: Clock;
}): ReactElement {
  const { tasks, expected, ticks, most } = step;
  return (
    <>
      <b className="font-semibold text-ink">{name}</b>
      {tasks !== null && tasks > 0 && <span>{count(tasks)} tasks made</span>}
      {expected !== null && expected > 0 && <span>{count(expected)} tasks expected</span>}
      <span>
        {ticks === 1 ? "1 tick" : `${count(ticks)} ticks`}
        {most !== null &&
          most.ticks > 1 &&
          `, at most ${count(most.ticks)} in one minute (${clock.minutes(Date.parse(most.at))})`}
      </span>
    </>
  );
}

function Numbers({
  load,
  name,
}: {
  readonly load: LoadAnswer;
  readonly name: (index: number) => string;
}): ReactElement {
  return (
    <div className="max-h-60 overflow-auto" tabIndex={0} role="region" aria-label="Load as numbers">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>Time</Head>
            <Head isNumber>Tasks made</Head>
            <Head isNumber>Expected</Head>
            <Head isNumber>Ticks</Head>
            <Head isNumber>Most in a minute</Head>
          </tr>
        </thead>
        <tbody>
          {load.steps.map(({ at, tasks, expected, ticks, most }, index) => (
            <tr key={at}>
              <th scope="row" className="border-b border-line px-2 text-left font-normal">
                {name(index)}
              </th>
              {[tasks, expected, ticks, most?.ticks ?? null].map((value, column) => (
                <td key={column} className={`text-right ${value === 0 ? "text-ink-3" : ""}`}>
                  {value === null ? NOTHING : count(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
