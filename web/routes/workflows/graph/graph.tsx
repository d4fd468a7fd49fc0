import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { ReactFlowProvider } from "@xyflow/react";
import { type ReactElement, useMemo } from "react";
import { Empty } from "../../../components/empty.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Clock } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { useFile } from "../frame.tsx";
import { drawnPhases } from "./drawn-phases.ts";
import { issuesQuery } from "../source/source-queries.ts";
import { graphQuery } from "./graph-queries.ts";
import { IssueList } from "./issue-list.tsx";
import { PhaseGraphView } from "./phase-graph-view.tsx";

/** How the phases of a workflow file follow each other, and what each of them does now. */
export function Graph(): ReactElement {
  const { path } = useFile();
  const { phase } = useSearch({ from: "/shell/workflows" });
  const { data, error, refetch } = useQuery(graphQuery(path));
  const { data: issues = [] } = useQuery(issuesQuery(path));
  const zone = useZone();
  const now = useNow(60_000);
  const drawn = useMemo(
    () => (data === undefined ? null : drawnPhases(data, { issues, phase, clock: new Clock(zone), now })),
    [data, issues, phase, zone, now],
  );
  return (
    <section aria-label="Graph" className="max-[720px]:min-h-88">
      {drawn !== null && drawn.nodes.length > 0 ? (
        <ReactFlowProvider>
          <PhaseGraphView
            path={path}
            drawn={drawn}
            workflowOf={new Map(data?.nodes.map((one) => [one.phase_id, one.workflow]))}
          />
        </ReactFlowProvider>
      ) : drawn !== null ? (
        <Empty>{path} has no phase in force. What hinders it is in its source.</Empty>
      ) : error === null ? (
        <SkeletonRows rows={8} label="The graph is loaded" />
      ) : (
        <Problem what="The graph" error={error} onRetry={() => void refetch()} />
      )}
      <IssueList path={path} issues={issues} />
    </section>
  );
}
