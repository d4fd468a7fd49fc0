import {
  columnOrderingFeature,
  type ColumnSizingState,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  type Updater,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import { setPreferences, type TablePreference, usePreferences } from "../../../services/preferences.ts";
import type { ShownTask } from "../tasks-queries.ts";
import { type Column, type ColumnId, COLUMNS, shownColumns } from "./columns.ts";

const NONE: TablePreference = { shown: {}, widths: {} };
/** Of a column, in CSS pixels. */
export const [MIN_WIDTH, MAX_WIDTH] = [40, 900];

/** The rows are drawn from the pages as they come; the table knows its columns. */
const FEATURES = tableFeatures({ columnOrderingFeature, columnSizingFeature, columnVisibilityFeature });
const NO_ROWS: ShownTask[] = [];

export interface ColumnsInUse {
  readonly columns: readonly Column[];
  /** Tracks of the grid, behind that of the boxes. */
  readonly tracks: string;
  /** In CSS pixels: narrower, it scrolls. */
  readonly leastWidth: number;
  readonly widthOf: (id: ColumnId) => number;
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
  const visible = useMemo(() => {
    const shown: readonly string[] = named ?? shownColumns(query, wanted.shown);
    return Object.fromEntries(COLUMNS.map(({ id }) => [id, shown.includes(id)]));
  }, [query, named, wanted]);
  const order = useMemo(() => (named === null ? COLUMNS.map(({ id }) => id as string) : [...named]), [named]);
  const setWidths = (updater: Updater<ColumnSizingState>): void => {
    const widths = typeof updater === "function" ? updater({ ...wanted.widths }) : updater;
    setPreferences({ tables: { ...tables, tasks: { ...wanted, widths } } });
  };
  const table = useTable({
    features: FEATURES,
    data: NO_ROWS,
    columns: COLUMN_DEFS,
    state: { columnVisibility: visible, columnSizing: { ...wanted.widths }, columnOrder: order },
    onColumnSizingChange: setWidths,
  });
  const columns = table.getVisibleLeafColumns().flatMap(({ id }) => COLUMNS.filter((column) => column.id === id));
  const width = (column: Column): number => wanted.widths[column.id] ?? column.width;
  const track = (column: Column): string =>
    column.grows === true && wanted.widths[column.id] === undefined
      ? `minmax(${column.width}px, 1fr)`
      : `${width(column)}px`;
  return {
    columns,
    tracks: columns.map(track).join(" "),
    widthOf: (id) => table.getColumn(id)?.getSize() ?? 0,
    setWidth(id, next) {
      const column = table.getColumn(id);
      if (next === null) column?.resetSize();
      else
        table.setColumnSizing((widths) => ({
          ...widths,
          [id]: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(next))),
        }));
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

const COLUMN_DEFS = COLUMNS.map(({ id, name, width }) => ({
  id,
  header: name,
  size: width,
  minSize: MIN_WIDTH,
  maxSize: MAX_WIDTH,
  accessorFn: (task: ShownTask) => task.record_id,
}));
