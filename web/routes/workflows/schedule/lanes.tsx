import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { LoadAnswer } from "../../../../src/contract/api/workflows/schedule-api.ts";
import { FIELD } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Mark } from "../../../components/mark.tsx";
import { useWidth } from "../../../components/use-width.ts";
import { Segments } from "../../../components/segments.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { useMedia } from "../../../services/media.ts";
import { createdBetween, ofKind, type Span } from "../../../services/query-text.ts";
import { ticksOf } from "../../../services/time/time-ticks.ts";
import { heldIn, type Lane, laneOf, sorted, stepsOf } from "./lane.ts";
import { LaneDrawing, PausedPattern } from "./lane-drawing.tsx";
import { LanesTable } from "./lanes-table.tsx";

interface Props {
  readonly load: LoadAnswer;
  readonly span: Span;
  readonly clock: Clock;
  readonly now: number;
  readonly by: "hour" | "day";
  /** The place of the names, as a class: the same as of the chart above. */
  readonly labels: string;
}

const ROW = 28;
/** More lanes are shown when asked for: below them stands what changes of clocks do. */
const MAX_LANES = 40;
const SORTS = [
  { value: "worst", name: "Worst first" },
  { value: "name", name: "By name" },
] as const;

/** A lane for each phase that ticks by the clock. Arrows read it, Enter lists the tasks. */
export function Lanes({ load, span, clock, now, by, labels }: Props): ReactElement {
  const { name: text = "", sort } = useSearch({ from: "/shell/workflows/schedule" });
  const navigate = useNavigate();
  const [isTable, setTable] = useState(false);
  const [isLong, setLong] = useState(false);
  const [read, setRead] = useState<{ readonly lane: number; readonly step: number } | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot);
  const [margin, setMargin] = useState(0);
  const isPrinted = useMedia("print");
  const steps = useMemo(() => stepsOf(load), [load]);
  const all = useMemo(() => load.phases.map((phase) => laneOf(phase, steps, now)), [load.phases, steps, now]);
  const found = useMemo(
    () =>
      sorted(
        all.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())),
        sort === "name",
      ),
    [all, text, sort],
  );
  const lanes = isLong ? found : found.slice(0, MAX_LANES);
  useLayoutEffect(
    () => setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY),
    [lanes.length, isTable],
  );
  const rows = useWindowVirtualizer({
    count: lanes.length,
    estimateSize: () => ROW,
    overscan: isPrinted ? lanes.length : 12,
    scrollMargin: margin,
    getItemKey: (index) => lanes[index]?.phase.phase_id ?? index,
  });
  const set = (next: { readonly name?: string | undefined; readonly sort?: string | undefined }): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const open = (lane: Lane | undefined, step: number): void => {
    const of = steps[step];
    if (lane === undefined || of === undefined || of.from > now) return;
    void navigate({
      to: "/tasks",
      search: { q: `${ofKind(lane.phase.type, lane.phase.job)} ${createdBetween(of)}` },
    });
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.target !== body.current) return;
    const from = read ?? {
      lane: 0,
      step: Math.max(
        0,
        steps.findIndex(({ until }) => until > now),
      ),
    };
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (by !== undefined) {
      const clamp = (value: number, length: number): number => Math.min(length - 1, Math.max(0, value));
      const [down = 0, right = 0] = read === null ? [] : by;
      const next = { lane: clamp(from.lane + down, lanes.length), step: clamp(from.step + right, steps.length) };
      setRead(next);
      rows.scrollToIndex(next.lane);
    } else if (event.key === "Enter" && read !== null) open(lanes[read.lane], read.step);
    else if (event.key === "Escape" && read !== null) setRead(null);
    else return;
    event.preventDefault();
  };
  const place = ({ clientX }: PointerEvent | React.MouseEvent, lane: number): { lane: number; step: number } | null => {
    const box = plot.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const at = span.from + ((clientX - box.left) / box.width) * (span.until - span.from);
    const step = steps.findIndex(({ from, until }) => from <= at && at < until);
    return step < 0 ? null : { lane, step };
  };
  const reading = read === null ? undefined : lanes[read.lane];
  return (
    <section aria-label="Ticks" className="px-(--gutter) pt-3 pb-4">
      <PausedPattern />
      <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">Ticks</h2>
        <p className="flex min-h-4 flex-wrap items-center gap-x-3 text-small text-ink-2" aria-live="polite">
          {reading !== undefined && read !== null && steps[read.step] !== undefined ? (
            <Readout lane={reading} step={read.step} of={steps[read.step] ?? span} by={by} clock={clock} now={now} />
          ) : (
            <Summary lanes={all} phases={load.all_phases} by={by} />
          )}
        </p>
        <span className="ml-auto flex flex-wrap items-center gap-2 max-[720px]:ml-0 max-[720px]:w-full">
          <input
            type="search"
            aria-label="Filter by name"
            placeholder="Filter by name"
            className={`${FIELD} w-40! text-small max-[720px]:w-0! max-[720px]:flex-1`}
            value={text}
            onChange={({ target }) => set({ name: target.value === "" ? undefined : target.value })}
          />
          <Segments
            label="Order"
            options={SORTS}
            value={sort === "name" ? "name" : "worst"}
            onChange={(next) => set({ sort: next === "name" ? next : undefined })}
          />
          <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </span>
      </div>
      {found.length === 0 ? (
        <Empty action={<Button onClick={() => set({ name: undefined })}>Show all {count(all.length)}</Button>}>
          No phase with a schedule has “{text}” in its name.
        </Empty>
      ) : isTable ? (
        <LanesTable lanes={found} />
      ) : (
        <div
          ref={body}
          role="group"
          aria-label="Ticks by phase. Arrows read a field, Enter lists its tasks; Show as table has the numbers"
          tabIndex={0}
          onKeyDown={keys}
          onPointerLeave={() => setRead(null)}
        >
          <div className="relative" style={{ height: rows.getTotalSize() }}>
            <div className={`absolute inset-0 ${labels}`} aria-hidden="true">
              <div ref={plot} className="h-full">
                <Axis span={span} zone={clock.zone} now={now} />
              </div>
            </div>
            {rows.getVirtualItems().map(({ key, index, start }) => {
              const lane = lanes[index];
              const held = lane === undefined ? null : heldIn(lane.phase, span, now);
              return (
                lane !== undefined && (
                  // The group around it has the same by keys.
                  <div
                    key={key}
                    role="presentation"
                    className="absolute inset-x-0 flex h-7 items-center border-b border-line hover:bg-surface-2"
                    style={{ top: start - margin }}
                    onPointerMove={(event) => setRead(place(event, index))}
                    onClick={(event) => {
                      const at = place(event, index);
                      if (at !== null) open(lane, at.step);
                    }}
                  >
                    <span className={`absolute left-0 pl-0! ${labels} w-0 overflow-visible`}>
                      <Link
                        to="/workflows"
                        search={{ file: lane.phase.workflow, phase: lane.phase.phase_id }}
                        title={`${lane.name}, ${lane.phase.workflow}: ${lane.phase.cron} (${lane.phase.zone})`}
                        className={`block w-34 truncate py-1 pr-1 text-small hover:underline max-[720px]:w-22 ${held === null ? "" : "text-ink-3"}`}
                        onClick={(event) => event.stopPropagation()}
                      >
                        {lane.name}
                      </Link>
                    </span>
                    <div className={`min-w-0 flex-1 ${labels}`}>
                      <LaneDrawing
                        lane={lane}
                        span={span}
                        now={now}
                        held={held === null ? null : { span: held, text: pauseText(lane, clock, now) }}
                        width={width}
                        read={read?.lane === index ? (steps[read.step] ?? null) : null}
                      />
                    </div>
                  </div>
                )
              );
            })}
          </div>
          <div className={labels} aria-hidden="true">
            <Scale span={span} zone={clock.zone} />
          </div>
        </div>
      )}
      {!isTable && found.length > lanes.length && (
        <Button className="mt-2" onClick={() => setLong(true)}>
          Show all {count(found.length)} phases
        </Button>
      )}
    </section>
  );
}

