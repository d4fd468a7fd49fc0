import { change } from "../../../services/api.ts";
import { queryClient } from "../../../services/queries.ts";
import type { SavedView } from "../../../services/task-views.ts";
import type { TasksSearch } from "../search.ts";

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
