import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { SummaryAnswer } from "../../../../src/contract/api/instance/summary-api.ts";
import { Mark } from "../../../components/mark.tsx";
import { ago, type Clock, count, duration, NOTHING, share } from "../../../services/format.ts";
import { statusOf } from "../../../services/task-status.ts";
import { type Kind, rateOf } from "./columns.ts";
import type { Runs, runsOf } from "./runs.ts";

export interface About {
  readonly nodes: Parameters<typeof runsOf>[0];
  readonly ticks: Parameters<typeof runsOf>[1];
  readonly clock: Clock;
  readonly now: number;
  readonly period: SummaryAnswer["time_period"];
}

/** The bar of an error rate is full at this share. */
const FULL = 0.1;

export function NumberCells({
  kind,
  threshold,
}: {
  readonly kind: Kind;
  readonly threshold: number | null;
}): ReactElement {
  const rate = rateOf(kind);
  const isAbove = rate !== null && threshold !== null && rate > threshold;
  return (
    <>
      <Cell>{count(kind.total)}</Cell>
      <Cell>{count(kind.completed)}</Cell>
      <Cell look={kind.warned === 0 ? "text-ink-3" : "text-warn-text"}>{count(kind.warned)}</Cell>
      <Cell look={kind.failed === 0 ? "text-ink-3" : "text-error-text"}>{count(kind.failed)}</Cell>
      <Cell look={kind.alerted === 0 ? "text-ink-3" : "text-(--alert-text)"}>{count(kind.alerted)}</Cell>
      <Cell look={isAbove ? "text-error-text" : ""}>
        <span className="inline-flex items-center justify-end gap-2">
          <svg width="28" height="6" aria-hidden="true">
            <rect width="28" height="6" rx="1" fill="var(--surface-4)" />
            <rect
              width={Math.min(1, (rate ?? 0) / FULL) * 28}
              height="6"
              rx="1"
              fill={isAbove ? "var(--error)" : "var(--chart-1)"}
            />
          </svg>
          <span className="w-11">{rate === null ? NOTHING : share(rate)}</span>
        </span>
      </Cell>
      <Cell>{kind.avg_duration_ms === null ? NOTHING : duration(kind.avg_duration_ms)}</Cell>
      <Cell>{kind.p95_duration_ms === null ? NOTHING : duration(kind.p95_duration_ms)}</Cell>
    </>
  );
}

function Cell({ look = "", children }: { readonly look?: string; readonly children: ReactNode }): ReactElement {
  return <td className={`text-right font-normal ${look}`}>{children}</td>;
}

/** When it ran last, which leads to that task, and when it runs next. */
export function RunCells({ runs, about }: { readonly runs: Runs; readonly about: About }): ReactElement {
  const { last, next, isByFile, isByParent } = runs;
  const { clock, now } = about;
  const at = next === null ? null : Date.parse(next);
  return (
    <>
      <td className="font-normal">
        {last === null ? (
          <span className="text-ink-3">{NOTHING}</span>
        ) : (
          <Link
            to="/tasks/$id"
            params={{ id: String(last.record_id) }}
            className="inline-flex items-center gap-1.5 hover:underline"
            title={`${clock.moment(Date.parse(last.at), now)}, ${ago(Date.parse(last.at), now)}`}
          >
            <Mark status={statusOf({ ...last, attempt: 0 })} label={statusOf({ ...last, attempt: 0 })} />
            {shortTime(Date.parse(last.at), about)}
          </Link>
        )}
      </td>
      <td className="font-normal text-ink-2">
        {at !== null ? (
          <time dateTime={next ?? ""} title={ago(at, now)}>
            {shortTime(at, about)}
          </time>
        ) : isByFile ? (
          "on file"
        ) : isByParent ? (
          "on parent"
        ) : (
          <span className="text-ink-3">{NOTHING}</span>
        )}
      </td>
    </>
  );
}

/** `14:30`, of another day `13 Jan 14:30`. */
function shortTime(at: number, { clock, now }: About): string {
  return clock.moment(at, now).replace(/:\d\d$/, "");
}
