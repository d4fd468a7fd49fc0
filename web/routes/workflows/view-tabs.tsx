import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { TabRow } from "../../components/tab-row.tsx";
import { count } from "../../services/format.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { ticksOfDayQuery, workflowsQuery } from "./workflows-queries.ts";

/** The files, and their common schedule; buttons of the page at the right. */
export function ViewTabs({
  at,
  children,
}: {
  readonly at: "files" | "schedule";
  readonly children?: ReactNode;
}): ReactElement {
  const { data: files } = useQuery(workflowsQuery(false));
  const { data: ticks } = useQuery(ticksOfDayQuery(useNow(60_000), useZone()));
  return (
    <div className="flex flex-wrap items-center gap-x-3 border-b border-line [&_nav]:border-b-0">
      <div className="min-w-0 flex-1">
        <TabRow
          label="Workflows"
          tabs={[
            {
              name: (
                <>
                  Files
                  <span className="font-normal text-ink-3">{files === undefined ? "" : count(files.length)}</span>
                </>
              ),
              link: { to: "/workflows" },
              isCurrent: at === "files",
            },
            {
              name: (
                <>
                  Schedule
                  <span className="font-normal text-ink-3">
                    {ticks === undefined ? "" : `${count(ticks)} tick${ticks === 1 ? "" : "s"} today`}
                  </span>
                </>
              ),
              link: { to: "/workflows/schedule" },
              isCurrent: at === "schedule",
            },
          ]}
        />
      </div>
      {children}
    </div>
  );
}
