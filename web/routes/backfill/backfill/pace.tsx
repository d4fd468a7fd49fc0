import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { type Bar, TimeBars } from "../../../components/time-bars.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { type Backfill, paceQuery } from "../backfill-queries.ts";

const MINUTE = 60_000;

interface Props {
  readonly backfill: Backfill;
  readonly clock: Clock;
  readonly now: number;
}

/** How many slots ended in each of the last minutes. */
export function Pace({ backfill, clock, now }: Props): ReactElement {
  const { data } = useQuery(paceQuery(backfill.id));
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const from = data === undefined ? now - 30 * MINUTE : Date.parse(data.from);
  const bars = (data?.complete ?? []).map((complete, minute): Bar => ({
    from: from + minute * MINUTE,
    until: from + (minute + 1) * MINUTE,
    parts: [
      { status: "complete", count: complete },
      { status: "error", count: data?.failed[minute] ?? 0 },
    ],
  }));
  const shown = read === null ? undefined : bars[read];
  const { a_minute: rate } = backfill;
  return (
    <section aria-label="Slots done a minute">
      <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-3">
        <h3 className="font-semibold">Slots done a minute</h3>
        <p className="flex-1 text-small text-ink-2">
          {shown === undefined
            ? rate === null
              ? "none so far"
              : `${rate < 10 ? rate.toFixed(1) : count(Math.round(rate))} on average`
            : `${clock.minutes(shown.from)}: ${textOf(shown)}`}
        </p>
        <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      {isTable ? (
        <Numbers bars={bars} clock={clock} />
      ) : (
        <TimeBars
          label="Slots done a minute. Arrows read a minute; Show as table has the numbers"
          span={{ from, until: from + 30 * MINUTE }}
          bars={bars}
          zone={clock.zone}
          now={now}
          knownFrom={null}
          read={read}
          onRead={setRead}
          onChoose={() => undefined}
        />
      )}
    </section>
  );
}

function textOf({ parts: [complete, failed] }: Bar): string {
  return `${count(complete?.count ?? 0)} complete, ${count(failed?.count ?? 0)} failed`;
}

function Numbers({ bars, clock }: { readonly bars: readonly Bar[]; readonly clock: Clock }): ReactElement {
  return (
    <div className="max-h-40 overflow-auto" tabIndex={0} role="region" aria-label="Slots done a minute, as numbers">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>Minute</Head>
            <Head isNumber>complete</Head>
            <Head isNumber>failed</Head>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ from, parts }) => (
            <tr key={from}>
              <th scope="row" className="border-b border-line px-2 text-left font-normal">
                {clock.minutes(from)}
              </th>
              {parts.map(({ status, count: slots }) => (
                <td key={status} className={`text-right ${slots === 0 ? "text-ink-3" : ""}`}>
                  {count(slots)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
