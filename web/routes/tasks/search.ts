import { preferences } from "../../services/preferences.ts";

/** By what the API sorts; `-` before it: descending. */
export const TASK_SORTS = ["created", "task_time", "queue", "run"] as const;

/** What the address says of the list of tasks. */
export interface TasksSearch {
  /** A query of docs/query-language.md; empty: all tasks. Without it the page opens what was last looked at. */
  readonly q?: string;
  /** `-created`, `run`; without it the newest first. */
  readonly sort?: string;
  /** Names of columns with commas between, as a saved view has them; without it as the person wants them. */
  readonly columns?: string;
  /** `groups`: failures by what went wrong. */
  readonly as?: "groups";
}

export function readSearch({ q, sort, columns, as }: Record<string, unknown>): TasksSearch {
  const isSort = typeof sort === "string" && TASK_SORTS.some((by) => sort === by || sort === `-${by}`);
  return {
    // A word that is a number comes as one.
    ...(typeof q === "string" || typeof q === "number" || typeof q === "boolean" ? { q: String(q) } : {}),
    ...(isSort ? { sort } : {}),
    ...(typeof columns === "string" && columns !== "" ? { columns } : {}),
    ...(as === "groups" ? { as } : {}),
  };
}

/** What the plain address opens: what was last looked at, at first the tasks of today. */
export function lastSearch(): TasksSearch {
  const { tasks = {} } = preferences().lastSearch;
  const last = readSearch(tasks);
  return last.q === undefined ? { q: "created:today" } : last;
}
