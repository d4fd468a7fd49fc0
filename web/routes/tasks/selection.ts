import { useEffect, useState } from "react";
import type { Selection } from "../../acting/ask.ts";
import { hold } from "../../services/live.ts";
import { selectAll, type ShownTask } from "./tasks-queries.ts";

/** Rows that were chosen one by one, or all that the query finds, counted when they were chosen. */
export interface Selected {
  readonly records: ReadonlySet<number>;
  readonly isEverything: boolean;
}

const NONE: Selected = { records: new Set(), isEverything: false };

export interface SelectedTasks {
  readonly count: number;
  readonly isEverything: boolean;
  readonly has: (record: number) => boolean;
  /** As the dialogs want it; null: nothing is selected. */
  readonly asked: Selection | null;
  readonly toggle: (index: number, isRange: boolean) => void;
  readonly toggleLoaded: () => void;
  readonly chooseAll: () => Promise<void>;
  readonly clear: () => void;
}

/** What is selected; while something is, rows stay where they are. Another query begins without. */
export function useSelected(tasks: readonly ShownTask[], query: string, tz: string): SelectedTasks {
  const [selected, setSelected] = useState(NONE);
  const [last, setLast] = useState(0);
  const [of, setOf] = useState(query);
  if (of !== query) {
    setOf(query);
    setSelected(NONE);
  }
  const { records, isEverything } = selected;
  const isSome = records.size > 0;
  useEffect(() => (isSome ? hold() : undefined), [isSome]);
  return {
    count: records.size,
    isEverything,
    has: (record) => isEverything || records.has(record),
    asked: !isSome ? null : isEverything ? { query, tz } : { ids: [...records] },
    toggle(index, isRange) {
      const record = tasks[index]?.record_id;
      if (record === undefined) return;
      const next = new Set(records);
      const [from, until] = [Math.min(last, index), Math.max(last, index)];
      if (isRange) for (const task of tasks.slice(from, until + 1)) next.add(task.record_id);
      else if (!next.delete(record)) next.add(record);
      setLast(index);
      setSelected({ records: next, isEverything: false });
    },
    toggleLoaded() {
      const isAll = tasks.length > 0 && tasks.every((task) => records.has(task.record_id));
      setSelected(isAll ? NONE : { records: new Set(tasks.map((task) => task.record_id)), isEverything: false });
    },
    async chooseAll() {
      setSelected({ records: new Set(await selectAll({ query, tz })), isEverything: true });
    },
    clear: () => setSelected(NONE),
  };
}
