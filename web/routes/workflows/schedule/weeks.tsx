import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useCallback, useMemo, useState } from "react";
import type { LoadAnswer } from "../../../../src/contract/api/workflows/schedule-api.ts";
import { DAY } from "../../../../src/contract/time/time-units.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SlotSwatch } from "../../../components/slots/slot-mark.tsx";
import type { Lateness, Slot, SlotPlace } from "../../../components/slots/slot.ts";
import { SlotHeatmap } from "../../../components/slots/slot-heatmap.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { dayNumber, dayText, startOfDay } from "./range.ts";
import { changesQuery, loadQuery } from "./schedule-queries.ts";

const WEEKS = 12;
const WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const SHADES: readonly Lateness[] = ["late-1", "late-2", "late-3", "late-4"];

/** How much is expected each day of the next weeks. */
export function Weeks({ clock, now }: { readonly clock: Clock; readonly now: number }): ReactElement {
  const { zone } = clock;
  const navigate = useNavigate();
  const [read, setRead] = useState<SlotPlace | null>(null);
  const [isTable, setTable] = useState(false);
  const today = dayNumber(now, zone);
  const first = today - ((today + 3) % 7);
  const span = { from: startOfDay(first, zone), until: startOfDay(first + WEEKS * 7, zone) };
  const { data, error, refetch } = useQuery({
    ...loadQuery({ ...span, by: "day", tz: zone, phases: false }),
    placeholderData: (last) => last,
  });
  const { data: changes = [] } = useQuery(changesQuery);
  const changed = useMemo(
    () => new Map(changes.map((change) => [dayNumber(Date.parse(change.at), change.zone), change])),
    [changes],
  );
  const most = Math.max(1, ...(data?.steps.map(loadOf) ?? []));
  const shadeOf = useCallback(
    (value: number): Lateness => SHADES[Math.min(3, Math.floor((value / most) * 3.999))] ?? "late-1",
    [most],
  );
  const slotAt = useCallback(
    (row: number, column: number): Slot | null => {
      const index = column * 7 + row;
      const step = data?.steps[index];
      if (step === undefined) return null;
      if (changed.has(first + index)) return { state: "overdue" };
      if (first + index < today) return { state: "none" };
      const value = loadOf(step);
      return value === 0 ? { state: "none" } : { state: shadeOf(value) };
    },
    [data, changed, first, today, shadeOf],
  );
  const columns = useMemo(
    () =>
      Array.from({ length: WEEKS }, (_, week) => {
        const day = new Date((first + week * 7) * DAY);
        const name = `${day.getUTCDate()} ${day.toLocaleString("en-GB", { month: "short", timeZone: "UTC" })}`;
        return week % 3 === 0 ? { name, tick: name } : { name };
      }),
    [first],
  );
  const rows = useMemo(() => WEEKDAYS.map((label) => ({ key: label, label })), []);
  const dayAt = (place: SlotPlace): number => first + place.column * 7 + place.row;
  const shown = read === null ? null : (data?.steps[read.column * 7 + read.row] ?? null);
  const change = read === null ? undefined : changed.get(dayAt(read));
  return (
    <section aria-label="Next 12 weeks" className="border-b border-line px-4 py-3 max-[1180px]:px-(--gutter)">
      <div className="mb-1 flex min-h-6 items-baseline gap-x-2">
        <h2 className="font-semibold whitespace-nowrap">Next 12 weeks</h2>
        <Button
          kind="bare"
          className="-mr-2 ml-auto text-accent!"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      <p className="min-h-4 truncate text-small text-ink-2" aria-live="polite">
        {shown === null || read === null
          ? `expected ${data?.steps[0]?.expected === null ? "ticks" : "tasks"} a day`
          : `${clock.day(startOfDay(dayAt(read), zone), now)}: ${count(loadOf(shown))} ${shown.expected === null ? "ticks" : "tasks"}${change === undefined ? "" : ", clocks change"}`}
      </p>
      <div className="min-h-38">
        {error !== null && data === undefined ? (
          <Problem what="The next weeks" error={error} onRetry={() => void refetch()} />
        ) : isTable ? (
          <DayTable data={data} first={first} clock={clock} now={now} />
        ) : (
          <SlotHeatmap
            label="Expected tasks by day, 12 weeks. Arrows read a day, Enter shows it; Show as table has the numbers"
            columns={columns}
            rows={rows}
            slotAt={slotAt}
            read={read}
            onRead={setRead}
            onChoose={(place) =>
              void navigate({
                to: "/workflows/schedule",
                search: ({ name, sort }) => ({
                  ...(name === undefined ? {} : { name }),
                  ...(sort === undefined ? {} : { sort }),
                  on: dayText(dayAt(place)),
                }),
              })
            }
            cell={17}
            labelWidth={28}
          />
        )}
      </div>
      <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-small text-ink-2">
        {data !== undefined &&
          shades(data.steps.slice(today - first).map(loadOf), shadeOf).map(({ shade, least, greatest }) => (
            <span key={shade} className="inline-flex items-center gap-1.5">
              <SlotSwatch state={shade} />
              {least === greatest ? count(least) : `${count(least)}–${count(greatest)}`}
            </span>
          ))}
        {changes.some(({ at }) => Date.parse(at) < span.until) && (
          <span className="inline-flex items-center gap-1.5">
            <SlotSwatch state="overdue" />
            clock change
          </span>
        )}
      </p>
    </section>
  );
}

function loadOf({ tasks, expected, ticks }: LoadAnswer["steps"][number]): number {
  return expected === null ? ticks : expected + (tasks ?? 0);
}

/** Which values each shade has. */
function shades(
  values: readonly number[],
  shadeOf: (value: number) => Lateness,
): readonly { readonly shade: Lateness; readonly least: number; readonly greatest: number }[] {
  const some = values.filter((value) => value > 0);
  return SHADES.flatMap((shade) => {
    const own = some.filter((value) => shadeOf(value) === shade);
    return own.length === 0 ? [] : [{ shade, least: Math.min(...own), greatest: Math.max(...own) }];
  });
}

function DayTable({
  data,
  first,
  clock,
  now,
}: {
  readonly data: LoadAnswer | undefined;
  readonly first: number;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  return (
    <div className="max-h-48 overflow-auto" tabIndex={0} role="region" aria-label="Next weeks as numbers">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>Day</Head>
            <Head isNumber>Expected</Head>
            <Head isNumber>Ticks</Head>
          </tr>
        </thead>
        <tbody>
          {data?.steps.map((step, index) => (
            <tr key={step.at}>
              <th scope="row" className="border-b border-line px-2 text-left font-normal whitespace-nowrap">
                {clock.day(startOfDay(first + index, clock.zone), now)}
              </th>
              <td className="text-right">{count(loadOf(step))}</td>
              <td className="text-right">{count(step.ticks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
