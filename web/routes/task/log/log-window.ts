/** The height of a row that is not wrapped. */
export const LINE = 18;
/** Browsers have no higher elements than some millions of pixels. */
const MOST_HEIGHT = 6_000_000;
/** Rows beyond both edges of the window. */
const BEYOND = 6;
/** Rows so near to an end are seen best from there. */
const NEAR_END = 4;

/** A look at an output: how long it is, where one is in it, and how high the window is. */
export interface Look {
  readonly rows: number;
  /** 0: the beginning, 1: the end. */
  readonly share: number;
  readonly height: number;
}

/** Of what the scroll bar stands for. */
export function heightOf({ rows, height }: Look): number {
  return Math.max(height, Math.min(MOST_HEIGHT, rows * LINE));
}

/** The row that is as far in the output as its place in the window, and which part of it. */
export function lookOf({ rows, share }: Look): { readonly row: number; readonly part: number } {
  const at = share * rows;
  const row = Math.max(0, Math.min(rows - 1, Math.floor(at)));
  return { row, part: Math.min(1, at - row) };
}

/** The rows around it that may be seen. */
export function shownRows(look: Look): { readonly from: number; readonly until: number } {
  const { row } = lookOf(look);
  const room = Math.ceil(look.height / LINE) + BEYOND;
  return {
    from: Math.max(0, row - Math.ceil(room * look.share) - BEYOND),
    until: Math.min(look.rows, row + Math.ceil(room * (1 - look.share)) + BEYOND),
  };
}

/** Where one is when what is seen moves up by so many pixels. `rowHeight`: of the rows here, as they are wrapped. */
export function moved({ rows, share, height }: Look, pixels: number, rowHeight: number): number {
  const room = rows * rowHeight - height;
  return room <= 0 ? share : Math.min(1, Math.max(0, share + pixels / room));
}

/** Where one is when the row is in the window, as far down as it is in the output. */
export function shareOfRow(row: number, rows: number): number {
  if (row < NEAR_END) return 0;
  return row >= rows - NEAR_END ? 1 : (row + 0.5) / rows;
}
