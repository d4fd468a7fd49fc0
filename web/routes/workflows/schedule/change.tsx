import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useMemo } from "react";
import { DAY } from "../../../../src/contract/time/time-units.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark, type Status } from "../../../components/mark.tsx";
import { ago, Clock, count } from "../../../services/format.ts";
import { axisOf, type PhaseTicks, ticksAround } from "./change-axis.ts";
import { ChangeDrawing } from "./change-drawing.tsx";
import { changeKey, dayWords, mendWords, movedWords, placeOf, timeOf } from "./change-words.ts";
import { nameOf } from "./lane.ts";
import { type ClockChange, MAX_DRAWN, ticksBetweenQuery } from "./schedule-queries.ts";

interface Props {
  readonly changes: readonly ClockChange[];
  readonly clock: Clock;
  readonly now: number;
}

/** One of the coming changes of clocks: the hours around it, and what it does to the schedules. */
export function Change({ changes, clock, now }: Props): ReactElement {
  const { change: key } = useSearch({ from: "/shell/workflows/schedule" });
  const navigate = useNavigate();
  const wanted = changes.findIndex((one) => changeKey(one) === key);
  const telling = changes.findIndex(({ effects }) => effects.length > 0);
  const at = Math.max(0, wanted < 0 ? telling : wanted);
  const change = changes[at];
  const turn = (by: number): void => {
    const next = changes[at + by];
    if (next !== undefined)
      void navigate({
        to: ".",
        search: (before) => ({ ...before, change: changeKey(next) }),
        replace: true,
        resetScroll: false,
      });
  };
  return (
    <div
      id="change"
      className="grid scroll-mt-(--top-h) grid-cols-[minmax(0,1fr)_minmax(320px,460px)] border-t border-line max-[1180px]:grid-cols-1"
    >
      <section aria-label="Clock change" className="min-w-0 px-(--gutter) py-4">
        <div className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="font-semibold">Clock change</h2>
          {change !== undefined && (
            <p className="flex flex-wrap gap-x-3 text-small text-ink-2">
              <b className="font-semibold text-ink">{dayOf(change)}</b>
              <span>
                {change.zone}, {ago(Date.parse(change.at), now)}, {movedWords(change)}
              </span>
              <span>
                {count(change.phases)} {change.phases === 1 ? "phase" : "phases"} of {count(change.files)}{" "}
                {change.files === 1 ? "file" : "files"} {change.phases === 1 ? "uses" : "use"} this zone
              </span>
            </p>
          )}
          {changes.length > 1 && (
            <span className="ml-auto flex">
              <Button kind="icon" aria-label="Change before" disabled={at === 0} onClick={() => turn(-1)}>
                <Icon name="left" size={14} />
              </Button>
              <Button
                kind="icon"
                aria-label="Change after"
                disabled={at === changes.length - 1}
                onClick={() => turn(1)}
              >
                <Icon name="right" size={14} />
              </Button>
            </span>
          )}
        </div>
        {change === undefined ? (
          <p className="text-small text-ink-2">No clock of a zone in use is changed in the next 13 months.</p>
        ) : (
          <Drawn change={change} zone={clock.zone} />
        )}
      </section>
      {change !== undefined && (
        <aside
          aria-label="What the clock change does"
          className="min-w-0 border-l border-line px-4 py-4 max-[1180px]:border-t max-[1180px]:border-l-0 max-[1180px]:px-(--gutter)"
        >
          <h2 className="mb-2 font-semibold">What it does</h2>
          <Effects change={change} zone={clock.zone} now={now} />
        </aside>
      )}
    </div>
  );
}

/** `Sun 29 March 2026`, by the clocks that are changed. */
function dayOf({ at, before_ms: before }: ClockChange): string {
  return dayWords(new Date(Date.parse(at) + before).toISOString(), null);
}

/** The other clock: that of the page, or UTC where it is the same. */
function otherZone(change: ClockChange, zone: string): string {
  return zone === change.zone ? "UTC" : zone;
}

function useAround(change: ClockChange) {
  const { from, until } = useMemo(() => axisOf(change), [change]);
  const { data } = useQuery(ticksBetweenQuery({ from: from - 1, until }));
  return useMemo(
    () => ({ ...ticksAround(data ?? [], change.zone), isCut: data?.length === MAX_DRAWN }),
    [data, change.zone],
  );
}

function Drawn({ change, zone }: { readonly change: ClockChange; readonly zone: string }): ReactElement {
  const { few } = useAround(change);
  return <ChangeDrawing change={change} zone={otherZone(change, zone)} few={few} />;
}

const MAX_NAMED = 5;
/** How far before the change what "always" happens is looked for. */
const WEEK = 7 * DAY;

