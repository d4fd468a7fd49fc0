import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense } from "react";
import { Problem } from "../../components/problem.tsx";
import { Segments } from "../../components/segments.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Clock } from "../../services/format.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { summaryQuery } from "../../services/queries.ts";
import { RangeSwitch } from "../../shell/range-switch.tsx";
import { useSeesAll } from "../../shell/places.ts";
import { Restricted } from "../../shell/restricted.tsx";
import { TopBar } from "../../shell/top-bar.tsx";
import { Beside } from "./beside.tsx";
import { Duty } from "./duty.tsx";
import { Figures } from "./figures.tsx";
import { FirstLine } from "./first-steps/first-line.tsx";
import { useFirstSteps } from "./first-steps/first-steps-queries.ts";
import { Kinds } from "./kinds/kinds.tsx";
import type { Period } from "./search.ts";
import { TasksByHour } from "./tasks-by-hour.tsx";

const PERIODS = [
  { value: "hour", name: "Hour" },
  { value: "day", name: "Day" },
  { value: "week", name: "Week" },
  { value: "month", name: "Month" },
] as const;

const FirstStepsPart = lazy(async () => ({
  default: (await import("./first-steps/first-steps.tsx")).FirstStepsPart,
}));

/** Whether everything runs, and if not what. */
export function Overview(): ReactElement {
  const { period = "day", at = null, sort = "name" } = useSearch({ from: "/shell/" });
  const tz = useZone();
  const seesAll = useSeesAll();
  const { data, error, refetch } = useQuery({
    ...summaryQuery({ period, at, tz }),
    placeholderData: keepPreviousData,
    enabled: seesAll !== false,
  });
  const navigate = useNavigate({ from: "/" });
  const go = (next: { readonly period?: Period; readonly at?: string | null; readonly sort?: string }): void => {
    const moment = next.at === undefined ? at : next.at;
    const by = next.sort ?? sort;
    void navigate({
      search: {
        ...((next.period ?? period) === "day" ? {} : { period: next.period ?? period }),
        ...(moment === null ? {} : { at: moment }),
        ...(by === "name" ? {} : { sort: by }),
      },
    });
  };
  const clock = new Clock(tz);
  const now = useNow(10_000);
  const span = data?.time_period;
  const first = useFirstSteps(at === null ? data : undefined);
  return (
    <div className="min-w-0">
      <TopBar
        title="Overview"
        range={
          seesAll === false ? undefined : (
            <RangeSwitch
              onEarlier={data === undefined ? null : () => go({ at: data.previous.time_period.from })}
              onLater={at === null || span === undefined ? null : () => go({ at: later(span.to, now) })}
              onNow={() => go({ at: null })}
            >
              {span === undefined ? "Now" : spanName(period, Date.parse(span.from), clock, now)}
            </RangeSwitch>
          )
        }
      />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        {seesAll === false ? (
          <Restricted what="The overview" />
        ) : data === undefined ? (
          error === null ? (
            <SkeletonRows rows={12} label="The overview is loaded" />
          ) : (
            <Problem what="The overview" error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <>
            {first.isShown ? (
              <FirstLine hasTask={first.tasks.length > 0} />
            ) : (
              <Duty summary={data} clock={clock} now={now} />
            )}
            <div className="flex flex-wrap items-center gap-2 px-(--gutter) pt-3">
              <Segments label="Period" options={PERIODS} value={period} onChange={(next) => go({ period: next })} />
              <span className="text-small text-ink-3">Change against the {period} before</span>
            </div>
            <Figures summary={data} now={now} />
            <TasksByHour summary={data} clock={clock} now={now} />
            {first.isShown ? (
              <Suspense>
                <FirstStepsPart tasks={first.tasks} clock={clock} now={now} onLeave={first.leave} />
              </Suspense>
            ) : (
              <div className="grid grid-cols-[minmax(0,1fr)_348px] max-[1180px]:grid-cols-1">
                <Kinds summary={data} clock={clock} now={now} sort={sort} onSort={(by) => go({ sort: by })} />
                <Beside summary={data} clock={clock} now={now} />
              </div>
            )}
          </>
        )}
      </main>
    </div>
  );
}

function spanName(period: Period, from: number, clock: Clock, now: number): string {
  const day = clock.day(from, now);
  if (period === "hour") return `${day} ${clock.minutes(from)}`;
  if (period === "day") return day === clock.day(now, now) ? `Today, ${day}` : day;
  return `${period === "week" ? "Week" : "Month"} from ${day}`;
}

/** The period that has now in it needs no moment: it slides. */
function later(to: string, now: number): string | null {
  return Date.parse(to) >= now ? null : to;
}
