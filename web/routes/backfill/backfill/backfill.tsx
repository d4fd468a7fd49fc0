import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";
import { StatusWord } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { ApiError } from "../../../services/api.ts";
import { Clock, count } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { ofKind } from "../../../services/query-text.ts";
import { TopBar } from "../../../shell/top-bar.tsx";
import { type Backfill as One, backfillQuery } from "../backfill-queries.ts";
import { nameOf, spanText, statusOf } from "../backfill-text.ts";
import type { KindLook } from "../slots/cell-rows.ts";
import { SlotsChart } from "../slots/slots-chart.tsx";
import { Actions } from "./actions.tsx";
import { Pace } from "./pace.tsx";
import { Progress } from "./progress.tsx";
import { type SlotState, useCells } from "./use-cells.ts";

const LOOKS: readonly KindLook<SlotState>[] = [
  { kind: "failed", state: "error", word: "failed" },
  { kind: "active", state: "running", word: "running" },
  { kind: "waiting", state: "waiting", word: "waiting" },
  { kind: "cancelled", state: "cancelled", word: "cancelled" },
  { kind: "complete", state: "complete", word: "complete" },
];
const SUMS = ["complete", "failed"] as const;

/** One backfill: how far it is, which slots failed, and what to press. */
export function Backfill(): ReactElement {
  const { id } = useParams({ from: "/shell/backfill/$id" });
  const { data, error, refetch } = useQuery(backfillQuery(id));
  const isUnknown = error instanceof ApiError && (error.status === 404 || error.status === 400);
  return (
    <div className="min-w-0">
      <TopBar
        title={
          <>
            <Link to="/backfill" search={{ list: "running" }} className="font-normal text-ink-2 hover:underline">
              Backfill
            </Link>{" "}
            / {id}
          </>
        }
      />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        {data !== undefined ? (
          <Content backfill={data} />
        ) : isUnknown ? (
          <p className="flex flex-wrap items-center gap-2 px-(--gutter) py-6 text-ink-2">
            There is no backfill {id}, or it was deleted by the retention.
            <Link to="/backfill" search={{ list: "past" }} className="text-accent underline">
              Past backfills
            </Link>
          </p>
        ) : error === null ? (
          <SkeletonRows rows={14} label="The backfill is loaded" />
        ) : (
          <Problem what="The backfill" error={error} onRetry={() => void refetch()} />
        )}
      </main>
    </div>
  );
}

function Content({ backfill }: { readonly backfill: One }): ReactElement {
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const navigate = useNavigate();
  const { cell, rows, error } = useCells(backfill);
  return (
    <>
      <Header backfill={backfill} />
      <div className="grid grid-cols-[max-content_minmax(260px,460px)] items-start gap-x-12 gap-y-5 px-(--gutter) py-4 max-[1180px]:grid-cols-[minmax(0,1fr)]">
        <div className="grid gap-5 min-[1181px]:order-2">
          <Progress backfill={backfill} clock={clock} now={now} />
          <Pace backfill={backfill} clock={clock} now={now} />
        </div>
        {error !== null && rows.length === 0 ? (
          <Problem what="Its slots" error={error} onRetry={() => undefined} />
        ) : (
          <div className="min-h-60 min-w-0">
            <SlotsChart
              title={cell === "hour" ? "Slots by day and hour" : "Slots by month and day"}
              label="Progress of the slots"
              cell={cell}
              zone={backfill.zone}
              rows={rows}
              looks={LOOKS}
              sums={SUMS}
              wrong="failed"
              now={now}
              onChoose={(time) =>
                void navigate({
                  to: "/tasks",
                  search: { q: `${ofKind(backfill.type, backfill.job)} task_time:${time}` },
                })
              }
            />
          </div>
        )}
      </div>
    </>
  );
}

function Header({ backfill }: { readonly backfill: One }): ReactElement {
  const { id, state, note, workflow, order, max_active: active, created_by: by, created_at: at } = backfill;
  return (
    <section aria-label="Backfill" className="grid gap-1.5 border-b border-line px-(--gutter) py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <StatusWord status={statusOf(backfill)}>{state}</StatusWord>
        <h2 className="text-title font-semibold break-all">{nameOf(backfill)}</h2>
        <span className="font-mono text-small" title={backfill.zone}>
          {spanText(backfill)}
        </span>
        <Actions backfill={backfill} />
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small text-ink-2">
        <Link to="/workflows" search={{ file: workflow }} className="hover:underline">
          {workflow}
        </Link>
        <span>
          {backfill.selection === "all" ? "all slots" : backfill.selection.replace(",", " and ")}, {order} first,{" "}
          {count(active)} at once
        </span>
        <span>
          begun <RelativeTime at={at} /> by {by}
        </span>
        <span className="inline-flex items-center text-ink-3">
          backfill {id}
          <CopyButton text={String(id)} what="the number of the backfill" />
        </span>
        <Link to="/tasks" search={{ q: tasksOf(backfill) }} className="text-accent underline">
          Its tasks
        </Link>
      </p>
      {note !== "" && (
        <p className="text-small">
          <span className="text-ink-3">{state === "running" ? "Note" : `Why it is ${state}`}: </span>
          {note}
        </p>
      )}
    </section>
  );
}

/** What it made: of the phase, by a backfill, since it was begun. */
function tasksOf({ type, job, created_at: begun, ended_at: ended }: One): string {
  const second = (time: string): string => time.replace(/\.\d+Z$/, "Z");
  const until = ended === null ? "" : ` decided<=${second(ended)}`;
  return `${ofKind(type, job)} origin:backfill decided>=${second(begun)}${until}`;
}
