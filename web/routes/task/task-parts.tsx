import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Clock } from "../../services/format.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { Attempts } from "./attempts.tsx";
import { Fields } from "./fields.tsx";
import { Header } from "./header.tsx";
import { LastRuns } from "./last-runs.tsx";
import { LogSection } from "./log/log-section.tsx";
import { Notes } from "./notes.tsx";
import { Progress } from "./progress.tsx";
import { RunTree } from "./run/run-tree.tsx";
import { type Attempt, graphQuery, taskQuery, whyQuery } from "./task-queries.ts";
import { isOpen } from "../../components/runs/run-text.ts";
import { Timeline } from "./timeline.tsx";
import { WhyList } from "./why-list.tsx";

/** Of so many attempts the decisions are shown: the first, and the newest. */
const MOST_EXPLAINED = 8;

interface Props {
  /** Of the address. */
  readonly record: number;
  readonly newest: Attempt;
  readonly attempts: readonly Attempt[];
}

export function TaskParts({ record, newest, attempts }: Props): ReactElement {
  const zone = useZone();
  const clock = new Clock(zone);
  const now = useNow(isOpen(newest) ? 1000 : 10_000);
  const { data: about, isPending: isAboutPending } = useQuery({
    ...taskQuery(newest.record_id),
    placeholderData: keepPreviousData,
  });
  const { isPending: isGraphPending } = useQuery(graphQuery(newest.record_id));
  const explained = attempts.filter((_, at) => at === 0 || at > attempts.length - MOST_EXPLAINED);
  const whys = useQueries({ queries: explained.map((attempt) => whyQuery(attempt.record_id)) });
  const explanations = whys.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const why = whys.at(-1)?.data;
  const [isReady, setReady] = useState(false);
  // All parts at once: one that came later would move those below it. A next attempt changes them in their places.
  if (!isReady && !isAboutPending && !isGraphPending && whys.every(({ isPending }) => !isPending)) setReady(true);
  if (!isReady) return <SkeletonRows rows={16} label="The task is loaded" />;
  const retries = about?.task.retries ?? null;
  return (
    <>
      <Header task={newest} retries={retries} about={about} why={why} clock={clock} now={now} />
      {newest.state === "running" || newest.state === "overdue" ? (
        <Progress task={newest} why={why} clock={clock} now={now} />
      ) : null}
      {isOpen(newest) && <LogSection attempts={attempts} log={about?.log ?? null} why={why} />}
      <Timeline attempts={attempts} why={why} clock={clock} now={now} />
      <Attempts attempts={attempts} opened={record} why={why} clock={clock} now={now} />
      {!isOpen(newest) && <LogSection attempts={attempts} log={about?.log ?? null} why={why} />}
      <RunTree
        record={newest.record_id}
        firstAttempt={about?.task.first_attempt_id}
        whys={explanations}
        clock={clock}
        now={now}
      />
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,440px)] max-[1100px]:grid-cols-1">
        <div className="min-w-0 border-r border-line max-[1100px]:border-r-0">
          <Fields task={newest} />
          <Notes record={newest.record_id} about={about} />
        </div>
        <WhyList
          whys={explanations}
          error={whys.find((one) => one.error !== null)?.error ?? null}
          isPartial={explained.length < attempts.length}
          clock={clock}
          now={now}
        />
      </div>
      <LastRuns task={newest} clock={clock} now={now} />
    </>
  );
}
