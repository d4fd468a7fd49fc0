import type { Limits } from "../../../core/retention/policy.ts";

/** How far a cleanup is in a table: rows are read in the order of (at, id). */
export interface Cursor {
  readonly at: number;
  readonly id: number;
  /** How many rows there are more than allowed; 0 without such a limit. */
  readonly surplus: number;
  /** The first record that is left of a run that a step could not delete whole: it goes on with that. */
  readonly cut?: number;
}

/** What goes at once: the records of a run, or one row. */
export interface DueRow {
  readonly at: number;
  readonly id: number;
  /** Record ids of a run; of other tables the row itself. */
  readonly ids: readonly number[];
  /** Rows of the table. */
  readonly rows: number;
}

export interface DuePage {
  readonly due: readonly DueRow[];
  /** Null: that was the last page. */
  readonly next: Cursor | null;
}

/** Finds the rows of a table that are to be deleted. */
export interface DueRows {
  /** About `maxRows` rows after the cursor. Reads a limited number of rows, so that it may find none and still not be at the end. */
  page(limits: Limits, cursor: Cursor, maxRows: number): DuePage;
}

export function beginning({ maxRows }: Limits, rows: number | null): Cursor {
  const surplus = maxRows === null || rows === null ? 0 : Math.max(0, rows - maxRows);
  return { at: Number.MIN_SAFE_INTEGER, id: 0, surplus };
}

/** Rows that ended before this are due; null: none is. */
export function boundOf({ before, surplusBefore }: Limits, surplus: number): number | null {
  if (surplus <= 0) return before;
  return before === null ? surplusBefore : Math.max(before, surplusBefore);
}

/** Of a page the rows up to `until`, where what is archived ends; null: the table's end. */
export function pageWithin(page: DuePage, until: Cursor | null): DuePage {
  if (until === null) return page;
  const due = page.due.filter((row) => !isAfter(row, until));
  const isCut = due.length < page.due.length || (page.next !== null && !isAfter(until, page.next));
  return { due, next: isCut ? until : page.next };
}

function isAfter(one: Pick<Cursor, "at" | "id">, other: Pick<Cursor, "at" | "id">): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}
