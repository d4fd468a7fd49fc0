import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Brand } from "../components/brand.tsx";
import { Icon } from "../components/icon.tsx";
import { Mark, type Status } from "../components/mark.tsx";
import { count } from "../services/format.ts";
import { dayStart } from "../services/day-start.ts";
import { useNow } from "../services/now.ts";
import { brokenFilesQuery, runningBackfillsQuery, summaryQuery, unmatchedTodayQuery } from "../services/queries.ts";
import { useZone } from "../services/preferences.ts";
import { usePlaces, useSeesAll } from "./places.ts";
import { Vitals } from "./vitals.tsx";

const MINUTE = 60_000;

interface Need {
  readonly status: Status;
  readonly count: number;
  readonly words: string;
}

/** The pages, each with what needs somebody. On a phone it is a bar at the bottom. */
export function Rail(): ReactElement {
  const needs = useNeeds();
  const places = usePlaces();
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 row-span-2 flex h-dvh flex-col border-r border-line bg-canvas px-2 pb-2 max-[720px]:fixed max-[720px]:inset-x-0 max-[720px]:top-auto max-[720px]:bottom-0 max-[720px]:z-10 max-[720px]:h-auto max-[720px]:border-t max-[720px]:border-r-0 max-[720px]:pb-0 print:hidden"
    >
      <Link to="/" className="flex h-(--top-h) items-center gap-2 px-2 font-semibold tracking-tight max-[720px]:hidden">
        <Brand />
        <span className="min-[721px]:max-[1180px]:sr-only">Flowlord</span>
      </Link>
      <ul className="max-[720px]:flex">
        {places.map(({ to, name, icon }) => (
          <li key={name} className="max-[720px]:flex-1">
            <Link
              to={to}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              activeProps={{ className: "bg-surface-4 font-medium text-ink" }}
              inactiveProps={{ className: "text-ink-2" }}
              title={name}
              className="relative flex h-7.5 items-center gap-2.5 rounded-control px-2 hover:bg-surface-4 max-[720px]:h-13 max-[720px]:flex-col max-[720px]:justify-center max-[720px]:gap-0.5 max-[720px]:text-micro"
            >
              <Icon name={icon} />
              <span className="min-[721px]:max-[1180px]:sr-only">{name}</span>
              <NeedCount need={needs.get(name) ?? null} />
            </Link>
          </li>
        ))}
      </ul>
      <Vitals />
    </nav>
  );
}

function useNeeds(): ReadonlyMap<string, Need> {
  const tz = useZone();
  const now = useNow(MINUTE);
  const seesAll = useSeesAll();
  const { data } = useQuery({ ...summaryQuery({ period: "day", at: null, tz }), enabled: seesAll === true });
  const { data: files } = useQuery({ ...unmatchedTodayQuery(dayStart(now, tz)), enabled: seesAll === true });
  const { data: backfills } = useQuery({ ...runningBackfillsQuery, enabled: seesAll === true });
  const { data: broken } = useQuery({ ...brokenFilesQuery, enabled: seesAll === true });
  if (data === undefined) return new Map();
  const failed = data.task_summary.failed;
  const alerts = data.open_alerts.reduce((sum, group) => sum + group.alerts, 0);
  return new Map<string, Need>([
    ["Tasks", { status: "error", count: failed, words: "tasks failed today" }],
    ["Files", { status: "warn", count: files ?? 0, words: "files matched no phase today" }],
    ["Workflows", { status: "error", count: broken ?? 0, words: "workflow files with errors" }],
    ["Alerts", { status: "alert", count: alerts, words: "open alerts" }],
    ["Backfill", { status: "running", count: backfills?.length ?? 0, words: "running backfills" }],
  ]);
}

function NeedCount({ need }: { readonly need: Need | null }): ReactElement | null {
  if (need === null || need.count === 0) return null;
  return (
    <b className="ml-auto inline-flex items-center gap-1 text-small font-medium text-ink max-[1180px]:absolute max-[1180px]:top-0 max-[1180px]:right-0 max-[720px]:top-1 max-[720px]:right-[calc(50%-20px)]">
      <Mark status={need.status} size={12} />
      <span className="max-[1180px]:sr-only">{count(need.count)}</span>
      <span className="sr-only"> {need.words}</span>
    </b>
  );
}
