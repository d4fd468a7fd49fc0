import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import { Mark } from "../../../components/mark.tsx";
import { SlotCell } from "../../../components/slots/slot-cell.tsx";
import type { Clock } from "../../../services/format.ts";
import type { Backup } from "../backups/backup-queries.ts";
import { Section } from "../section.tsx";
import { dayRows, lastDays } from "./days.ts";
import { healthHistoryQuery } from "./history-queries.ts";

const HOUR = 3_600_000;
const SHOWN = 6;

interface Props {
  readonly backups: readonly Backup[];
  readonly clock: Clock;
  readonly now: number;
}

/** By part and day, with what went wrong in words. */
export function LastDays({ backups, clock, now }: Props): ReactElement {
  const until = (Math.floor(now / HOUR) + 1) * HOUR;
  const { data } = useQuery(healthHistoryQuery(until - 14 * 24 * HOUR, until, 3600, false));
  const { rows, events } = useMemo(
    () => dayRows(data?.steps ?? [], backups, clock, until - 1),
    [data, backups, clock, until],
  );
  const troubles = events.filter(({ status }) => status !== "none").length;
  return (
    <Section
      title="Last 14 days"
      about={troubles === 0 ? "no trouble" : troubles === 1 ? "1 trouble" : `${troubles} troubles`}
    >
      <table className="text-micro">
        <caption className="sr-only">Health by day</caption>
        <thead>
          <tr className="text-ink-3">
            <th scope="col">
              <span className="sr-only">Part</span>
            </th>
            {lastDays(until - 1).map((at, index) => (
              <th key={at} scope="col" className="w-4.5 font-normal">
                {index % 3 === 0 ? (
                  clock.day(at, now).replace(/\D+.*$/, "")
                ) : (
                  <span className="sr-only">{clock.day(at, now)}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row" className="pr-2 text-right font-normal text-ink-2">
                {name}
              </th>
              {cells.map((cell) => (
                <SlotCell key={cell.title} state={cell.status} title={cell.title} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="mt-2 grid min-h-30 content-start gap-1 text-small">
        {events.slice(0, SHOWN).map(({ status, day, text }) => (
          <li key={`${day} ${text}`} className="flex items-center gap-2">
            <Mark status={status} />
            <span>
              <b className="font-medium">{day}</b> {text}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
