import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Backfill, type Cell, type CellsPage, cellsPage } from "../backfill-queries.ts";
import { cellFor, type CellRow, mergeRows } from "../slots/cell-rows.ts";

export type SlotState = "waiting" | "active" | "complete" | "failed" | "cancelled";

/** A page, and whether all of its slots are ended. */
interface Read {
  readonly cursor: string | null;
  readonly page: CellsPage;
  readonly isOver: boolean;
}

interface Cells {
  readonly cell: Cell;
  readonly rows: readonly CellRow<SlotState>[];
  readonly error: Error | null;
}

/** So many slots say how close to each other they are. */
const PROBED = 60;

/**
 * What became of each slot, read anew as the backfill goes on: pages whose slots are all ended are not asked for again until some of what
 * failed is tried again.
 */
export function useCells(backfill: Backfill): Cells {
  const { id, failed, cancelled, waiting, active, complete, step, from, to, zone } = backfill;
  const { data: probe } = useQuery({
    queryKey: ["slots", "probe", id, waiting + active + complete + failed + cancelled > 0],
    enabled: step === "schedule",
    queryFn: ({ signal }) => cellsPage(id, "hour", null, signal, PROBED),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const cell =
    step !== "schedule" ? (step === "hour" ? "hour" : "day") : probe === undefined ? null : cellFor(rowsOf(probe));
  const client = useQueryClient();
  const key = ["slots", id, cell];
  const { data, error } = useQuery({
    queryKey: [...key, waiting, active, complete, failed, cancelled],
    enabled: cell !== null,
    queryFn: async ({ signal }) => {
      const known = client.getQueryData<{ read: readonly Read[]; failed: number }>(key);
      const isKept = known !== undefined && known.failed <= failed;
      const read: Read[] = isKept ? overOf(known.read) : [];
      for (let cursor = read.at(-1)?.page.pagination.next_cursor; cursor !== null;) {
        const page = await cellsPage(id, cell ?? "hour", cursor ?? null, signal);
        read.push({ cursor: cursor ?? null, page, isOver: isOver(page) });
        cursor = page.pagination.next_cursor;
      }
      client.setQueryData(key, { read, failed });
      return read;
    },
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
  const rows = useMemo(
    () =>
      mergeRows(
        (data ?? []).map(({ page }) => rowsOf(page)),
        { from, to, zone, cell: cell ?? "hour" },
      ),
    [data, from, to, zone, cell],
  );
  return { cell: cell ?? "hour", rows, error };
}

function rowsOf({ rows }: CellsPage): readonly CellRow<SlotState>[] {
  return rows.map(({ states, ...row }) => ({ ...row, kinds: states }));
}

/** The first pages, as long as all of their slots are ended and another page follows. */
function overOf(read: readonly Read[]): Read[] {
  const first = read.findIndex(({ isOver: over, page }) => !over || page.pagination.next_cursor === null);
  return read.slice(0, first < 0 ? read.length : first);
}

function isOver({ rows }: CellsPage): boolean {
  return rows.every(({ states }) => states.waiting === undefined && states.active === undefined);
}