function Effects({
  change,
  zone,
  now,
}: {
  readonly change: ClockChange;
  readonly zone: string;
  readonly now: number;
}): ReactElement {
  const { few, often, isCut } = useAround(change);
  const concerned = new Set(change.effects.map(({ phase_id: id }) => id));
  const others = few.filter(({ tick }) => !concerned.has(tick.phase_id));
  const other = otherZone(change, zone);
  return (
    <ol className="space-y-2">
      {change.effects.map((effect) => (
        <Sentence
          key={effect.phase_id}
          time={timeOf(effect.time)}
          mark={effect.kind === "doubled" ? "warn" : "none"}
          evidence={
            <>
              {effect.workflow} line {effect.line}. {mendWords(effect, change)}
            </>
          }
        >
          <b
            className={`font-semibold ${effect.kind === "doubled" ? "" : "underline decoration-dotted underline-offset-2"}`}
          >
            {effect.kind === "doubled" ? "Ticks twice" : effect.kind === "lost" ? "Is lost" : "Does not tick"}
          </b>
          : <PhaseLink of={effect} />,{" "}
          {effect.kind === "skipped"
            ? `because ${timeOf(effect.time)} does not exist on that day.`
            : effect.kind === "doubled"
              ? `because ${timeOf(effect.time)} comes twice on that day.`
              : "because the clocks change by half an hour, and the schedule goes on at half past that day."}
        </Sentence>
      ))}
      {others.slice(0, MAX_NAMED).map((one) => (
        <Sentence key={one.tick.phase_id} time={timesOf(one, change.zone)} mark="waiting">
          <b className="font-semibold">Ticks</b>: <PhaseLink of={one.tick} />, {asAlways(one, change, other, now)}
        </Sentence>
      ))}
      {(others.length > MAX_NAMED || often > 0 || isCut) && (
        <li className="text-small text-ink-2">{restWords(Math.max(0, others.length - MAX_NAMED), often, isCut)}</li>
      )}
      {change.effects.length === 0 && <li className="text-small text-ink-2">No tick is skipped, doubled or lost.</li>}
    </ol>
  );
}

function restWords(more: number, often: number, isCut: boolean): string {
  const parts = [
    ...(more > 0 ? [`${count(more)} more tick around it as always`] : []),
    ...(often > 0 ? [`${count(often)} tick often and go on`] : []),
    ...(isCut ? [`only the first ${count(MAX_DRAWN)} ticks are looked at`] : []),
  ];
  return `${parts.join("; ")}.`;
}

function timesOf({ ats }: PhaseTicks, zone: string): string {
  return new Clock(zone).minutes(ats[0] ?? 0);
}

/** By its own clock as always; by the other one at another time from then on. */
function asAlways({ ats }: PhaseTicks, { at, zone }: ClockChange, other: string, now: number): ReactNode {
  const [first = 0] = ats;
  const isAfter = first >= Date.parse(at);
  const [own, elsewhere] = [new Clock(zone), new Clock(other)];
  const day = elsewhere.day(first, now);
  if (!isAfter) return `as always, before the change; in ${placeOf(other)} at ${elsewhere.minutes(first)}.`;
  // A week before the same time of the clock was another moment.
  const before = [...Array(3).keys()].map((hours) => first - WEEK + (hours - 1) * 3_600_000);
  const same = before.find((moment) => own.minutes(moment) === own.minutes(first));
  const was = same === undefined ? null : elsewhere.minutes(same);
  return was === null || was === elsewhere.minutes(first)
    ? `as always; in ${placeOf(other)} at ${elsewhere.minutes(first)}.`
    : `as always in ${placeOf(zone)}; in ${placeOf(other)} at ${elsewhere.minutes(first)} from ${day} on, instead of ${was}.`;
}

function PhaseLink({
  of,
}: {
  readonly of: { readonly type: string; readonly job: string; readonly workflow: string; readonly phase_id: number };
}): ReactElement {
  return (
    <Link
      to="/workflows"
      search={{ file: of.workflow, phase: of.phase_id }}
      title={of.workflow}
      className="underline decoration-line-control underline-offset-2 hover:decoration-ink"
    >
      {nameOf(of)}
    </Link>
  );
}

function Sentence({
  time,
  mark,
  evidence,
  children,
}: {
  readonly time: string;
  readonly mark: Status;
  readonly evidence?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li className="grid grid-cols-[40px_16px_minmax(0,1fr)] items-start gap-x-2">
      <time className="text-small text-ink-3">{time}</time>
      <Mark status={mark} />
      <div className="min-w-0">
        <p className="break-words">{children}</p>
        {evidence !== undefined && <p className="text-small break-words text-ink-3">{evidence}</p>}
      </div>
    </li>
  );
}
