import type { Status } from "../../../components/mark.tsx";
import { statusOf } from "../../../services/task-status.ts";
import type { PhaseTask } from "../durations/grid-queries.ts";
import { worse } from "../durations/use-task-times.ts";
import { floorTo, type Step, wallOfText } from "../durations/wall-times.ts";

/** The tasks of a phase that have the same name at all task times. */
export interface TaskRow {
  readonly name: string;
  /** By column; a hole is no task. */
  readonly states: readonly (Status | undefined)[];
}

/** At most so many rows of a phase. */
export const MAX_TASK_ROWS = 60;

/** Rows of tasks below that of their phase, in the order of their names. */
export function taskRows(tasks: readonly PhaseTask[], columns: readonly number[], step: Step): readonly TaskRow[] {
  const names = namesOf(tasks);
  const columnOf = new Map(columns.map((wall, column) => [wall, column]));
  const rows = new Map<string, (Status | undefined)[]>();
  for (const task of tasks) {
    const column = columnOf.get(floorTo(wallOfText(task.time), step));
    const name = names.get(task.record_id) ?? "";
    if (column === undefined) continue;
    let states = rows.get(name);
    if (states === undefined) rows.set(name, (states = []));
    states[column] = worse(states[column], statusOf(task));
  }
  return [...rows].map(([name, states]) => ({ name, states })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A name for each task, by its record: the values of its info that tell it from the others of its task time. Alike ones
 * are numbered.
 */
export function namesOf(tasks: readonly Pick<PhaseTask, "record_id" | "time" | "info">[]): ReadonlyMap<number, string> {
  const parts = new Map(tasks.map((task) => [task.record_id, partsOf(task.info)]));
  const varied = new Set<string>();
  const byTime = Map.groupBy(tasks, ({ time }) => time);
  for (const own of byTime.values()) {
    const first = parts.get(own[0]?.record_id ?? 0);
    for (const task of own)
      for (const [key, value] of parts.get(task.record_id) ?? []) if (first?.get(key) !== value) varied.add(key);
  }
  const names = new Map<number, string>();
  for (const own of byTime.values()) {
    const seen = new Map<string, number>();
    for (const task of own) {
      const name = [...(parts.get(task.record_id) ?? [])]
        .filter(([key]) => varied.has(key))
        .map(([, value]) => value)
        .join(" ");
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      names.set(task.record_id, nth === 1 && name !== "" ? name : `${name} ${nth}`.trim());
    }
  }
  return names;
}

/** The pieces of the path and the values of the query of an info. */
function partsOf(info: string): ReadonlyMap<string, string> {
  const at = info.indexOf("?");
  const path = at < 0 ? info : info.slice(0, at);
  const parts = new Map<string, string>();
  path.split("/").forEach((piece, index) => parts.set(`/${index}`, piece));
  if (at >= 0) for (const [key, value] of new URLSearchParams(info.slice(at + 1))) parts.set(key, value);
  return parts;
}
