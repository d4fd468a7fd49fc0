import type { KeyboardEvent } from "react";
import type { SlotPlace } from "./slot.ts";

/** Where a key leads to; null: it is no key of the heatmap. */
export function moved(
  { key, ctrlKey }: KeyboardEvent,
  from: SlotPlace | null,
  rows: number,
  columns: number,
): SlotPlace | null {
  const { row, column } = from ?? { row: 0, column: 0 };
  const to = {
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: from === null ? 0 : column + 1 },
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: from === null ? 0 : row + 1, column },
    PageUp: { row: row - 14, column },
    PageDown: { row: row + 14, column },
    Home: { row: ctrlKey ? 0 : row, column: 0 },
    End: { row: ctrlKey ? rows - 1 : row, column: columns - 1 },
  }[key];
  if (to === undefined || rows === 0 || columns === 0) return null;
  return {
    row: Math.min(rows - 1, Math.max(0, to.row)),
    column: Math.min(columns - 1, Math.max(0, to.column)),
  };
}
