import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { runningBackfillsQuery } from "../../../services/queries.ts";
import { allQuery } from "../backfill-queries.ts";
import { Backfills } from "./table.tsx";

/** Those that go on, and those that are paused. */
export function Running({ now }: { readonly now: number }): ReactElement {
  const { data, error, refetch } = useQuery(runningBackfillsQuery);
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={3} label="Running backfills are loaded" />
    ) : (
      <Problem what="Running backfills" error={error} onRetry={() => void refetch()} />
    );
  if (data.length === 0)
    return (
      <Empty action={<BeginLink />}>No backfill is running. One that is begun stands here until it is finished.</Empty>
    );
  return <Backfills label="Running backfills" backfills={data} now={now} />;
}

/** Those that came to their end, the newest first. */
export function Past({ now }: { readonly now: number }): ReactElement {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(allQuery);
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={8} label="Past backfills are loaded" />
    ) : (
      <Problem what="Past backfills" error={error} onRetry={() => void refetch()} />
    );
  const past = data.pages
    .flatMap(({ backfills }) => backfills)
    .filter(({ state }) => state === "finished" || state === "cancelled");
  if (past.length === 0 && !hasNextPage)
    return <Empty action={<BeginLink />}>No backfill is past: none was finished or cancelled so far.</Empty>;
  return (
    <>
      <Backfills label="Past backfills" backfills={past} now={now} />
      {hasNextPage && (
        <div className="px-(--gutter) py-3">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older ones
          </Button>
        </div>
      )}
    </>
  );
}

function BeginLink(): ReactElement {
  return (
    <Link to="/backfill" className="text-accent underline">
      Preview one
    </Link>
  );
}
