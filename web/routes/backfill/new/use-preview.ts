import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import {
  type Cell,
  type Draft,
  type PreviewPage,
  type PreviewSlot,
  previewQuery,
  probeQuery,
} from "../backfill-queries.ts";
import type { Selection } from "../search.ts";
import { cellFor, type CellRow, mergeRows } from "../slots/cell-rows.ts";

/** A preview counts so many slots: what is more is better made in parts. */
const MAX_SLOTS = 1_000_000;
/** So many tasks are shown of either end. */
export const ENDS = 3;

export type SlotClass = keyof PreviewPage["counts"];

export interface Preview {
  readonly page: PreviewPage;
  readonly cell: Cell;
  readonly rows: readonly CellRow<SlotClass>[];
  readonly counts: Readonly<Record<SlotClass, number>>;
  readonly slots: number;
  readonly selected: number;
  readonly first: readonly PreviewSlot[];
  readonly last: readonly PreviewSlot[];
  /** How much of the span is counted, up to 1. */
  readonly share: number;
  readonly isWhole: boolean;
  /** About so many slots are in the span: too many to be counted. Null: not too many. */
  readonly tooMany: number | null;
}

interface Previewed {
  readonly preview: Preview | null;
  readonly error: Error | null;
  readonly again: () => void;
}

/** What a draft would make, counted page after page until it is whole. */
export function usePreview(draft: Draft | null): Previewed {
  const { data: probe, error: probeError, refetch: probeAgain } = useQuery(probeQuery(draft));
  const cell = cellOf(draft, probe);
  const { data, error, hasNextPage, isFetching, isError, fetchNextPage, refetch } = useInfiniteQuery(
    previewQuery(cell === null ? null : draft, cell ?? "hour"),
  );
  const pages = data?.pages;
  const order = draft?.order;
  const preview = useMemo(
    () => (pages === undefined || cell === null || order === undefined ? null : previewOf(pages, cell, order)),
    [pages, cell, order],
  );
  const isGoingOn = preview !== null && !preview.isWhole && preview.tooMany === null;
  useEffect(() => {
    if (isGoingOn && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [isGoingOn, hasNextPage, isFetching, isError, fetchNextPage]);
  return {
    preview,
    error: probeError ?? error,
    again: () => void (probeError === null ? refetch() : probeAgain()),
  };
}

/** Days in the rows of their months where slots are a day or more apart. Null: not known yet. */
function cellOf(draft: Draft | null, probe: PreviewPage | undefined): Cell | null {
  if (draft === null) return null;
  if (draft.step !== null) return draft.step === "hour" ? "hour" : "day";
  if (probe === undefined) return null;
  return cellFor(probe.rows.map(({ classes, ...row }) => ({ ...row, kinds: classes })));
}

export function previewOf(pages: readonly PreviewPage[], cell: Cell, order: Draft["order"]): Preview | null {
  const [page, end] = [pages[0], pages.at(-1)];
  if (page === undefined || end === undefined) return null;
  const counts = { new: 0, exists: 0, failed: 0, running: 0 };
  for (const { counts: own } of pages) for (const kind of Object.keys(counts) as SlotClass[]) counts[kind] += own[kind];
  const slots = pages.reduce((sum, own) => sum + own.slots, 0);
  const isWhole = end.pagination.next_cursor === null;
  const share = isWhole ? 1 : shareOf(end, order);
  const about = share > 0 ? Math.round(slots / share) : slots;
  return {
    page,
    cell,
    rows: mergeRows(
      pages.map(({ rows }) => rows.map(({ classes, ...row }) => ({ ...row, kinds: classes }))),
      { from: page.from, to: page.to, zone: page.zone, cell },
    ),
    counts,
    slots,
    selected: pages.reduce((sum, { selected }) => sum + selected, 0),
    first: pages.flatMap(({ first, last }) => [...first, ...last]).slice(0, ENDS),
    last: pages
      .flatMap(({ first, last }) => [...first, ...last])
      .slice(ENDS)
      .slice(-ENDS),
    share,
    isWhole,
    tooMany: !isWhole && about > MAX_SLOTS ? about : null,
  };
}

/** How far the pages came in the span, from whatever end they began at. */
function shareOf({ from, to, at }: PreviewPage, order: Draft["order"]): number {
  const length = Date.parse(to) - Date.parse(from);
  if (at === null || length <= 0) return 0;
  const passed = order === "newest" ? Date.parse(to) - Date.parse(at) : Date.parse(at) - Date.parse(from);
  return Math.min(1, Math.max(0, passed / length));
}

/** How many tasks each choice makes. */
export function madeBy({ counts }: Preview): Readonly<Record<Selection, number>> {
  return {
    missing: counts.new,
    "missing,failed": counts.new + counts.failed,
    all: counts.new + counts.failed + counts.exists,
  };
}
