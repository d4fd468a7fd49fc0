import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Button } from "../../../../components/button.tsx";
import { Icon } from "../../../../components/icon.tsx";
import { Problem } from "../../../../components/problem.tsx";
import { dayAfter, dayBefore } from "../../../../services/day-start.ts";
import { Clock } from "../../../../services/format.ts";
import { useNow } from "../../../../services/now.ts";
import { type AuditHours, auditHoursQuery } from "./audit-queries.ts";

const LANES = [
  { of: "people", fill: "var(--chart-1)", stroke: "none" },
  { of: "keys", fill: "var(--chart-ghost)", stroke: "none" },
  { of: "refused", fill: "none", stroke: "var(--ink-2)" },
] as const;
/** Pixels. */
const [LANE, TOP, EDGE] = [24, 16, 4];

interface Props {
  /** Where the day begins. */
  readonly start: number;
  readonly zone: string;
  readonly isToday: boolean;
  /** The hour whose entries are shown. */
  readonly hour: number | null;
  /** Null: today. */
  readonly onDay: (start: number | null) => void;
  /** Null: all of them. */
  readonly onHour: (start: number | null) => void;
}

/** What people and keys did in each hour of a day, and what was refused. */
export function AuditStrip({ start, zone, isToday, hour, onDay, onHour }: Props): ReactElement {
  const end = dayAfter(start, zone);
  const { data, error, refetch } = useQuery(auditHoursQuery(start, end));
  const clock = new Clock(zone);
  const now = useNow(30_000);
  const [isTable, setTable] = useState(false);
  const sum = (of: "people" | "keys" | "refused"): number => data?.hours.reduce((all, each) => all + each[of], 0) ?? 0;
  return (
    <div className="px-(--gutter) pt-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">Audit log</h2>
        <span className="inline-flex items-center">
          <Button kind="icon" aria-label="The day before" onClick={() => onDay(dayBefore(start, zone))}>
            <Icon name="left" size={14} />
          </Button>
          <b className="px-1 text-small font-medium">{clock.day(start, now)}</b>
          <Button
            kind="icon"
            aria-label="The day after"
            disabled={isToday}
            onClick={() => onDay(end + 24 * 3_600_000 > now ? null : end)}
          >
            <Icon name="right" size={14} />
          </Button>
        </span>
        <span className="text-small text-ink-2">
          {data === undefined
            ? ""
            : `${sum("people") + sum("keys")} writes: ${sum("people")} by people, ${sum("keys")} by keys · ${sum("refused")} refused${data.complete ? "" : " (of the first 50,000 entries)"}`}
        </span>
        <Button kind="bare" aria-pressed={isTable} className="ml-auto" onClick={() => setTable(!isTable)}>
          Show as table
        </Button>
      </div>
      {error !== null && data === undefined ? (
        <Problem what="The day" error={error} onRetry={() => void refetch()} />
      ) : isTable ? (
        <HourTable hours={data?.hours ?? []} clock={clock} />
      ) : (
        <Lanes hours={data?.hours ?? []} clock={clock} now={now} span={[start, end]} hour={hour} onHour={onHour} />
      )}
    </div>
  );
}

interface LanesProps {
  readonly hours: AuditHours["hours"];
  readonly clock: Clock;
  readonly now: number;
  readonly span: readonly [number, number];
  readonly hour: number | null;
  readonly onHour: (start: number | null) => void;
}

function Lanes({ hours, clock, now, span: [start, end], hour, onHour }: LanesProps): ReactElement {
  const count = Math.round((end - start) / 3_600_000);
  const most = Math.max(4, ...hours.flatMap(({ people, keys, refused }) => [people, keys, refused]));
  const bottom = TOP + LANES.length * LANE;
  const x = (at: number): string => `${((at - start) / (end - start)) * 100}%`;
  return (
    <div className="relative mt-2 ml-18 max-[720px]:ml-14">
      <svg width="100%" height={bottom + 18} className="block overflow-visible text-micro" aria-hidden="true">
        {LANES.map(({ of, fill, stroke }, lane) => {
          const base = TOP + (lane + 1) * LANE;
          return (
            <g key={of}>
              <text x="-10" y={base - 4} textAnchor="end" fill="var(--ink-2)">
                {of}
              </text>
              <line x1="0" x2="100%" y1={base} y2={base} stroke="var(--line-2)" />
              {hours.map((each, at) => {
                const height = each[of] === 0 ? 0 : Math.max(3, (each[of] / most) * (LANE - EDGE));
                return (
                  height > 0 && (
                    <rect
                      key={each.at}
                      x={`${((at + 0.12) / count) * 100}%`}
                      width={`${(0.76 / count) * 100}%`}
                      y={base - height}
                      height={height}
                      fill={fill}
                      stroke={stroke}
                    />
                  )
                );
              })}
            </g>
          );
        })}
        {Array.from({ length: Math.floor(count / 3) }, (_, at) => start + at * 3 * 3_600_000).map((at, index) => (
          <text
            key={at}
            x={x(at)}
            y={bottom + 14}
            textAnchor={index === 0 ? "start" : "middle"}
            fill="var(--ink-3)"
            className={index % 2 === 1 ? "max-[720px]:hidden" : ""}
          >
            {clock.minutes(at)}
          </text>
        ))}
        {now >= start && now < end && (
          <>
            <line x1={x(now)} x2={x(now)} y1={TOP - 2} y2={bottom} stroke="var(--accent)" />
            <text x={x(now)} y={TOP - 5} textAnchor={now > end - 7_200_000 ? "end" : "middle"} fill="var(--accent)">
              now {clock.minutes(now)}
            </text>
          </>
        )}
      </svg>
      <div role="group" aria-label="Hours of the day" className="absolute inset-x-0 top-4 flex h-18">
        {hours.map((each, at) => {
          const from = start + at * 3_600_000;
          const said = `${clock.minutes(from)}: ${each.people} by people, ${each.keys} by keys, ${each.refused} refused`;
          return (
            <button
              key={each.at}
              type="button"
              aria-label={said}
              title={said}
              aria-pressed={hour === from}
              className="min-w-0 flex-1 hover:bg-accent/10 aria-pressed:bg-accent/15"
              onClick={() => onHour(hour === from ? null : from)}
            />
          );
        })}
      </div>
    </div>
  );
}

function HourTable({ hours, clock }: { readonly hours: AuditHours["hours"]; readonly clock: Clock }): ReactElement {
  const rows = hours.filter(({ people, keys, refused }) => people + keys + refused > 0);
  if (rows.length === 0)
    return <p className="py-2 text-small text-ink-2">Nothing was changed or refused on this day.</p>;
  return (
    <table className="my-2 text-small">
      <thead className="text-ink-3">
        <tr>
          {["Hour", "People", "Keys", "Refused"].map((name) => (
            <th key={name} scope="col" className="h-6 pr-6 text-right font-normal first:text-left">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, people, keys, refused }) => (
          <tr key={at} className="border-t border-line">
            <th scope="row" className="h-6 pr-6 text-left font-normal">
              {clock.minutes(Date.parse(at))}
            </th>
            {[people, keys, refused].map((value, lane) => (
              <td key={lane} className="pr-6 text-right">
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
