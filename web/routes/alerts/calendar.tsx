import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { type Clock, count } from "../../services/format.ts";
import { daysQuery } from "./alerts-queries.ts";
import { dayOf, type Span } from "./range.ts";
import { without } from "./search.ts";

const DAY_MS = 86_400_000;
const WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

interface Props {
  /** A moment of the month that is shown first. */
  readonly day: number;
  readonly span: Span;
  readonly clock: Clock;
  readonly now: number;
}

/** The days that have alerts; each opens that day. */
export function Calendar({ day, span, clock, now }: Props): ReactElement {
  const { zone } = clock;
  const shown = dayOf(day, zone).slice(0, 7);
  const [turned, setTurned] = useState<{ readonly of: string; readonly by: number }>({ of: shown, by: 0 });
  const month = monthAfter(shown, turned.of === shown ? turned.by : 0);
  const turn = (by: number): void => setTurned({ of: shown, by: (turned.of === shown ? turned.by : 0) + by });
  const days = daysOf(month);
  const today = dayOf(now, zone);
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const { data = [] } = useQuery(daysQuery({ from: first, to: last, tz: zone }));
  const counts = new Map(data.map((one) => [one.day, one]));
  const name = new Date(`${month}-01T00:00:00Z`).toLocaleDateString("en-GB", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  const [from, to] = [dayOf(span.from, zone), dayOf(span.until - 1, zone)];
  return (
    <section aria-label="Calendar" className="p-4">
      <div className="mb-2 flex items-center">
        <h2 className="font-semibold">{name}</h2>
        <span className="ml-auto flex">
          <Button kind="icon" aria-label="Month before" onClick={() => turn(-1)}>
            <Icon name="left" size={14} />
          </Button>
          <Button kind="icon" aria-label="Month after" disabled={month >= today.slice(0, 7)} onClick={() => turn(1)}>
            <Icon name="right" size={14} />
          </Button>
        </span>
      </div>
      <table className="w-full table-fixed text-center text-small">
        <caption className="sr-only">{name}, days with alerts</caption>
        <thead>
          <tr>
            {WEEKDAYS.map((weekday) => (
              <th key={weekday} scope="col" className="h-6 font-normal text-ink-3">
                {weekday}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(days).map((week) => (
            <tr key={week.find((each) => each !== null)}>
              {week.map((each, index) => (
                <td key={each ?? index} className="h-8 p-0">
                  {each !== null && (
                    <DayLink
                      day={each}
                      alerts={counts.get(each)?.alerts ?? 0}
                      isCritical={(counts.get(each)?.critical ?? 0) > 0}
                      isToday={each === today}
                      isToCome={each > today}
                      isShown={each >= from && each <= to}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-small text-ink-3">Bars: 1–9, 10–99, 100 and more alerts; red: some are critical</p>
    </section>
  );
}

interface DayProps {
  readonly day: string;
  readonly alerts: number;
  readonly isCritical: boolean;
  readonly isToday: boolean;
  readonly isToCome: boolean;
  readonly isShown: boolean;
}

function DayLink({ day, alerts, isCritical, isToday, isToCome, isShown }: DayProps): ReactElement {
  const text = String(Number(day.slice(8)));
  if (isToCome) return <span className="text-ink-3">{text}</span>;
  const width = alerts === 0 ? "w-0" : alerts < 10 ? "w-1" : alerts < 100 ? "w-2.5" : "w-4.5";
  return (
    <Link
      to="/alerts"
      search={(before) => ({ ...without(before, "day", "from", "to", "open"), ...(isToday ? {} : { day }) })}
      data-shown={isShown || undefined}
      activeProps={{}}
      className={`grid h-8 place-content-center justify-items-center rounded-control hover:bg-surface-3 data-shown:bg-accent-weak data-shown:font-semibold data-shown:text-accent ${isToday ? "underline underline-offset-2" : ""}`}
    >
      <span>
        {text}
        <span className="sr-only">
          , {count(alerts)} {alerts === 1 ? "alert" : "alerts"}
          {isShown && ", shown"}
        </span>
      </span>
      <i
        data-status={isCritical ? "error" : "warn"}
        className={`mt-0.5 h-0.75 rounded-mark bg-(--mark) ${width}`}
        aria-hidden="true"
      />
    </Link>
  );
}

function monthAfter(month: string, by: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 7);
}

function daysOf(month: string): readonly string[] {
  const start = Date.parse(`${month}-01T00:00:00Z`);
  const end = Date.parse(`${monthAfter(month, 1)}-01T00:00:00Z`);
  return Array.from({ length: (end - start) / DAY_MS }, (_, index) =>
    new Date(start + index * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Weeks from Monday on; null: a day of another month. */
function weeksOf(days: readonly string[]): readonly (readonly (string | null)[])[] {
  const before = (new Date(`${days[0]}T00:00:00Z`).getUTCDay() + 6) % 7;
  const cells = [...Array.from({ length: before }, () => null), ...days];
  return Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) =>
    Array.from({ length: 7 }, (__, day) => cells[week * 7 + day] ?? null),
  );
}