function pauseText({ phase: { held } }: Lane, clock: Clock, now: number): string {
  if (held?.until === null || held === null) return "paused";
  const until = Date.parse(held.until);
  return `paused until ${clock.day(until, now)} ${clock.minutes(until)}`;
}

/** Grid lines and now, behind all lanes. */
function Axis({ span, zone, now }: { readonly span: Span; readonly zone: string; readonly now: number }): ReactElement {
  const x = (at: number): string => `${(((at - span.from) / (span.until - span.from)) * 100).toFixed(3)}%`;
  return (
    <svg width="100%" height="100%" className="block overflow-visible">
      {ticksOf(span, zone, 9).map(({ at }) => (
        <line key={at} x1={x(at)} x2={x(at)} y1="0" y2="100%" stroke="var(--chart-grid)" />
      ))}
      {now > span.from && now < span.until && (
        <line x1={x(now)} x2={x(now)} y1="0" y2="100%" stroke="var(--accent)" strokeWidth="1.5" />
      )}
    </svg>
  );
}

function Scale({ span, zone }: { readonly span: Span; readonly zone: string }): ReactElement {
  const isPhone = useMedia("(max-width: 720px)");
  const x = (at: number): string => `${(((at - span.from) / (span.until - span.from)) * 100).toFixed(3)}%`;
  return (
    <svg width="100%" height="20" className="block overflow-visible text-micro">
      {ticksOf(span, zone, isPhone ? 5 : 9).map(({ at, name }) => (
        <text key={at} x={x(at)} y="14" fill="var(--ink-3)">
          {name}
        </text>
      ))}
    </svg>
  );
}

