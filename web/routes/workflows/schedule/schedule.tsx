import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { HOUR } from "../../../../src/contract/time/time-units.ts";
import { Empty } from "../../../components/empty.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Segments } from "../../../components/segments.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Clock, count } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { RangeSwitch } from "../../../shell/range-switch.tsx";
import { TopBar } from "../../../shell/top-bar.tsx";
import { ViewTabs } from "../view-tabs.tsx";
import { ticksOfDayQuery } from "../workflows-queries.ts";
import { Beside } from "./beside.tsx";
import { Change } from "./change.tsx";
import { Lanes } from "./lanes.tsx";
import { Load } from "./load.tsx";
import { dayBeside, dayNumber, dayOfText, dayText, spanName, spanOf, startOfDay, type View } from "./range.ts";
import { changesQuery, loadQuery } from "./schedule-queries.ts";
import { States } from "./states.tsx";
import { TickList } from "./tick-list.tsx";

const VIEWS = [
  { value: "day", name: "Day" },
  { value: "week", name: "Week" },
  { value: "month", name: "Month" },
  { value: "list", name: "List" },
] as const;

/** The names of the lanes stand there; the axis of the chart above begins where theirs does. */
const LABELS = "pl-36 max-[720px]:pl-24";

/** What ticks when. */
export function Schedule(): ReactElement {
  const { span: view = "day", on } = useSearch({ from: "/shell/workflows/schedule" });
  const navigate = useNavigate({ from: "/workflows/schedule" });
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const today = dayNumber(now, zone);
  const day = on === undefined ? today : dayOfText(on);
  const span = useMemo(() => spanOf(view, day, zone), [view, day, zone]);
  const by = view === "day" || view === "list" ? "hour" : "day";
  const {
    data: load,
    error,
    refetch,
  } = useQuery({
    ...loadQuery({ ...(view === "list" ? spanOf("day", today, zone) : span), by, tz: zone, phases: true }),
    placeholderData: keepPreviousData,
  });
  const { data: changes = [], isPending } = useQuery(changesQuery);
  const { data: ticksToday = null } = useQuery(ticksOfDayQuery(now, zone));
  const go = (next: { readonly view?: View; readonly day?: number | null }): void => {
    const shown = next.view ?? view;
    const moved = next.day === undefined ? (on === undefined ? null : day) : next.day;
    void navigate({
      search: ({ span: _span, on: _on, ...rest }) => ({
        ...rest,
        ...(shown === "day" ? {} : { span: shown }),
        ...(moved === null || moved === today ? {} : { on: dayText(moved) }),
      }),
      resetScroll: false,
    });
  };
  const zoned = { clock, now };
  // While another range is loaded, what is there keeps its own.
  const shownSpan = useMemo(
    () => (load === undefined ? span : { from: Date.parse(load.steps[0]?.at ?? ""), until: Date.parse(load.to) }),
    [load, span],
  );
  const shownBy = shownSpan.until - shownSpan.from > 50 * HOUR ? "day" : "hour";
  return (
    <div className="min-w-0">
      <TopBar
        title={
          <>
            <Link to="/workflows" className="font-normal text-ink-3 hover:text-ink max-[1180px]:hidden">
              Workflows{" "}
            </Link>
            <span aria-hidden="true" className="font-normal text-ink-3 max-[1180px]:hidden">
              /{" "}
            </span>
            Schedule
          </>
        }
        range={
          <RangeSwitch
            onEarlier={() => go({ day: dayBeside(view, day, -1) })}
            onLater={() => go({ day: dayBeside(view, day, 1) })}
            onNow={() => go({ day: null })}
          >
            {view === "list" && on === undefined ? "From now on" : spanName(view, span, clock, now)}
          </RangeSwitch>
        }
      />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        <ViewTabs at="schedule">
          <div className="px-(--gutter) py-1 max-[720px]:basis-full">
            <Segments label="Span" options={VIEWS} value={view} onChange={(next) => go({ view: next })} />
          </div>
        </ViewTabs>
        {load === undefined || isPending ? (
          error === null || load !== undefined ? (
            <SkeletonRows rows={24} label="The schedule is loaded" />
          ) : (
            <Problem what="The schedule" error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <>
            <States pauses={load.pauses} changes={changes} {...zoned} />
            {view === "list" ? (
              <TickList from={on === undefined ? null : startOfDay(day, zone) - 1} changes={changes} {...zoned} />
            ) : load.phases.length === 0 ? (
              <Empty>
                No phase in force has a schedule: {count(load.all_phases)} wait for files or for other phases. A phase
                ticks with <code>cron=</code> in its rule.
              </Empty>
            ) : (
              <>
                <div className="grid grid-cols-[minmax(0,1fr)_300px] max-[1180px]:grid-cols-1">
                  <div className="min-w-0">
                    {load.cut && (
                      <p className="px-(--gutter) pt-3 text-small text-ink-2">
                        Around a change of the clocks some phases tick too often to be counted: they are not in these
                        figures.
                      </p>
                    )}
                    <Load load={load} span={shownSpan} by={shownBy} labels={LABELS} {...zoned} />
                    <Lanes load={load} span={shownSpan} by={shownBy} labels={LABELS} {...zoned} />
                  </div>
                  <Beside ticksToday={ticksToday} {...zoned} />
                </div>
                <Change changes={changes} {...zoned} />
              </>
            )}
          </>
        )}
      </main>
    </div>
  );
}
