import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import type { Clock } from "../../../services/format.ts";
import type { MetricsAnswer } from "../../../services/queries.ts";
import { sizeHistoryQuery, type SizeHistory } from "../history/history-queries.ts";
import { Section } from "../section.tsx";
import { growthChart } from "./growth.ts";
import { SizeBars } from "./size-bars.tsx";
import { shadeOf } from "./shades.ts";

interface Props {
  readonly database: MetricsAnswer["database"];
  readonly clock: Clock;
  readonly now: number;
}

const INTEGRITY: Readonly<Record<MetricsAnswer["database"]["integrity"], string>> = {
  clean: "closed cleanly",
  checking: "being checked for damage",
  checked: "no damage found",
  broken: "damaged",
  failed: "the check for damage did not end",
};

/** How large the database is, was, and will be. */
export function SizeChart({ database, clock, now }: Props): ReactElement {
  const { data: history } = useQuery(sizeHistoryQuery);
  const [isTable, setTable] = useState(false);
  const { size, wal, free, max_size: limit, growth_per_day: growth, integrity, checked } = database;
  return (
    <Section
      id="database"
      title="Database"
      about={
        <>
          {sizeText(size)}
          {limit === null ? ", no limit is set" : ` of ${sizeText(limit)}`}; WAL {sizeText(wal)}, free pages{" "}
          {sizeText(free)};{" "}
          <span className={integrity === "broken" || integrity === "failed" ? "text-error-text" : ""}>
            {INTEGRITY[integrity]}
          </span>
          {checked !== null && (
            <>
              , checked <RelativeTime at={checked.at} />
            </>
          )}
        </>
      }
      actions={
        <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      }
    >
      {history === undefined ? (
        <div className="h-52" />
      ) : history.days.length === 0 ? (
        <Empty>The tables were not measured yet: that is done once an hour.</Empty>
      ) : isTable ? (
        <DaysTable history={history} clock={clock} now={now} />
      ) : (
        <>
          <Legend history={history} />
          <SizeBars
            chart={growthChart({ history, used: size - free, growthPerDay: growth, limit }, now)}
            limit={limit}
            clock={clock}
            now={now}
          />
          {growth === null && (
            <p className="mt-1 text-small text-ink-3">What is expected is known after six hours of measurements.</p>
          )}
        </>
      )}
    </Section>
  );
}

function Legend({ history: { tables, days } }: { readonly history: SizeHistory }): ReactElement {
  const last = days.at(-1);
  const sizes = last === undefined ? [] : [...last.bytes, last.other];
  return (
    <p className="mb-1 flex flex-wrap gap-x-4 text-small text-ink-2">
      {[...tables, "other"].map((name, index) => (
        <span key={name} className="inline-flex items-center gap-1.5">
          <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
            <rect width="10" height="10" rx="2" fill={shadeOf(index, tables.length + 1)} />
          </svg>
          {name} <b className="font-medium text-ink">{sizeText(sizes[index] ?? 0)}</b>
        </span>
      ))}
      <span className="inline-flex items-center gap-1.5">
        <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <rect
            x=".5"
            y=".5"
            width="9"
            height="9"
            rx="2"
            fill="none"
            stroke="var(--chart-ghost)"
            strokeDasharray="1.5 1.5"
          />
        </svg>
        expected
      </span>
    </p>
  );
}

function DaysTable({
  history: { tables, days },
  clock,
  now,
}: {
  readonly history: SizeHistory;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  return (
    <div className="max-h-64 overflow-auto" tabIndex={0} role="region" aria-label="Size by day">
      <table className="w-full text-small">
        <thead>
          <tr className="text-ink-3">
            <th scope="col" className="text-left font-normal">
              Day
            </th>
            {[...tables, "other"].map((name) => (
              <th key={name} scope="col" className="text-right font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ at, bytes, other }) => (
            <tr key={at} className="border-t border-line">
              <th scope="row" className="text-left font-normal">
                {clock.day(Date.parse(at), now)}
              </th>
              {[...bytes, other].map((one, index) => (
                <td key={index} className="text-right">
                  {sizeText(one)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
