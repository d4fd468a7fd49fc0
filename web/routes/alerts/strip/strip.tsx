import { type ReactElement, useMemo, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { type Clock, count } from "../../../services/format.ts";
import type { ShownAlert } from "../alerts-queries.ts";
import { type Span, spanText } from "../range.ts";
import { LaneChart } from "./lane-chart.tsx";
import { isLasting, lanesOf } from "./lanes.ts";
import { LaneTable } from "./lane-table.tsx";

const SHOWN = 10;

interface Props {
  readonly alerts: readonly ShownAlert[];
  readonly isMore: boolean;
  readonly span: Span;
  readonly clock: Clock;
  readonly now: number;
  readonly onSpan: (span: Span) => void;
  /** Only the alerts of this lane. */
  readonly onLane: (alert: ShownAlert) => void;
}

/** When something was wrong, a lane for each type and job. Drawing on it sets the range of the page. */
export function Strip({ alerts, isMore, span, clock, now, onSpan, onLane }: Props): ReactElement {
  const lanes = useMemo(() => lanesOf(alerts), [alerts]);
  const [read, setRead] = useState<Span | null>(null);
  const [isTable, setTable] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? lanes : lanes.slice(0, SHOWN);
  return (
    <section aria-label="Alerts over time" className="border-b border-line px-(--gutter) py-3">
      <div className="mb-1 flex min-h-7 flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="font-semibold">{spanText(read ?? span, clock, now)}</h2>
        <Readout alerts={read === null ? alerts : alerts.filter((alert) => isIn(alert, read))} isMore={isMore} />
        <Button
          kind="bare"
          className="ml-auto h-6! text-accent"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      {isTable ? (
        <LaneTable lanes={lanes} clock={clock} now={now} />
      ) : (
        <LaneChart
          lanes={shown}
          span={span}
          clock={clock}
          now={now}
          read={read}
          onRead={setRead}
          onSpan={onSpan}
          onLane={onLane}
        />
      )}
      {!isTable && lanes.length > SHOWN && (
        <Button kind="bare" className="-ml-2 text-accent" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show ${count(lanes.length - SHOWN)} more`}
        </Button>
      )}
    </section>
  );
}

function isIn(alert: ShownAlert, { from, until }: Span): boolean {
  const at = Date.parse(alert.created_at);
  return at >= from && at < until;
}

function Readout({
  alerts,
  isMore,
}: {
  readonly alerts: readonly ShownAlert[];
  readonly isMore: boolean;
}): ReactElement {
  const of = (state: ShownAlert["state"]): number => alerts.filter((alert) => alert.state === state).length;
  const resolved = alerts.length - alerts.filter(isLasting).length;
  const parts = [
    `${isMore ? "at least " : ""}${count(alerts.length)} ${alerts.length === 1 ? "alert" : "alerts"}`,
    ...(["open", "acknowledged", "silenced"] as const).flatMap((state) =>
      of(state) === 0 ? [] : [`${count(of(state))} ${state}`],
    ),
    ...(resolved === 0 ? [] : [`${count(resolved)} resolved`]),
  ];
  return (
    <p className="flex flex-wrap gap-x-3 text-small text-ink-2">
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </p>
  );
}
