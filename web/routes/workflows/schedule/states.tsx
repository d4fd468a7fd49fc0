import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { LoadAnswer } from "../../../../src/contract/api/workflows/schedule-api.ts";
import { resume, resumeAll } from "../../../acting/phases/act-on-phases.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark } from "../../../components/mark.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { useMay } from "../../../services/may.ts";
import { useIsAway } from "../../../services/reach.ts";
import { changeKey, DOES, dayWords, placeOf, timeOf, WHY } from "./change-words.ts";
import { nameOf } from "./lane.ts";
import type { ClockChange } from "./schedule-queries.ts";

type Pause = LoadAnswer["pauses"][number];

interface Props {
  readonly pauses: readonly Pause[];
  readonly changes: readonly ClockChange[];
  readonly clock: Clock;
  readonly now: number;
}

/** Sentences of each kind that are shown; the rest is counted. */
const MAX = 3;
const BUTTON =
  "inline-flex h-(--control) items-center rounded-control border border-line-2 bg-surface px-2.5 text-small font-medium whitespace-nowrap hover:bg-surface-3 print:hidden";

/** What is not as the schedules say: pauses, and ticks that a change of the clocks skips, doubles or loses. */
export function States({ pauses, changes, clock, now }: Props): ReactElement | null {
  const effects = firstEffects(changes);
  if (pauses.length === 0 && effects.length === 0) return null;
  return (
    <ol aria-label="State" className="border-b border-line">
      {pauses.slice(0, MAX).map((pause) => (
        <PauseLine key={`${pause.phase_id} ${pause.since}`} pause={pause} clock={clock} now={now} />
      ))}
      {pauses.length > MAX && (
        <Line mark={<PauseMark />}>{count(pauses.length - MAX)} more phases are paused: their lanes are hatched.</Line>
      )}
      {effects.slice(0, MAX).map(({ change, effect }) => (
        <Line
          key={`${change.at} ${effect.phase_id}`}
          mark={<Mark status="warn" size={16} />}
          action={
            <Link
              to="/workflows/source"
              search={{ file: effect.workflow, phase: effect.phase_id, line: effect.line }}
              className={BUTTON}
              title={effect.workflow}
            >
              Show line {effect.line}
            </Link>
          }
        >
          <PhaseLink of={effect} /> {DOES[effect.kind]}{" "}
          <b className="font-semibold whitespace-nowrap">
            {dayWords(effect.time, clock.date(now))}, {timeOf(effect.time)}
          </b>{" "}
          in {placeOf(change.zone)}: {WHY[effect.kind]} <SeeBelow change={change} />
        </Line>
      ))}
      {effects.length > MAX && (
        <Line mark={<Mark status="warn" size={16} />}>
          {count(effects.length - MAX)} more ticks are skipped, doubled or lost when clocks change.{" "}
          <SeeBelow change={effects[MAX]?.change} />
        </Line>
      )}
    </ol>
  );
}

function SeeBelow({ change }: { readonly change: ClockChange | undefined }): ReactElement {
  return (
    <Link
      to="."
      search={(before) => ({ ...before, ...(change === undefined ? {} : { change: changeKey(change) }) })}
      hash="change"
      className="whitespace-nowrap text-accent underline underline-offset-2"
    >
      See below
    </Link>
  );
}

/** Of each phase the first one. */
function firstEffects(changes: readonly ClockChange[]) {
  const seen = new Set<number>();
  return changes.flatMap((change) =>
    change.effects.flatMap((effect) => {
      if (seen.has(effect.phase_id)) return [];
      seen.add(effect.phase_id);
      return [{ change, effect }];
    }),
  );
}

function PauseLine({ pause, clock, now }: { readonly pause: Pause } & Pick<Props, "clock" | "now">): ReactElement {
  const { since, until, by, reason, passed, phase_id: id } = pause;
  const mayResume = useMay("operator", id === 0 ? "everything" : pause);
  const isAway = useIsAway();
  const moment = (text: string): string => {
    const at = Date.parse(text);
    return `${clock.day(at, now)} ${clock.minutes(at)}`;
  };
  const isByFile = since === null;
  const act = (): void => {
    const was = { until, reason: reason ?? "" };
    if (id === 0) void resumeAll(was);
    else void resume(pause, was);
  };
  return (
    <Line
      mark={<PauseMark />}
      action={
        isByFile ? (
          <Link to="/workflows/source" search={{ file: pause.workflow, phase: id }} className={BUTTON}>
            Show its file
          </Link>
        ) : (
          mayResume && (
            <Button disabled={isAway} onClick={act}>
              <Icon name="play" size={14} />
              Resume
            </Button>
          )
        )
      }
    >
      {id === 0 ? <b className="font-semibold">Every phase</b> : <PhaseLink of={pause} />} is paused{" "}
      {isByFile ? (
        "by its workflow file: it ticks once that no longer says so."
      ) : (
        <>
          <b className="font-semibold whitespace-nowrap">since {moment(since)}</b>
          {passed !== null &&
            (passed === 0
              ? ", no tick was passed over so far"
              : passed === 1
                ? ": 1 tick was passed over"
                : `: ${count(passed)} ticks were passed over`)}
          .{" "}
          <span className="text-ink-2">
            {by}
            {reason === null || reason === "" ? "." : `: “${reason}”`}
            {until === null ? " It stays so until it is resumed." : ` It goes on by itself ${moment(until)}.`}
          </span>
        </>
      )}
    </Line>
  );
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
      className="break-words underline decoration-line-control underline-offset-2 hover:decoration-ink"
    >
      {nameOf(of)}
    </Link>
  );
}

function PauseMark(): ReactElement {
  return (
    <span className="grid size-4 place-content-center text-ink-3">
      <Icon name="pause" size={14} />
    </span>
  );
}

function Line({
  mark,
  action,
  children,
}: {
  readonly mark: ReactNode;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li className="grid min-h-11 grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-2.5 px-(--gutter) py-1.5 not-first:border-t not-first:border-line max-[720px]:grid-cols-[16px_minmax(0,1fr)]">
      {mark}
      <p className="text-pretty break-words">{children}</p>
      {action !== undefined && action !== false && (
        <span className="max-[720px]:col-start-2 max-[720px]:justify-self-start">{action}</span>
      )}
    </li>
  );
}
