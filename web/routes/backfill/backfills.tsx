import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { TabRow } from "../../components/tab-row.tsx";
import { count } from "../../services/format.ts";
import { useNow } from "../../services/now.ts";
import { runningBackfillsQuery } from "../../services/queries.ts";
import { TopBar } from "../../shell/top-bar.tsx";
import { Past, Running } from "./list/lists.tsx";
import { New } from "./new/new.tsx";

/** Backfills, and what one would make. */
export function Backfills(): ReactElement {
  const { list } = useSearch({ from: "/shell/backfill" });
  const now = useNow(10_000);
  const { data: running } = useQuery(runningBackfillsQuery);
  return (
    <div className="min-w-0">
      <TopBar title="Backfill" />
      <TabRow
        label="Backfill"
        tabs={[
          { name: "New", link: { to: "/backfill", search: {} }, isCurrent: list === undefined },
          {
            name: (
              <>
                Running
                {running !== undefined && <span className="font-normal text-ink-3">{count(running.length)}</span>}
              </>
            ),
            link: { to: "/backfill", search: { list: "running" } },
            isCurrent: list === "running",
          },
          { name: "Past", link: { to: "/backfill", search: { list: "past" } }, isCurrent: list === "past" },
        ]}
      />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        {list === "running" ? (
          <Running now={now} />
        ) : list === "past" ? (
          <Past now={now} />
        ) : (
          <>
            <New now={now} />
            {running !== undefined && running.length > 0 && (
              <section aria-label="Running">
                <h2 className="px-(--gutter) pt-4 pb-2 font-semibold">Running</h2>
                <Running now={now} />
              </section>
            )}
          </>
        )}
      </main>
    </div>
  );
}
