import type { TaskQuery } from "./task-query.ts";

const COUNTED = ["type", "job", "result", "state"] as const;

/** What counters can answer: null allows any. */
export type CountedFilter = Readonly<Record<(typeof COUNTED)[number], string | null>>;

/** The query as a filter of counters; null: it asks for more than those know. */
export function countedQuery(query: TaskQuery): CountedFilter | null {
  const filter: Record<string, string | null> = { type: null, job: null, result: null, state: null };
  for (const term of query.kind === "and" ? query.terms : [query]) {
    if (term.kind !== "text" || !(term.field in filter) || filter[term.field] !== null) return null;
    const [value, second] = term.values;
    const [text = "", wildcard] = value ?? [];
    if (value === undefined || second !== undefined || wildcard !== undefined) return null;
    filter[term.field] = text;
  }
  return filter as CountedFilter;
}
