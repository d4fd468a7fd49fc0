import type { ReactElement, ReactNode } from "react";

interface HeadProps {
  readonly children: ReactNode;
  readonly isNumber?: boolean;
  /** Null: by another column; without it the column is no order. */
  readonly sorted?: "ascending" | "descending" | null;
  readonly onSort?: () => void;
}

/** Rows of a table of plain HTML: 28 px, small text, a hairline below. */
export const TABLE =
  "w-full border-collapse text-small [&_td]:h-(--row) [&_td]:border-b [&_td]:border-line [&_td]:px-2";

/** The head of a column; a click on it sorts by it. */
export function Head({ children, isNumber = false, sorted, onSort }: HeadProps): ReactElement {
  const mark = sorted === "ascending" ? " ↑" : sorted === "descending" ? " ↓" : "";
  return (
    <th
      scope="col"
      aria-sort={sorted === null ? undefined : sorted}
      className={`sticky top-0 h-(--row-head) border-b border-line bg-surface-2 px-2 font-normal whitespace-nowrap text-ink-3 ${isNumber ? "text-right" : "text-left"}`}
    >
      {onSort === undefined ? (
        children
      ) : (
        <button
          type="button"
          className={mark === "" ? "min-h-6 hover:text-ink" : "min-h-6 font-medium text-ink"}
          onClick={onSort}
        >
          {children}
          {mark}
        </button>
      )}
    </th>
  );
}
