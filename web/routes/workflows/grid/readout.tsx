import type { ReactElement } from "react";
import { Mark, type Status } from "../../../components/mark.tsx";
import type { SlotPlace } from "../../../components/slots/slot.ts";
import { count } from "../../../services/format.ts";
import { barText } from "../durations/durations.ts";
import { type TaskTimes, WORST } from "../durations/use-task-times.ts";
import { showings, wallText } from "../durations/wall-times.ts";
import type { GridRow } from "./grid-rows.ts";

interface Props {
  readonly times: TaskTimes;
  readonly rows: readonly GridRow[];
  /** Without one the newest task time that has a task. */
  readonly read: SlotPlace | null;
}

/** The task time that is read: how long it took, its slots by state, and the slot that is pointed at. */
export function Readout({ times, rows, read }: Props): ReactElement {
  const { columns, bars, usual, step } = times;
  const column = read?.column ?? bars.findLastIndex(({ ms }) => ms !== null);
  const wall = columns[column];
  const bar = bars[column];
  if (wall === undefined || bar === undefined) return <span className="text-ink-3">No task time is shown.</span>;
  const row = read === null ? undefined : rows[read.row];
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 text-ink-2" aria-live="polite">
      <b className="font-mono font-medium text-ink">{wallText(wall, step)}</b>
      <span>{barText(bar, usual)}</span>
      {countsOf(times, column).map(([status, number]) => (
        <span key={status} data-status={status} className="inline-flex items-center gap-1" title={status}>
          <Mark status={status} size={12} label={status} />
          {count(number)}
        </span>
      ))}
      {row !== undefined && <span className="truncate">{slotText(times, row, column)}</span>}
    </span>
  );
}

function countsOf(times: TaskTimes, column: number): readonly (readonly [Status, number])[] {
  const counts = new Map<Status, number>();
  for (const phase of times.data?.phases ?? []) {
    const state = times.cellAt(phase.phase_id, column)?.state;
    if (state !== undefined) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return WORST.toReversed().flatMap((status) => {
    const number = counts.get(status);
    return number === undefined ? [] : [[status, number] as const];
  });
}

/** "load:warehouse: retrying, 6 tasks, 6 failed". */
function slotText(times: TaskTimes, row: GridRow, column: number): string {
  const { phase, label } = row;
  const name = row.isTask ? `${phase.task} ${label}` : label;
  const state = row.slotAt(column)?.state;
  const cell = times.cellAt(phase.phase_id, column);
  const zone = times.zoneOf(phase.phase_id) ?? "UTC";
  const shown = times.step === "hour" ? showings(times.columns[column] ?? 0, zone) : 1;
  const twice = shown === 2 ? `; this hour comes twice in ${zone}` : "";
  if (state === "planned") return `${name}: still to come`;
  if (shown === 0) return `${name}: this hour does not come in ${zone}, its clocks are moved over it`;
  if (state === undefined) return `${name}: no task${twice}`;
  if (row.isTask || cell === undefined || cell.tasks === 1) return `${name}: ${state}${twice}`;
  const failed = cell.failed === 0 ? "" : `, ${count(cell.failed)} failed`;
  return `${name}: ${state}, the worst of ${count(cell.tasks)} tasks${failed}${twice}`;
}
