import type { Slot } from "../../../components/slots/slot.ts";
import type { GridPhase } from "../durations/grid-queries.ts";
import type { TaskTimes } from "../durations/use-task-times.ts";
import { nameOf } from "../../task/task-text.ts";
import type { TaskRow } from "./task-rows.ts";

/** A row of the grid: a phase, or below it the tasks of one name. */
export interface GridRow {
  readonly key: string;
  readonly phase: GridPhase;
  readonly label: string;
  readonly isTask: boolean;
  /** It has several tasks at a task time: they can have rows of their own. */
  readonly isFoldable: boolean;
  readonly isFolded: boolean;
  readonly top: number;
  readonly height: number;
  readonly slotAt: (column: number) => Slot | null;
}

const TASK_LINE = 12;

/** `tasks`: rows of the phases that are folded out, by the id of the phase. */
export function gridRows(
  data: TaskTimes["data"],
  slotAt: TaskTimes["slotAt"],
  folded: readonly number[],
  tasks: ReadonlyMap<number, readonly TaskRow[]>,
  line: number,
): readonly GridRow[] {
  const several = new Set(data?.cells.filter((cell) => cell.tasks > 1).map((cell) => cell.phase_id));
  const rows: GridRow[] = [];
  let top = 0;
  for (const phase of data?.phases ?? []) {
    const id = phase.phase_id;
    const isFolded = folded.includes(id) && several.has(id);
    rows.push({
      key: String(id),
      phase,
      label: nameOf(phase),
      isTask: false,
      isFoldable: several.has(id),
      isFolded,
      top,
      height: line,
      slotAt: (column) => slotAt(id, column),
    });
    top += line;
    if (!isFolded) continue;
    for (const { name, states } of tasks.get(id) ?? []) {
      rows.push({
        key: `${id} ${name}`,
        phase,
        label: name,
        isTask: true,
        isFoldable: false,
        isFolded: false,
        top,
        height: TASK_LINE,
        slotAt: (column) => {
          const state = states[column];
          return state === undefined ? null : { state };
        },
      });
      top += TASK_LINE;
    }
    top += 4;
  }
  return rows;
}
