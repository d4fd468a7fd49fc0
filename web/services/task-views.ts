import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { viewAnswer, viewsAnswer } from "../../src/contract/api/access/view-api.ts";
import { get } from "./api.ts";

/** A list of tasks under a name, as the address of the page has it. */
export interface TaskView {
  readonly name: string;
  readonly search: { readonly q: string; readonly as?: "groups" };
}

/** Those that are there for everybody. */
export const TASK_VIEWS: readonly TaskView[] = [
  { name: "All", search: { q: "" } },
  { name: "Running", search: { q: "state:running" } },
  { name: "Today", search: { q: "created:today" } },
  { name: "Failures", search: { q: "unresolved:true", as: "groups" } },
  { name: "Retrying", search: { q: "state:waiting,queued attempt>=1" } },
];

export type SavedView = z.output<typeof viewAnswer>;

const MOST = 500;

/** One's own, and those that others share. */
export const savedViewsQuery = queryOptions({
  queryKey: ["views", "tasks"],
  queryFn: async ({ signal }) => {
    const { views } = await get<z.output<typeof viewsAnswer>>("/api/views", { page: "tasks", limit: MOST }, signal);
    return views;
  },
  staleTime: 60_000,
});

interface ViewSearch {
  readonly q: string;
  readonly sort?: string;
  readonly columns?: string;
}

/** As the address of the page has it. */
export function searchOf({ query, sort, columns }: SavedView): ViewSearch {
  return {
    q: query,
    ...(sort === "" || sort === "-created" ? {} : { sort }),
    ...(columns.length === 0 ? {} : { columns: columns.join(",") }),
  };
}
