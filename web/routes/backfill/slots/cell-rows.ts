import type { Slot, SlotColumn, SlotState } from "../../../components/slots/slot.ts";
import { count } from "../../../services/format.ts";
import { toWall } from "../../../services/time/zone.ts";
import type { Cell } from "../backfill-queries.ts";

/** A row of a calendar of slots: so many of each kind in each of its cells. */
export interface CellRow<Kind extends string> {
  readonly row: string;
  readonly skipped: readonly number[];
  readonly doubled: readonly number[];
  readonly kinds: Readonly<Partial<Record<Kind, readonly number[]>>>;
}

/** How a kind of slots is drawn and called. */
export interface KindLook<Kind extends string> {
  readonly kind: Kind;
  readonly state: SlotState;
  readonly word: string;
}

/** More rows than these are not filled up where slots are far apart. */
const FILLED = 5000;

/** A span in a zone, RFC 3339, whose days and months all have a row. */
export interface RowSpan {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly cell: Cell;
}

/** The rows of several pages as one calendar, the oldest first; days and months without a slot keep their places. */
export function mergeRows<Kind extends string>(
  pages: readonly (readonly CellRow<Kind>[])[],
  span: RowSpan | null = null,
): readonly CellRow<Kind>[] {
  const rows = new Map<string, CellRow<Kind>>();
  for (const own of pages.flat()) {
    const known = rows.get(own.row);
    rows.set(own.row, known === undefined ? own : { ...own, kinds: added(known.kinds, own.kinds) });
  }
  const sorted = [...rows.values()].toSorted((a, b) => (a.row < b.row ? -1 : 1));
  const names = span === null ? sorted.map(({ row }) => row) : [rowAt(span.from, span), rowAt(span.to, span)];
  const [first, last] = [names[0], names.at(-1)];
  if (first === undefined || last === undefined || sorted.length === 0) return sorted;
  const filled: CellRow<Kind>[] = [];
  for (let name = first; name <= last && filled.length < FILLED; name = after(name))
    filled.push(rows.get(name) ?? { row: name, skipped: [], doubled: [], kinds: {} as Kinds<Kind> });
  return filled.at(-1)?.row === last ? filled : sorted;
}

/** The row of a moment. */
function rowAt(time: string, { zone, cell }: RowSpan): string {
  return new Date(toWall(Date.parse(time), zone)).toISOString().slice(0, cell === "hour" ? 10 : 7);
}

type Kinds<Kind extends string> = CellRow<Kind>["kinds"];

function added<Kind extends string>(one: Kinds<Kind>, other: Kinds<Kind>): Kinds<Kind> {
  const sum: Partial<Record<Kind, readonly number[]>> = { ...one };
  for (const [kind, counts] of Object.entries(other) as [Kind, readonly number[]][]) {
    const known = sum[kind];
    sum[kind] = known === undefined ? counts : counts.map((value, column) => value + (known[column] ?? 0));
  }
  return sum;
}

/** The day or month after this one. */
function after(name: string): string {
  const date = new Date(`${name.length === 7 ? `${name}-01` : name}T00:00:00Z`);
  if (name.length === 7) date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, name.length);
}

/** The worst of a cell, with the number of its slots where they are several. `looks`: the worst first. */
export function slotOf<Kind extends string>(
  row: CellRow<Kind>,
  column: number,
  looks: readonly KindLook<Kind>[],
): Slot | null {
  let [total, state]: [number, SlotState | null] = [0, null];
  for (const { kind, state: own } of looks) {
    const here = row.kinds[kind]?.[column] ?? 0;
    if (here > 0) state ??= own;
    total += here;
  }
  if (state === null) return row.skipped.includes(column) ? { state: "absent" } : null;
  return total > 1 ? { state, count: total } : { state };
}

/** The cell in words: `2026-01-03T20: 1 new`. */
export function cellText<Kind extends string>(
  row: CellRow<Kind>,
  column: number,
  looks: readonly KindLook<Kind>[],
): string {
  const parts = looks.flatMap(({ kind, word }) => {
    const here = row.kinds[kind]?.[column] ?? 0;
    return here === 0 ? [] : [`${count(here)} ${word}`];
  });
  if (row.doubled.includes(column)) parts.push("the clocks show this hour twice");
  else if (row.skipped.includes(column)) parts.push("the clocks skip this hour");
  return parts.length === 0 ? "no slot" : parts.join(", ");
}

/** The task time of a cell: `2026-01-03T20` or `2026-01-03`. */
export function cellTime({ row }: Pick<CellRow<string>, "row">, column: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return row.length === 7 ? `${row}-${two(column + 1)}` : `${row}T${two(column)}`;
}

/** Hours or days of the month, with a tick on every third or fifth. */
export const COLUMNS: Readonly<Record<Cell, readonly SlotColumn[]>> = {
  hour: Array.from({ length: 24 }, (_, hour) => column(String(hour).padStart(2, "0"), hour % 3 === 0)),
  day: Array.from({ length: 31 }, (_, day) => column(String(day + 1), day === 0 || day % 5 === 4)),
};

function column(name: string, hasTick: boolean): SlotColumn {
  return hasTick ? { name, tick: name } : { name };
}

/** Plain words: a span of years has thousands of rows, and formatting each would be felt. */
const DAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Th 1 Jan`, `Jan 2026`; of another year than `year` with it. */
export function rowLabel(row: string, year: string): string {
  const month = MONTHS[Number(row.slice(5, 7)) - 1];
  if (row.length === 7) return `${month} ${row.slice(0, 4)}`;
  const day = `${DAYS[new Date(row).getUTCDay()]} ${Number(row.slice(8))} ${month}`;
  return row.startsWith(year) ? day : `${day} ${row.slice(0, 4)}`;
}

/** How many of a kind a row has. */
export function sumOf<Kind extends string>(row: CellRow<Kind>, kind: Kind): number {
  return row.kinds[kind]?.reduce((sum, value) => sum + value, 0) ?? 0;
}

/** What suits slots of a schedule, of which these are the first by day and hour: months where all of them are at one hour of their days. */
export function cellFor(rows: readonly CellRow<string>[]): Cell {
  const hours = new Set(
    rows.flatMap(({ kinds }) =>
      Object.values(kinds).flatMap((counts) => (counts ?? []).flatMap((value, hour) => (value > 0 ? [hour] : []))),
    ),
  );
  return hours.size > 1 || rows.length < 2 ? "hour" : "day";
}
