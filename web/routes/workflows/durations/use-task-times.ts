import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Status } from "../../../components/mark.tsx";
import type { Slot } from "../../../components/slots/slot.ts";
import { useNow } from "../../../services/now.ts";
import { phasesQuery } from "../../../services/queries.ts";
import { toWall } from "../../../services/time/zone.ts";
import { useFile } from "../frame.tsx";
import { phasesOfQuery } from "../workflows-queries.ts";
import { comingSlots, slotKey } from "./coming.ts";
import { type Bar, barsOf, scaleOf, usualMs } from "./durations.ts";
import { comingQuery, type GridCell, type GridData, gridQuery } from "./grid-queries.ts";
import { floorTo, showings, STEP_MS, type Step, wallOfText, wallText } from "./wall-times.ts";

const [DAY, HOUR] = [STEP_MS.day, STEP_MS.hour];
/** Columns after now by the hour, as far as there are days. */
const AHEAD = 3;
/** The worst first. */
export const WORST: readonly Status[] = [
  "error",
  "alert",
  "overdue",
  "retrying",
  "running",
  "waiting",
  "warn",
  "cancelled",
  "complete",
];

export interface TaskTimes {
  readonly step: Step;
  readonly days: number;
  /** The last day that is shown; null: today. */
  readonly last: string | null;
  readonly from: string;
  readonly to: string;
  readonly columns: readonly number[];
  /** The column that is now. */
  readonly current: number;
  readonly data: GridData | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
  readonly bars: readonly Bar[];
  readonly usual: number | null;
  readonly scale: number;
  readonly cellAt: (phase: number, column: number) => GridCell | undefined;
  readonly slotAt: (phase: number, column: number) => Slot | null;
  readonly zoneOf: (phase: number) => string | null;
}

/** The task times of the file that is shown, as the address asks for them. */
export function useTaskTimes(): TaskTimes {
  const { path } = useFile();
  const { step = "hour", days = step === "hour" ? 2 : 30, last = null } = useSearch({ strict: false });
  const now = useNow(15_000);
  const { data: inForce } = useQuery(phasesQuery);
  // Days begin by the clock of the first phase.
  const { data: phases } = useQuery(phasesOfQuery(path));
  const zone = phases?.[0]?.zone ?? "UTC";
  const today = floorTo(toWall(now, zone), "day");
  const end = last === null ? today : Date.parse(last);
  const first = end - (days - 1) * DAY;
  const [from, to] = [wallText(first, "day"), wallText(end, "day")];
  const { data, error, refetch } = useQuery({
    ...gridQuery({ path, from, to, step }),
    enabled: phases !== undefined,
    placeholderData: keepPreviousData,
  });
  const current = floorTo(toWall(now, zone), step);
  const ends = step === "hour" ? Math.min(end + DAY, Math.max(first + HOUR, current + (AHEAD + 1) * HOUR)) : end + DAY;
  const horizon = new Date(Math.floor(now / HOUR) * HOUR + (AHEAD + 2) * HOUR).toISOString();
  const { data: ticks } = useQuery({ ...comingQuery(path, horizon), enabled: ends > current });
  const columns = useMemo(
    () => Array.from({ length: Math.round((ends - first) / STEP_MS[step]) }, (_, at) => first + at * STEP_MS[step]),
    [ends, first, step],
  );
  const slots = useMemo(
    () => slotsOf(data, ticks ?? [], inForce?.edges ?? [], columns, step),
    [data, ticks, inForce, columns, step],
  );
  const usual = useMemo(() => (data === undefined ? null : usualMs(data.durations)), [data]);
  const bars = useMemo(
    () =>
      barsOf(columns, step, data?.durations ?? [], now, {
        worst: (column) => slots.worst[column] ?? "none",
        isPlanned: (column) => slots.planned.has(columns[column] ?? 0),
      }),
    [columns, step, data, now, slots],
  );
  const scale = useMemo(() => scaleOf(bars, usual), [bars, usual]);
  return {
    step,
    days,
    last,
    from,
    to,
    columns,
    current: columns.indexOf(current),
    data,
    error,
    refetch: () => void refetch(),
    bars,
    usual,
    scale,
    ...slots,
  };
}

interface Slots {
  readonly cellAt: TaskTimes["cellAt"];
  readonly slotAt: TaskTimes["slotAt"];
  readonly zoneOf: TaskTimes["zoneOf"];
  /** Of each column. */
  readonly worst: readonly Status[];
  /** Columns of which something is still to come. */
  readonly planned: ReadonlySet<number>;
}

function slotsOf(
  data: GridData | undefined,
  ticks: Parameters<typeof comingSlots>[0],
  edges: Parameters<typeof comingSlots>[2],
  columns: readonly number[],
  step: Step,
): Slots {
  const zones = new Map(data?.phases.map((phase) => [phase.phase_id, phase.zone]));
  const columnOf = new Map(columns.map((wall, column) => [wall, column]));
  const rows = new Map<number, (GridCell | undefined)[]>();
  const worst: Status[] = [];
  const open = [];
  for (const cell of data?.cells ?? []) {
    const wall = wallOfText(cell.time);
    const column = columnOf.get(wall);
    if (column === undefined) continue;
    let row = rows.get(cell.phase_id);
    if (row === undefined) rows.set(cell.phase_id, (row = []));
    row[column] = cell;
    worst[column] = worse(worst[column], cell.state);
    if (OPEN.has(cell.state)) open.push({ phase_id: cell.phase_id, wall });
  }
  const coming = comingSlots(ticks, open, edges, step);
  const planned = new Set([...coming].map((key) => Number(key.split(" ")[1])));
  return {
    cellAt: (phase, column) => rows.get(phase)?.[column],
    slotAt: (phase, column) => {
      const cell = rows.get(phase)?.[column];
      if (cell !== undefined) return { state: cell.state };
      const wall = columns[column] ?? 0;
      if (coming.has(slotKey(phase, wall))) return { state: "planned" };
      const zone = zones.get(phase);
      return step === "hour" && zone !== undefined && showings(wall, zone) === 0 ? { state: "none" } : null;
    },
    zoneOf: (phase) => zones.get(phase) ?? null,
    worst,
    planned,
  };
}

const OPEN: ReadonlySet<Status> = new Set(["overdue", "retrying", "running", "waiting"]);

export function worse(one: Status | undefined, other: Status): Status {
  return one === undefined || WORST.indexOf(other) < WORST.indexOf(one) ? other : one;
}
