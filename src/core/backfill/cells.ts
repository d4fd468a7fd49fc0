import { HOUR } from "../../contract/time/time-units.ts";
import { digitsOf, wallOf } from "../../contract/time/wall-ms.ts";
import { instantOnWall, instantsOnWall, isSame, wallAt } from "../time/wall-ms.ts";
import type { Zone } from "../time/zone.ts";

/** An hour in the row of its day, or a day in the row of its month. */
export type Cell = "hour" | "day";

/** How many slots of each kind are in each cell of a row; a kind that the row has none of is left out. */
export interface CellRow<Kind extends string> {
  /** `2026-01-31` or `2026-01`, by the clocks of the zone. */
  readonly row: string;
  /** Hours of the day that its clocks skip, */
  readonly skipped: number[];
  /** and those that they show twice: their cell has the slots of both. */
  readonly doubled: number[];
  readonly kinds: Readonly<Partial<Record<Kind, number[]>>>;
}

const COLUMNS = { hour: 24, day: 31 } as const;

/** Counts slots into the cells of a calendar, in rows as they come. */
export function countCells<Kind extends string>(
  slots: Iterable<{ readonly at: number; readonly kind: Kind }>,
  zone: Zone,
  cell: Cell,
): readonly CellRow<Kind>[] {
  const rows = new Map<string, Partial<Record<Kind, number[]>>>();
  for (const { at, kind } of slots) {
    const text = new Date(digitsOf(wallAt(at, zone))).toISOString();
    const name = text.slice(0, cell === "hour" ? 10 : 7);
    const column = cell === "hour" ? Number(text.slice(11, 13)) : Number(text.slice(8, 10)) - 1;
    let kinds = rows.get(name);
    if (kinds === undefined) rows.set(name, (kinds = {}));
    const counts = (kinds[kind] ??= Array.from({ length: COLUMNS[cell] }, () => 0));
    counts[column] = (counts[column] ?? 0) + 1;
  }
  return [...rows].map(([row, kinds]) => ({ row, ...clockChanges(row, zone, cell), kinds }));
}

/** What the clocks of the zone do on that day. */
function clockChanges(day: string, zone: Zone, cell: Cell): Pick<CellRow<string>, "skipped" | "doubled"> {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (cell === "day" || zone.offsetAt(midnight - 14 * HOUR) === zone.offsetAt(midnight + 38 * HOUR))
    return { skipped: [], doubled: [] };
  const hours = Array.from({ length: COLUMNS.hour }, (_, hour) => hour);
  const wall = (hour: number) => wallOf(midnight + hour * HOUR);
  return {
    skipped: hours.filter((hour) => !isSame(wallAt(instantOnWall(wall(hour), zone), zone), wall(hour))),
    doubled: hours.filter((hour) => instantsOnWall(wall(hour), zone).length > 1),
  };
}
