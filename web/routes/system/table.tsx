import type { ReactElement, ReactNode } from "react";

export interface Column {
  readonly name: string;
  readonly width?: number;
  /** Numbers and clock times stand at the right. */
  readonly isNumber?: boolean;
  /** On a phone a row has two lines, and this is not in them. */
  readonly isOnlyWide?: boolean;
  /** Left out already where the window is not wide. */
  readonly isExtra?: boolean;
}

interface Props {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: ReactNode;
}

/** A table to the edges of its section; on a phone a list of rows with two lines. */
export function Table({ label, columns, children }: Props): ReactElement {
  return (
    <table
      aria-label={label}
      className="w-full table-fixed border-b border-line text-small max-[720px]:block max-[720px]:table-auto"
    >
      <colgroup className="max-[720px]:hidden">
        {columns.map(({ name, width, isExtra }) => (
          <col key={name} width={width} className={isExtra === true ? "max-[1200px]:hidden" : ""} />
        ))}
      </colgroup>
      <thead className="max-[720px]:sr-only">
        <tr className="h-(--row-head) border-y border-line bg-surface-2 text-ink-3">
          {columns.map(({ name, isNumber, isExtra }) => (
            <th
              key={name}
              scope="col"
              className={`px-2 font-normal first:pl-(--gutter) last:pr-(--gutter) ${isNumber === true ? "text-right" : "text-left"} ${isExtra === true ? "max-[1200px]:hidden" : ""}`}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-[720px]:block">{children}</tbody>
    </table>
  );
}

export function Row({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <tr className="h-(--row) border-b border-line last:border-b-0 hover:bg-surface-3 max-[720px]:flex max-[720px]:h-auto max-[720px]:min-h-11 max-[720px]:flex-wrap max-[720px]:items-center max-[720px]:gap-x-3 max-[720px]:px-(--gutter) max-[720px]:py-2">
      {children}
    </tr>
  );
}

interface CellProps {
  readonly of: Column;
  readonly className?: string;
  readonly title?: string;
  readonly isHead?: boolean;
  /** On a phone it has a line of its own. */
  readonly isLine?: boolean;
  readonly children?: ReactNode;
}

export function Cell({ of, className = "", title, isHead = false, isLine = false, children }: CellProps): ReactElement {
  const place = [
    "truncate px-2 first:pl-(--gutter) last:pr-(--gutter) max-[720px]:p-0 max-[720px]:first:p-0 max-[720px]:last:p-0",
    of.isNumber === true ? "text-right" : "text-left",
    of.isOnlyWide === true ? "max-[720px]:hidden" : "",
    of.isExtra === true ? "max-[1200px]:hidden" : "",
    isLine ? "max-[720px]:w-full" : "",
    className,
  ].join(" ");
  return isHead ? (
    <th scope="row" title={title} className={`font-normal max-[720px]:grow ${place}`}>
      {children}
    </th>
  ) : (
    <td title={title} className={place}>
      {children}
    </td>
  );
}
