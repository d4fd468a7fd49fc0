import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useMemo, useState } from "react";
import type { PhaseName } from "../../../acting/ask.ts";
import { Button } from "../../../components/button.tsx";
import { StatusWord } from "../../../components/mark.tsx";
import { medianOf } from "../../../components/runs/median.ts";
import { RunBars } from "../../../components/runs/run-bars.tsx";
import { RunTable } from "../../../components/runs/run-table.tsx";
import { ranOf, ranText, whenOf } from "../../../components/runs/run-text.ts";
import { Clock, duration, NOTHING, share, successShare } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { statusOf } from "../../../services/task-status.ts";
import { dayStatsQuery, phaseRunsQuery, retriedQuery, RUNS, tasksOf } from "./panel-queries.ts";
import { Part } from "./part.tsx";

/** How long it took lately, and how it does. */
export function PhaseRuns({ phase }: { readonly phase: PhaseName }): ReactElement {
  const { data } = useQuery(phaseRunsQuery(phase));
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const runs = data?.toReversed() ?? [];
  const shown = runs[read ?? runs.length - 1];
  return (
    <Part
      title={`Last ${RUNS} runs`}
      action={
        <Link to="/tasks" search={{ q: tasksOf(phase) }} className="text-accent hover:underline">
          Tasks
        </Link>
      }
    >
      {data !== undefined && runs.length === 0 ? (
        <p className="text-small text-ink-3">It has made no task yet.</p>
      ) : (
        <>
          <div className="flex min-h-6 items-center gap-2 text-small text-ink-2">
            {shown !== undefined && !isTable && (
              <>
                <b className="font-medium whitespace-nowrap text-ink">{whenOf(shown, clock, now)}</b>
                <StatusWord status={statusOf(shown)} />
                <span className="whitespace-nowrap">{ranText(ranOf(shown, now))}</span>
              </>
            )}
            <Button
              kind="bare"
              className="ml-auto h-6! px-1! text-accent"
              aria-pressed={isTable}
              onClick={() => setTable(!isTable)}
            >
              {isTable ? "Show as chart" : "Show as table"}
            </Button>
          </div>
          {isTable ? (
            <RunTable runs={runs} clock={clock} now={now} />
          ) : (
            <div className="min-h-28">
              <RunBars
                runs={runs}
                places={RUNS}
                median={medianOf(runs)}
                current={null}
                read={read}
                onRead={setRead}
                clock={clock}
                now={now}
              />
            </div>
          )}
        </>
      )}
      <Figures phase={phase} now={now} />
    </Part>
  );
}

function Figures({ phase, now }: { readonly phase: PhaseName; readonly now: number }): ReactElement {
  const { data: stats } = useQuery(dayStatsQuery(now));
  const { data: retried } = useQuery(retriedQuery(phase));
  const kind = stats?.kinds.find(({ type, job }) => type === phase.type && job === phase.job);
  const failed = kind === undefined ? 0 : kind.error + kind.alert + kind.unknown;
  const run = kind?.run ?? null;
  return (
    <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-small">
      <Figure name="Average, p95">{run === null ? NOTHING : `${duration(run.mean)}, ${duration(run.p95)}`}</Figure>
      <Figure name="Retried, 24 h">{retried === undefined || retried === null ? NOTHING : share(retried)}</Figure>
      <Figure name="Success, 24 h" isBad={failed > 0}>
        {kind === undefined ? NOTHING : (successShare(kind.complete + kind.warn, failed) ?? NOTHING)}
      </Figure>
    </dl>
  );
}

function Figure({
  name,
  isBad = false,
  children,
}: {
  readonly name: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <>
      <dt className="py-0.5 text-ink-3">{name}</dt>
      <dd className={`py-0.5 text-right ${isBad ? "text-error-text" : ""}`}>{children}</dd>
    </>
  );
}
