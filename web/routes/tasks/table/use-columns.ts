import { useMemo } from "react";
import { setPreferences, type TablePreference, usePreferences } from "../../../services/preferences.ts";
import { type Column, type ColumnId, COLUMNS, shownColumns } from "./columns.ts";

const NONE: TablePreference = { shown: {}, widths: {} };
/** Of a column, in CSS pixels. */
export const [MIN_WIDTH, MAX_WIDTH] = [40, 900];

export interface ColumnsInUse {
  readonly columns: readonly Column[];
  /** Tracks of the grid, behind that of the boxes. */
  readonly tracks: string;
  /** In CSS pixels: narrower, it scrolls. */
  readonly leastWidth: number;
  readonly widthOf: (column: Column) => number;
  /** Null: its own. */
  readonly setWidth: (id: ColumnId, width: number | null) => void;
  readonly setShown: (id: string, isShown: boolean) => void;
  readonly reset: () => void;
}

interface Props {
  readonly query: string;
  /** As the address has them; null: as the person wants them. */
  readonly named: readonly string[] | null;
  readonly onNamed: (names: readonly string[] | null) => void;
}

/** Which columns are shown, and how wide: by the address, else as the person last had them, else what tells something. */
export function useColumns({ query, named, onNamed }: Props): ColumnsInUse {
  const { tables } = usePreferences();
  const wanted = tables["tasks"] ?? NONE;
  const columns = useMemo(() => {
    const ids: readonly string[] = named ?? shownColumns(query, wanted.shown);
    const shown = COLUMNS.filter(({ id }) => ids.includes(id));
    // Those that the address names stand in its order.
    return named === null ? shown : shown.toSorted((a, b) => named.indexOf(a.id) - named.indexOf(b.id));
  }, [query, named, wanted]);
  const setWidths = (widths: Readonly<Record<string, number>>): void =>
    setPreferences({ tables: { ...tables, tasks: { ...wanted, widths } } });
  const width = (column: Column): number => wanted.widths[column.id] ?? column.width;
  const track = (column: Column): string =>
    column.grows === true && wanted.widths[column.id] === undefined
      ? `minmax(${column.width}px, 1fr)`
      : `${width(column)}px`;
  return {
    columns,
    tracks: columns.map(track).join(" "),
    widthOf: width,
    setWidth(id, next) {
      const { [id]: _old, ...others } = wanted.widths;
      if (next === null) setWidths(others);
      else setWidths({ ...others, [id]: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(next))) });
    },
    leastWidth: columns.reduce((sum, column) => sum + width(column), 0),
    setShown(id, isShown) {
      if (named !== null) onNamed(isShown ? [...named, id] : named.filter((each) => each !== id));
      else setPreferences({ tables: { ...tables, tasks: { ...wanted, shown: { ...wanted.shown, [id]: isShown } } } });
    },
    reset() {
      setPreferences({ tables: { ...tables, tasks: NONE } });
      if (named !== null) onNamed(null);
    },
  };
}
