import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { backfillAnswer, backfillsAnswer } from "../../../src/contract/api/workflows/backfill-api.ts";
import type {
  backfillCellsAnswer,
  backfillPaceAnswer,
  previewCellsAnswer,
} from "../../../src/contract/api/workflows/backfill-cells-api.ts";
import type { tasksAnswer } from "../../../src/contract/api/tasks/task-list-api.ts";
import { askWith, get } from "../../services/api.ts";
import { ofKind } from "../../services/query-text.ts";

export type Backfill = z.output<typeof backfillAnswer>;
type TasksAnswer = z.output<typeof tasksAnswer>;
type BackfillsAnswer = z.output<typeof backfillsAnswer>;
export type PreviewPage = z.output<typeof previewCellsAnswer>;
export type PreviewSlot = PreviewPage["first"][number];
export type CellsPage = z.output<typeof backfillCellsAnswer>;
type PaceAnswer = z.output<typeof backfillPaceAnswer>;

/** What a backfill would be of, as the API takes it. */
export interface Draft {
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly from: string;
  readonly to: string | null;
  readonly step: "hour" | "day" | "week" | "month" | null;
  readonly order: "oldest" | "newest";
  readonly meta: Readonly<Record<string, string>> | null;
  readonly meta_file: string;
  readonly only: "missing" | "missing,failed" | "all";
}

export type Cell = "hour" | "day";

/** The first page is small, so that its rows are there at once; those behind it count. */
const [FIRST, NEXT] = [200, 10_000];

export const allQuery = infiniteQueryOptions({
  queryKey: ["backfills", "all"],
  queryFn: ({ pageParam, signal }) => get<BackfillsAnswer>("/api/backfills", { limit: 50, cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: ({ pagination }) => pagination.next_cursor,
});

/** The last of them that completed: how long one takes. */
export function usualQuery({ type, job }: Pick<Draft, "type" | "job">) {
  return queryOptions({
    queryKey: ["draft", "usual", type, job],
    queryFn: async ({ signal }) =>
      (await get<TasksAnswer>("/api/tasks", { query: `${ofKind(type, job)} result:complete`, limit: 30 }, signal))
        .tasks,
    staleTime: 60_000,
  });
}

export function backfillQuery(id: string) {
  return queryOptions({
    queryKey: ["backfill", "about", id],
    queryFn: ({ signal }) => get<Backfill>(`/api/backfills/${encodeURIComponent(id)}`, {}, signal),
  });
}

export function paceQuery(id: number) {
  return queryOptions({
    queryKey: ["backfill", "pace", id],
    queryFn: ({ signal }) => get<PaceAnswer>(`/api/backfills/${id}/pace`, {}, signal),
  });
}

export function cellsPage(
  id: number,
  cell: Cell,
  cursor: string | null,
  signal: AbortSignal,
  limit = NEXT,
): Promise<CellsPage> {
  return get<CellsPage>(`/api/backfills/${id}/cells`, { cell, limit, cursor }, signal);
}

/** A page after the other; a form that changes ends the reading. */
export function previewQuery(draft: Draft | null, cell: Cell) {
  return infiniteQueryOptions({
    queryKey: ["draft", draft, cell],
    enabled: draft !== null,
    queryFn: ({ pageParam, signal }) =>
      askWith<PreviewPage>(
        "/api/backfills/preview/cells",
        {
          ...draft,
          cell,
          limit: pageParam === null ? FIRST : NEXT,
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
}

/** The first slots, by which it is known how close to each other they are. */
export function probeQuery(draft: Draft | null) {
  return queryOptions({
    queryKey: ["draft", "probe", draft],
    enabled: draft !== null && draft.step === null,
    queryFn: ({ signal }) =>
      askWith<PreviewPage>("/api/backfills/preview/cells", { ...draft, cell: "hour", limit: 60 }, signal),
    staleTime: 60_000,
    retry: false,
  });
}
