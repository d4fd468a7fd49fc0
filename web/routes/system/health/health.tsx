import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Clock } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { metricsQuery, POLL_MS, statusQuery } from "../../../services/queries.ts";
import { useSeesAll } from "../../../shell/places.ts";
import { Restricted } from "../../../shell/restricted.tsx";
import { backupsQuery, restoreQuery } from "../backups/backup-queries.ts";
import { Backups } from "../backups/backups.tsx";
import { BackupSlots } from "../backups/backup-slots.tsx";
import { LastCheck } from "../backups/last-check.tsx";
import { RestoreHeld } from "../backups/restore-held.tsx";
import { SizeChart } from "../database/size-chart.tsx";
import { Tables } from "../database/tables.tsx";
import { LastDays } from "../history/last-days.tsx";
import { Timeline } from "../history/timeline.tsx";
import { BusConnections } from "./bus.tsx";
import { workersQuery } from "./health-queries.ts";
import { Pauses } from "./pauses.tsx";
import { ProcessFacts } from "./process-facts.tsx";
import { findings } from "./verdict.ts";
import { VerdictList } from "./verdict-list.tsx";
import { Workers } from "./workers.tsx";

/** Two columns that meet at a line; below each other where there is no room. */
const BESIDE =
  "grid border-b border-line max-[1100px]:grid-cols-1 *:min-w-0 [&>*+*]:border-l [&>*+*]:border-line max-[1100px]:[&>*+*]:border-t max-[1100px]:[&>*+*]:border-l-0";
const NARROW = "grid-cols-[minmax(0,1fr)_348px]";
const WIDE = "grid-cols-[minmax(0,1fr)_430px]";

/** Whether all is connected, backed up and has room; and all that this is known from. */
export function Health(): ReactElement {
  return useSeesAll() === false ? <Restricted what="The health" /> : <Parts />;
}

function Parts(): ReactElement {
  const { data: status, error, refetch } = useQuery({ ...statusQuery, refetchInterval: POLL_MS });
  const { data: metrics, error: metricsError, refetch: refetchMetrics } = useQuery(metricsQuery);
  const { data: backups, error: backupsError, refetch: refetchBackups } = useQuery(backupsQuery);
  const { isPending: areWorkersPending } = useQuery(workersQuery);
  const { isPending: isRestorePending } = useQuery(restoreQuery);
  const now = useNow(5000);
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  if (status === undefined)
    return error === null ? (
      <SkeletonRows rows={20} label="The health is loaded" />
    ) : (
      <Problem what="The health" error={error} onRetry={() => void refetch()} />
    );
  // All at once: what comes later would push down what somebody reads.
  if (
    areWorkersPending ||
    isRestorePending ||
    (metrics === undefined && metricsError === null) ||
    (backups === undefined && backupsError === null)
  )
    return <SkeletonRows rows={20} label="The health is loaded" />;
  const known = { status, metrics: metrics ?? null, backups: backups ?? null };
  const good = backups?.backups.find(({ state }) => state === "verified") ?? null;
  return (
    <>
      <VerdictList findings={findings(known, clock, now)} clock={clock} now={now} />
      <RestoreHeld />
      <Pauses paused={status.paused} />
      <div className={`${BESIDE} ${NARROW}`}>
        <Timeline clock={clock} now={now} />
        <LastDays backups={backups?.backups ?? []} clock={clock} now={now} />
      </div>
      <div className={`${BESIDE} ${WIDE}`}>
        <Workers />
        <div>
          <BusConnections status={status} />
          <ProcessFacts />
        </div>
      </div>
      {metrics === undefined ? (
        metricsError !== null && (
          <Problem what="The database" error={metricsError} onRetry={() => void refetchMetrics()} />
        )
      ) : (
        <>
          <SizeChart database={metrics.database} clock={clock} now={now} />
          <Tables database={metrics.database} />
        </>
      )}
      <div className={`${BESIDE} ${NARROW}`}>
        {backups === undefined ? (
          backupsError !== null && (
            <Problem what="The list of backups" error={backupsError} onRetry={() => void refetchBackups()} />
          )
        ) : (
          <>
            <Backups answer={backups} clock={clock} now={now} />
            <div>
              <BackupSlots answer={backups} clock={clock} now={now} />
              <LastCheck backup={good} />
            </div>
          </>
        )}
      </div>
    </>
  );
}
