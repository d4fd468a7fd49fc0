import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { viewAnswer, viewsAnswer } from "../../../../src/contract/api/access/view-api.ts";
import { change, get } from "../../../services/api.ts";
import { queryClient } from "../../../services/queries.ts";
import type { TasksSearch } from "../search.ts";

export type SavedView = z.output<typeof viewAnswer>;

const MOST = 500;

export const viewsQuery = queryOptions({
  queryKey: ["views", "tasks"],
  queryFn: async ({ signal }) => {
    const { views } = await get<z.output<typeof viewsAnswer>>("/api/views", { page: "tasks", limit: MOST }, signal);
    return views;
  },
  staleTime: 60_000,
});

export function searchOf({ query, sort, columns }: SavedView): TasksSearch {
  return {
    q: query,
    ...(sort === "" || sort === "-created" ? {} : { sort }),
    ...(columns.length === 0 ? {} : { columns: columns.join(",") }),
  };
}

export function isSame(a: TasksSearch, b: TasksSearch): boolean {
  return (
    (a.q ?? "") === (b.q ?? "") &&
    (a.sort ?? "-created") === (b.sort ?? "-created") &&
    a.columns === b.columns &&
    a.as === b.as
  );
}

export interface ViewForm {
  readonly name: string;
  readonly isShared: boolean;
}

/** `id` null: a new one. */
export async function saveView(id: number | null, { name, isShared }: ViewForm, search: TasksSearch): Promise<void> {
  const body = {
    name,
    is_shared: isShared,
    page: "tasks",
    query: search.q ?? "",
    sort: search.sort ?? "",
    columns: search.columns?.split(",") ?? [],
  };
  if (id === null) await change("POST", "/api/views", body);
  else await change("PUT", `/api/views/${id}`, body);
  await queryClient.invalidateQueries({ queryKey: ["views"] });
}

export async function removeView({ id }: SavedView): Promise<void> {
  await change("DELETE", `/api/views/${id}`);
  await queryClient.invalidateQueries({ queryKey: ["views"] });
}
