/**
 * How the output of a task is cut into rows, so that a long one can be read in parts: server and page must cut alike. A row ends with
 * its line; a longer line is several rows.
 */
export const MAX_ROW_BYTES = 8192;
/** The beginning of each so many rows is told. */
export const ROWS_PER_START = 500;

const NEWLINE = 10;

/** Where rows end, in bytes that begin with one. `isEnd`: nothing follows, so the last row needs no line break. */
export function* rowEnds(bytes: Uint8Array, isEnd: boolean): Generator<number> {
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, at) + 1;
    const end = found === 0 ? bytes.length : found;
    if (end - at > MAX_ROW_BYTES) at += MAX_ROW_BYTES;
    else if (found === 0 && !isEnd) return;
    else at = end;
    yield at;
  }
}
