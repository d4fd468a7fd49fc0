import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Clock, count } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { whyQuery } from "../../task/task-queries.ts";
import { WhyEvents } from "../../task/why-events.tsx";
import { Part } from "./part.tsx";

const SHOWN = 5;

/** Why a task is as it is, in the side panel: the latest of what was decided. */
export function RecordWhy({
  record,
  note,
}: {
  readonly record: number;
  readonly note?: string | undefined;
}): ReactElement {
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const { data: why, error, refetch } = useQuery(whyQuery(record));
  const events = why?.events ?? [];
  return (
    <Part
      title="Why"
      about={note}
      action={
        events.length > SHOWN && (
          <Link to="/tasks/$id" params={{ id: String(record) }} hash="why" className="text-accent hover:underline">
            All {count(events.length)}
          </Link>
        )
      }
    >
      {why === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} label="The decisions are loaded" />
        ) : (
          <Problem what="The decisions" error={error} onRetry={() => void refetch()} />
        )
      ) : events.length === 0 ? (
        <p className="text-small text-ink-2">Nothing was decided about it.</p>
      ) : (
        <WhyEvents events={events.slice(-SHOWN)} whys={[why]} clock={clock} now={now} />
      )}
    </Part>
  );
}
