import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { MINUTE } from "../../../../src/contract/time/time-units.ts";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { ago, type Clock, count } from "../../../services/format.ts";
import { nameOf } from "./lane.ts";
import { nextTicksQuery } from "./schedule-queries.ts";
import { Weeks } from "./weeks.tsx";

interface Props {
  /** Of the day that is now; null: not known. */
  readonly ticksToday: number | null;
  readonly clock: Clock;
  readonly now: number;
}

/** The next ticks, and how the next weeks are loaded. */
export function Beside({ ticksToday, clock, now }: Props): ReactElement {
  return (
    <aside
      aria-label="Next ticks and weeks"
      className="min-w-0 border-l border-line max-[1180px]:grid max-[1180px]:grid-cols-2 max-[1180px]:border-t max-[1180px]:border-l-0 max-[720px]:block"
    >
      <NextTicks ticksToday={ticksToday} clock={clock} now={now} />
      <Weeks clock={clock} now={now} />
    </aside>
  );
}

function NextTicks({ ticksToday, clock, now }: Props): ReactElement {
  const { data, error, refetch } = useQuery({
    ...nextTicksQuery(Math.floor(now / MINUTE)),
    placeholderData: (last) => last,
  });
  const ticks = data?.filter(({ scheduled_at: at, held }) => Date.parse(at) > now && held === null).slice(0, 10);
  return (
    <section aria-label="Next ticks" className="border-b border-line px-4 py-3 max-[1180px]:px-(--gutter)">
      <div className="mb-1 flex min-h-6 items-baseline gap-2">
        <h2 className="font-semibold">Next ticks</h2>
        {ticks !== undefined && ticksToday !== null && (
          <span className="text-small text-ink-3">
            {count(ticks.length)} of {count(ticksToday)} today
          </span>
        )}
        <Link
          to="/workflows/schedule"
          search={{ span: "list" }}
          className="ml-auto text-small text-accent hover:underline"
        >
          All
        </Link>
      </div>
      <div className="min-h-60">
        {error !== null && data === undefined ? (
          <Problem what="The next ticks" error={error} onRetry={() => void refetch()} />
        ) : ticks === undefined ? (
          <SkeletonRows rows={8} label="The next ticks are loaded" />
        ) : ticks.length === 0 ? (
          <p className="text-small text-ink-2">No tick is to come.</p>
        ) : (
          <ol>
            {ticks.map((tick) => (
              <li key={`${tick.scheduled_at} ${tick.phase_id}`} className="flex min-h-6 items-center gap-3 text-small">
                <time dateTime={tick.scheduled_at} className="text-ink-2">
                  {clock.moment(Date.parse(tick.scheduled_at), now).replace(/:00$/, "")}
                </time>
                <Link
                  to="/workflows"
                  search={{ file: tick.workflow, phase: tick.phase_id }}
                  className="min-w-0 truncate hover:underline"
                  title={tick.workflow}
                >
                  {nameOf(tick)}
                </Link>
                <span className="ml-auto whitespace-nowrap text-ink-3">{ago(Date.parse(tick.scheduled_at), now)}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}
