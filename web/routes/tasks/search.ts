import { TASK_SORTS } from "./columns.ts";

/** What the address says of the list of tasks. */
export interface TasksSearch {
  /** A query of docs/query-language.md; without it: all tasks. */
  readonly q?: string;
  /** `-created`, `run`; without it the newest first. */
  readonly sort?: string;
}

export function readSearch({ q, sort }: Record<string, unknown>): TasksSearch {
  const isSort = typeof sort === "string" && TASK_SORTS.some((by) => sort === by || sort === `-${by}`);
  return { ...(typeof q === "string" && q !== "" ? { q } : {}), ...(isSort ? { sort } : {}) };
}
