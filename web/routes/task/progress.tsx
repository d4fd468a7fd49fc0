import { useQuery } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useState } from "react";
import { ago, type Clock, duration, share } from "../../services/format.ts";
import { medianOf } from "../../components/runs/median.ts";
import { Section } from "./section.tsx";
import { type Attempt, runsQuery, type Why } from "./task-queries.ts";
import { instant } from "../../components/runs/run-text.ts";

const MOST_MARKS = 200;

interface Props {
  readonly task: Attempt;
  readonly why: Why | undefined;
  readonly clock: Clock;
  readonly now: number;
}

/** How far it is in the words of its worker, how long it takes yet, and what differs from the usual. */
export function Progress({ task, why, clock, now }: Props): ReactElement {
  const { data: runs } = useQuery(runsQuery(task));
  const report = why?.report ?? null;
  const began = instant(report?.began_at) ?? instant(task.started) ?? Date.parse(task.decided_at);
  const elapsed = Math.max(0, now - began);
  const usual = medianOf(runs ?? []);
  const progress = report?.progress ?? null;
  const reported = instant(report?.reported_at);
  const left = leftOf(
    { progress, elapsed: reported === null ? elapsed : Math.max(0, reported - began), usual },
    elapsed,
  );
  const [seen, setSeen] = useState<readonly number[]>([]);
  // Only the last one is kept by the server; those that came while one looks are marked too.
  if (reported !== null && seen.at(-1) !== reported) setSeen([...seen.slice(-MOST_MARKS), reported]);
  const words = report === null || report.msg === "" ? null : report.msg;
  return (
    <Section title="Progress">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <b className="text-figure font-semibold">{words ?? `${duration(elapsed)} so far`}</b>
        {progress !== null && <span className="text-ink-2">{share(progress)}</span>}
        {reported !== null && words !== null && <span className="text-ink-3">reported {ago(reported, now)}</span>}
      </p>
      <p className="text-ink-2">
        {words !== null && `${duration(elapsed)} so far`}
        {left !== null && `${words === null ? "" : "; "}about ${duration(left)} left`}
        <Usual elapsed={elapsed} expected={left === null ? elapsed : elapsed + left} usual={usual} />
      </p>
      <Ribbon began={began} progress={progress} left={left} reports={seen} clock={clock} now={now} />
      <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-1 text-small">
        <Fact name="Worker">{report?.worker || null}</Fact>
        <Fact name="Host">
          {report === null || report.host === ""
            ? null
            : `${report.host}${report.pid === null ? "" : `, pid ${report.pid}`}`}
        </Fact>
        <Fact name="Deadline">{deadlineText(instant(why?.task.deadline_at), clock, now)}</Fact>
      </dl>
    </Section>
  );
}

interface Known {
  readonly progress: number | null;
  readonly elapsed: number;
  readonly usual: number | null;
}

/** By its own pace, else by what is usual; null: nobody knows. */
export function leftOf({ progress, elapsed, usual }: Known, sinceBegan: number): number | null {
  if (progress !== null && progress > 0.01) return Math.max(0, elapsed / progress - sinceBegan);
  return usual === null || usual < sinceBegan ? null : usual - sinceBegan;
}

/** Only what differs is strong: half as long again, or half as long. */
function Usual({
  elapsed,
  expected,
  usual,
}: {
  readonly elapsed: number;
  readonly expected: number;
  readonly usual: number | null;
}): ReactElement | null {
  if (usual === null) return null;
  const isSlow = expected > usual * 1.5 && expected - usual > 5000;
  return (
    <>
      {", "}
      {isSlow ? (
        <b className="font-medium text-warn-text">
          {expected === elapsed ? "" : `${duration(expected)} in total, `}usually {duration(usual)}
        </b>
      ) : (
        `usually ${duration(usual)}`
      )}
    </>
  );
}

function deadlineText(at: number | null, clock: Clock, now: number): string | null {
  return at === null ? null : `${clock.moment(at, now)}, ${ago(at, now)}`;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement | null {
  if (children === null) return null;
  return (
    <div className="flex gap-2">
      <dt className="text-ink-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface RibbonProps {
  readonly began: number;
  readonly progress: number | null;
  readonly left: number | null;
  readonly reports: readonly number[];
  readonly clock: Clock;
  readonly now: number;
}

/** Solid up to now, the rest that is expected dotted; a tick where a report came. */
function Ribbon({ began, left, reports, clock, now }: RibbonProps): ReactElement {
  const end = now + (left ?? 0);
  const span = Math.max(1000, end - began);
  const x = (at: number): number => ((at - began) / span) * 100;
  return (
    <svg
      data-status="running"
      className="mt-2 block h-9 w-full overflow-visible text-micro"
      role="img"
      aria-label="The time so far, and what is expected"
    >
      {left !== null && left > 0 && (
        <rect
          x={`${x(now)}%`}
          y="2.5"
          width={`${100 - x(now)}%`}
          height="9"
          fill="none"
          stroke="var(--chart-ghost)"
          strokeDasharray="2 3"
        />
      )}
      <rect x="0" y="2" width={`${x(now)}%`} height="10" rx="2" fill="var(--mark)" />
      {reports.map((at) => (
        <rect key={at} x={`${x(at)}%`} y="0" width="1.5" height="14" fill="var(--ink)" />
      ))}
      <line x1={`${x(now)}%`} x2={`${x(now)}%`} y1="0" y2="18" stroke="var(--accent)" strokeWidth="1.5" />
      <text x="0" y="27" fill="var(--ink-3)">
        {clock.time(began)}
      </text>
      {left !== null && left > 0 && (
        <text x="100%" y="27" textAnchor="end" fill="var(--ink-3)">
          ends about {clock.time(end)}
        </text>
      )}
    </svg>
  );
}
