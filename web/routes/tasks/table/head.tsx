import type { KeyboardEvent, ReactElement } from "react";
import type { Column } from "./columns.ts";
import { type ColumnsInUse, MAX_WIDTH, MIN_WIDTH } from "./use-columns.ts";

interface Props {
  readonly inUse: ColumnsInUse;
  readonly tracks: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly isAllSelected: boolean;
  readonly onSelectAll: () => void;
}

export function Head({ inUse, tracks, sort, onSort, isAllSelected, onSelectAll }: Props): ReactElement {
  return (
    <div
      role="row"
      aria-rowindex={1}
      style={{ gridTemplateColumns: tracks }}
      className="sticky top-0 z-2 grid h-(--row-head) items-center border-b border-line bg-surface-2 text-ink-3"
    >
      <span role="columnheader" className="flex pl-(--gutter)">
        <input
          type="checkbox"
          checked={isAllSelected}
          aria-label="Select all rows that are loaded"
          onChange={onSelectAll}
        />
      </span>
      {inUse.columns.map((column) => (
        <HeadCell key={column.id} column={column} inUse={inUse} sort={sort} onSort={onSort} />
      ))}
    </div>
  );
}

interface CellProps extends Pick<Props, "inUse" | "sort" | "onSort"> {
  readonly column: Column;
}

function HeadCell({ column, inUse, sort, onSort }: CellProps): ReactElement {
  const by = sort.replace(/^-/, "");
  const isDown = sort.startsWith("-");
  const isSorted = column.sort === by;
  return (
    <span
      role="columnheader"
      aria-sort={isSorted ? (isDown ? "descending" : "ascending") : undefined}
      className={`relative flex h-full min-w-0 items-center px-2 ${column.isNumber === true ? "justify-end" : ""}`}
    >
      {column.sort === undefined ? (
        <span className="truncate">{column.name}</span>
      ) : (
        <button
          type="button"
          className={`h-6 truncate hover:text-ink ${isSorted ? "font-medium text-ink" : ""}`}
          onClick={() => onSort(isSorted && isDown ? by : `-${column.sort}`)}
        >
          {column.name}
          {isSorted && (isDown ? " ↓" : " ↑")}
        </button>
      )}
      <Resizer column={column} inUse={inUse} />
    </span>
  );
}

const BY_KEY = 16;

/** The right edge of a column: dragged, or moved by the arrows. A double click gives it its own width back. */
function Resizer({ column, inUse }: Pick<CellProps, "column" | "inUse">): ReactElement {
  const size = inUse.widthOf(column);
  const set = (width: number): void => inUse.setWidth(column.id, width);
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -BY_KEY, ArrowRight: BY_KEY }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(size + by);
  };
  return (
    <span
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`Width of ${column.name}`}
      aria-valuenow={size}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      className="absolute top-0 -right-1 z-1 h-full w-2 cursor-col-resize touch-none hover:bg-line-2 focus-visible:bg-line-2"
      onPointerDown={(event) => {
        // What a column that grows has now is what it is dragged from.
        const width = event.currentTarget.parentElement?.getBoundingClientRect().width ?? size;
        const start = event.clientX;
        const handle = event.currentTarget;
        handle.setPointerCapture(event.pointerId);
        const move = ({ clientX }: globalThis.PointerEvent): void => set(width + clientX - start);
        const end = (): void => handle.removeEventListener("pointermove", move);
        handle.addEventListener("pointermove", move);
        handle.addEventListener("pointerup", end, { once: true });
        handle.addEventListener("pointercancel", end, { once: true });
      }}
      onDoubleClick={() => inUse.setWidth(column.id, null)}
      onKeyDown={keys}
    />
  );
}