function Summary({
  lanes,
  phases,
  by,
}: {
  readonly lanes: readonly Lane[];
  readonly phases: number;
  readonly by: string;
}): ReactElement {
  const failed = lanes.reduce((all, lane) => all + lane.failed, 0);
  const alerts = lanes.reduce((all, lane) => all + lane.alerts, 0);
  return (
    <>
      <span>
        {count(lanes.length)} of {count(phases)} phases tick by the clock
      </span>
      <span className="max-[720px]:hidden">a number: that many ticks in the {by}</span>
      {alerts > 0 && (
        <span className="inline-flex items-center gap-1">
          <Mark status="alert" size={12} label={`${by}s with alerts`} />
          {count(alerts)}
        </span>
      )}
      {failed > 0 && (
        <span className="inline-flex items-center gap-1">
          <Mark status="error" size={12} label="failed tasks" />
          {count(failed)}
        </span>
      )}
    </>
  );
}

interface ReadoutProps {
  readonly lane: Lane;
  readonly step: number;
  readonly of: Span;
  readonly by: "hour" | "day";
  readonly clock: Clock;
  readonly now: number;
}

function Readout({ lane, step, of, by, clock, now }: ReadoutProps): ReactElement {
  const ticks = lane.phase.ticks[step] ?? 0;
  const result = lane.phase.results?.find((one) => one.step === step);
  return (
    <>
      <b className="font-semibold text-ink">{lane.name}</b>
      <span>{by === "day" ? clock.day(of.from, now) : `${clock.minutes(of.from)}–${clock.minutes(of.until)}`}</span>
      <span>{ticks === 1 ? "1 tick" : `${count(ticks)} ticks`}</span>
      {of.from <= now && lane.phase.results !== null && (
        <span>
          {result === undefined
            ? "no task made"
            : `${count(result.tasks)} ${result.tasks === 1 ? "task" : "tasks"}${result.failed > 0 ? `, ${count(result.failed)} failed` : ""}`}
        </span>
      )}
    </>
  );
}
