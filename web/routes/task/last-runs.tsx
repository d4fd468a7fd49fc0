import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Button } from "../../components/button.tsx";
import { StatusWord } from "../../components/mark.tsx";
import { medianOf } from "../../components/runs/median.ts";
import { RunBars } from "../../components/runs/run-bars.tsx";
import { RunTable } from "../../components/runs/run-table.tsx";
import { ranOf, ranText, whenOf } from "../../components/runs/run-text.ts";
import { type Clock, duration } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { Section } from "./section.tsx";
import { type Attempt, RUNS, runsQuery } from "./task-queries.ts";
import { nameOf } from "./task-text.ts";

interface Props {
  readonly task: Attempt;
  readonly clock: Clock;
  readonly now: number;
}

/** How long the same work took before. */
export function LastRuns({ task, clock, now }: Props): ReactElement {
  const { data } = useQuery(runsQuery(task));
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const runs = data?.toReversed() ?? [];
  const median = medianOf(runs);
  const shown = runs[read ?? runs.length - 1];
  const note = median === null ? `of ${nameOf(task)}` : `of ${nameOf(task)}; dotted: median ${duration(median)}`;
  return (
    <Section
      title="Last 30 runs"
      id="runs"
      note={note}
      beside={
        <>
          {shown !== undefined && !isTable && (
            <span className="flex items-center gap-2 text-ink-2">
              <b className="font-medium text-ink">{whenOf(shown, clock, now)}</b>
              <StatusWord status={statusOf(shown)} />
              {ranText(ranOf(shown, now))}
            </span>
          )}
          <Button kind="bare" className="text-accent" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </>
      }
    >
      {isTable ? (
        <RunTable runs={runs} clock={clock} now={now} />
      ) : (
        <RunBars
          runs={runs}
          places={RUNS}
          median={median}
          current={task.record_id}
          read={read}
          onRead={setRead}
          clock={clock}
          now={now}
        />
      )}
    </Section>
  );
}
