import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { FIELD } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { taskTimeText } from "../../../services/alert-words.ts";
import { ago, type Clock, count } from "../../../services/format.ts";
import { movedWords, placeOf } from "./change-words.ts";
import { nameOf } from "./lane.ts";
import { type ClockChange, type Tick, tickListQuery } from "./schedule-queries.ts";

interface Props {
  /** Null: from now on. */
  readonly from: number | null;
  readonly changes: readonly ClockChange[];
  readonly clock: Clock;
  readonly now: number;
}

type Row = { readonly at: number } & (
  | { readonly kind: "tick"; readonly tick: Tick }
  | { readonly kind: "change"; readonly change: ClockChange }
);

/** All coming ticks, day by day, with the changes of clocks between them. */
export function TickList({ from, changes, clock, now }: Props): ReactElement {
  const { name = "" } = useSearch({ from: "/shell/workflows/schedule" });
  const navigate = useNavigate();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    tickListQuery(from),
  );
  const ticks = useMemo(() => data?.pages.flatMap((page) => page.ticks), [data]);
  const days = useMemo(
    () => (ticks === undefined ? [] : daysOf(ticks, name, changes, clock, hasNextPage)),
    [ticks, name, changes, clock, hasNextPage],
  );
  const setName = (next: string): void =>
    void navigate({
      to: ".",
      search: (before) => ({ ...before, name: next === "" ? undefined : next }),
      replace: true,
      resetScroll: false,
    });
  return (
    <section aria-label="Coming ticks" className="pt-3">
      <div className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 px-(--gutter)">
        <h2 className="font-semibold">Coming ticks</h2>
        <span className="text-small text-ink-3">{ticks !== undefined && `the first ${count(ticks.length)}`}</span>
        <input
          type="search"
          aria-label="Filter by name"
          placeholder="Filter by name"
          className={`${FIELD} ml-auto w-44! text-small`}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      {ticks === undefined ? (
        error === null ? (
          <SkeletonRows rows={20} label="The ticks are loaded" />
        ) : (
          <Problem what="The ticks" error={error} onRetry={() => void refetch()} />
        )
      ) : ticks.length === 0 ? (
        <Empty>No tick is to come: no phase in force has a schedule.</Empty>
      ) : days.length === 0 ? (
        <Empty action={<Button onClick={() => setName("")}>Show all</Button>}>
          Of the first {count(ticks.length)} ticks none has “{name}” in the name of its phase.
        </Empty>
      ) : (
        days.map(({ day, rows }) => (
          <section key={day} aria-label={day}>
            <h3 className="sticky top-(--top-h) z-1 border-y border-line bg-surface-2 px-(--gutter) py-1 text-small text-ink-3">
              {day}
            </h3>
            <ol>
              {rows.map((row) =>
                row.kind === "tick" ? (
                  <TickRow key={`${row.at} ${row.tick.phase_id}`} tick={row.tick} clock={clock} now={now} />
                ) : (
                  <ChangeRow key={`${row.at} ${row.change.zone}`} change={row.change} clock={clock} />
                ),
              )}
            </ol>
          </section>
        ))
      )}
      {hasNextPage && (
        <p className="px-(--gutter) py-3">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </p>
      )}
    </section>
  );
}

function daysOf(
  ticks: readonly Tick[],
  name: string,
  changes: readonly ClockChange[],
  clock: Clock,
  isCut: boolean,
): readonly { readonly day: string; readonly rows: readonly Row[] }[] {
  const named = ticks.filter((tick) => nameOf(tick).toLowerCase().includes(name.toLowerCase()));
  const [first, last] = [ticks[0], ticks.at(-1)];
  const [from, until] = [
    Date.parse(first?.scheduled_at ?? ""),
    isCut ? Date.parse(last?.scheduled_at ?? "") : Infinity,
  ];
  const rows: Row[] = named.map((tick) => ({ at: Date.parse(tick.scheduled_at), kind: "tick", tick }));
  if (named.length > 0)
    for (const change of changes) {
      const at = Date.parse(change.at);
      if (at >= from && at <= until) rows.push({ at, kind: "change", change });
    }
  const days = Map.groupBy(
    rows.toSorted((a, b) => a.at - b.at),
    ({ at }) => dayName(at, clock.zone),
  );
  return [...days].map(([day, of]) => ({ day, rows: of }));
}

function dayName(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(at);
}

function TickRow({
  tick,
  clock,
  now,
}: {
  readonly tick: Tick;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  const at = Date.parse(tick.scheduled_at);
  return (
    <li className="grid min-h-7 grid-cols-[64px_minmax(120px,260px)_160px_minmax(0,1fr)_auto] items-center gap-x-3 border-b border-line px-(--gutter) text-small max-[720px]:min-h-11 max-[720px]:grid-cols-[56px_minmax(0,1fr)_auto] max-[720px]:py-1">
      <time dateTime={tick.scheduled_at} className="text-ink-2">
        {clock.time(at).replace(/:00$/, "")}
      </time>
      <Link
        to="/workflows"
        search={{ file: tick.workflow, phase: tick.phase_id }}
        className="truncate hover:underline"
        title={tick.workflow}
      >
        {nameOf(tick)}
      </Link>
      <span className="truncate font-mono text-ink-3 max-[720px]:order-last max-[720px]:col-span-2 max-[720px]:col-start-2">
        {tick.task_time !== null && taskTimeText(tick.task_time)}
      </span>
      <span className="truncate text-ink-2 max-[720px]:hidden">
        {tick.held === null ? (
          <span className="font-mono">{tick.info ?? (tick.batch ? "a batch" : tick.reason)}</span>
        ) : (
          <span className="inline-flex items-center gap-1">
            <Icon name="pause" size={12} />
            paused{tick.held.until === null ? "" : ` until ${clock.moment(Date.parse(tick.held.until), now)}`}: it and
            those after it are passed over
          </span>
        )}
      </span>
      <span className="whitespace-nowrap text-ink-3">{ago(at, now)}</span>
    </li>
  );
}

function ChangeRow({ change, clock }: { readonly change: ClockChange; readonly clock: Clock }): ReactElement {
  const { effects } = change;
  return (
    <li
      data-status={effects.length > 0 ? "warn" : "waiting"}
      className="flex min-h-7 flex-wrap items-center gap-x-3 border-b border-line bg-(--weak) px-(--gutter) text-small"
    >
      <span className="w-13">{clock.minutes(Date.parse(change.at))}</span>
      <Mark status={effects.length > 0 ? "warn" : "waiting"} />
      <span>
        Clocks in {placeOf(change.zone)} go {movedWords(change)}
        {effects.length > 0 &&
          `: ${count(effects.length)} ${effects.length === 1 ? "tick is" : "ticks are"} skipped, doubled or lost`}
      </span>
    </li>
  );
}
