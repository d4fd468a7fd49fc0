import { printable } from "../../contract/printable.ts";
import { columnsOf, fitting, padded } from "./columns.ts";

/** A cell: its text, and how it is painted after padding. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/**
 * Rows under headings, each column as wide as its widest cell. The last column takes the rest of `width` (null: no
 * limit) and is cut there. Control and direction characters show as spaces: a message must not control the terminal.
 */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[], width: number | null): string {
  const clean = rows.map((row) => row.map((cell) => ({ ...cell, text: printable(cell.text) })));
  const widths = headings.map((heading, column) =>
    Math.max(columnsOf(heading), ...clean.map((row) => columnsOf(row[column]?.text ?? ""))),
  );
  const line = (cells: readonly Cell[]): string => {
    let used = 0;
    const parts = cells.map((cell, column) => {
      const isLast = column === headings.length - 1;
      const text = isLast
        ? cut(cell.text, width === null ? null : Math.max(10, width - used))
        : padded(cell.text, widths[column] ?? 0);
      used += (widths[column] ?? 0) + 2;
      return cell.paint === undefined ? text : cell.paint(text);
    });
    return parts.join("  ").trimEnd();
  };
  return [line(headings.map((text) => ({ text }))), ...clean.map(line)].join("\n");
}

function cut(text: string, width: number | null): string {
  return width === null || columnsOf(text) <= width ? text : `${fitting(text, width - 1)}…`;
}
