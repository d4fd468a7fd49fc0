import { useQueries, useQuery } from "@tanstack/react-query";
import type { z } from "zod";
import type { facetsAnswer } from "../../src/contract/api/tasks/task-list-api.ts";
import { get } from "../services/api.ts";
import { phasesQuery } from "../services/queries.ts";
import { condition } from "../services/query-text.ts";
import type { Selection } from "./ask.ts";

type Facets = z.output<typeof facetsAnswer>;

/** Types that are looked at closer, and the longest query that names its records. */
const [TYPES, LONGEST] = [5, 1500];

export interface KindCount {
  readonly type: string;
  readonly job: string;
  readonly records: number;
  /** How its newest task went; null: it is not known. */
  readonly last: { readonly isFailed: boolean; readonly words: string; readonly at: string } | null;
}

/** How many records of each type and job a selection has, the most first, and how each fares now. */
export function useKinds(selection: Selection): readonly KindCount[] {
  const query = queryOf(selection);
  const tz = "query" in selection ? selection.tz : undefined;
  const facets = (text: string) => ({
    queryKey: ["tried", "kinds", text, tz ?? ""],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      get<Facets>("/api/tasks/facets", { query: text, tz }, signal),
    gcTime: 0,
  });
  const { data: types } = useQuery({ ...facets(query ?? ""), enabled: query !== null });
  const nodes = useQuery(phasesQuery).data?.nodes ?? [];
  const named = query === null ? [] : (types?.facets.type.slice(0, TYPES) ?? []);
  const jobs = useQueries({
    queries: named.map(({ value }) => facets(`${query === "" ? "" : `(${query}) `}${condition("type", value)}`)),
  });
  return named
    .flatMap(({ value: type }, at) =>
      (jobs[at]?.data?.facets.job ?? []).map(({ value: job, count }): KindCount => {
        const last = nodes.find((node) => node.type === type && node.job === job && node.last !== null)?.last ?? null;
        return { type, job, records: count, last: last === null ? null : fared(last) };
      }),
    )
    .toSorted((a, b) => b.records - a.records);
}

function queryOf(selection: Selection): string | null {
  if ("query" in selection) return selection.query;
  const query = `record:${selection.ids.join(",")}`;
  return query.length > LONGEST ? null : query;
}

function fared({ state, result, at }: { readonly state: string; readonly result: string; readonly at: string }) {
  if (state !== "finished") return { isFailed: state === "overdue", words: state, at };
  const isWell = result === "complete" || result === "warn";
  return { isFailed: !isWell, words: isWell ? "completed last" : "failed last", at };
}
