import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { Nothing } from "../nothing.tsx";
import { FailureRow } from "./failure-row.tsx";
import { failuresQuery } from "./failure-queries.ts";

interface Props {
  readonly query: string;
  readonly clock: Clock;
  readonly now: number;
  readonly onSearch: (query: string) => void;
}

/** What failed, by what went wrong: one press sends all of a group again. It empties as work is done. */
export function FailureGroups({ query, clock, now, onSearch }: Props): ReactElement {
  const tz = clock.zone;
  const { data, error, refetch } = useQuery({ ...failuresQuery({ query, tz }), placeholderData: keepPreviousData });
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={6} label="Failures are loaded" />
    ) : (
      <Problem what="The failures" error={error} onRetry={() => void refetch()} />
    );
  if (data.groups.length === 0) return <Nothing query={query} clock={clock} now={now} onSearch={onSearch} />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label="Failures by what went wrong">
        {data.groups.map((group) => (
          <FailureRow key={group.fingerprint} group={group} query={query} clock={clock} now={now} />
        ))}
      </ul>
      {(data.found > data.groups.length || data.searched_to !== null) && (
        <p className="px-(--gutter) py-2 text-small text-ink-3">
          {data.found > data.groups.length && `${count(data.found - data.groups.length)} rarer ones are left out. `}
          {data.searched_to !== null && `Counted back to ${clock.moment(Date.parse(data.searched_to), now)}.`}
        </p>
      )}
    </div>
  );
}
