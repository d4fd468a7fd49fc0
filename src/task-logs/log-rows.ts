import { stripVTControlCharacters } from "node:util";
import { ROWS_PER_START, rowEnds } from "../contract/api/tasks/log-rows.ts";
import type { OpenLog } from "./read-log.ts";

const ESCAPE = 27;

/** Rows of an output, as far as they were counted. */
export interface CountedRows {
  readonly rows: number;
  /** Bytes at which the 1st, 501st, 1001st … of them begin. */
  readonly starts: readonly number[];
  /** Behind the last one. */
  readonly until: number;
}

export interface FoundRows {
  /** From 0. */
  readonly rows: readonly number[];
  /** Where the search ended, and the number of the row that begins there. */
  readonly until: number;
  readonly nextRow: number;
}

interface Batch {
  readonly start: number;
  readonly bytes: Buffer;
  readonly ends: readonly number[];
}

/** Bytes that are read at once. */
const MAX_READ_BYTES = 256 * 1024 * 1024;

export interface RowSpan {
  /** Where a row begins. */
  readonly from: number;
  /** Of the output. */
  readonly size: number;
}

/** Whole rows of the span, within the limit. Ends when the signal says so. */
async function* batches(log: OpenLog, { from, size }: RowSpan, signal: AbortSignal): AsyncGenerator<Batch> {
  const to = Math.min(size, from + MAX_READ_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  let at = from;
  for await (const piece of log.range(from, to)) {
    if (signal.aborted) return;
    const start = at - rest.length;
    at += piece.length;
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const ends = [...rowEnds(bytes, false)];
    const last = ends.at(-1) ?? 0;
    rest = bytes.subarray(last);
    if (ends.length > 0) yield { start, bytes: bytes.subarray(0, last), ends };
  }
  const ends = [...rowEnds(rest, to === size)];
  if (ends.length > 0) yield { start: at - rest.length, bytes: rest, ends };
}

/** Counts the rows. The last one may go on, when the output does. */
export async function countRows(log: OpenLog, span: RowSpan, signal: AbortSignal): Promise<CountedRows> {
  const starts: number[] = [];
  let rows = 0;
  let until = span.from;
  for await (const { start, ends } of batches(log, span, signal)) {
    let begins = start;
    for (const end of ends) {
      if (rows % ROWS_PER_START === 0) starts.push(begins);
      rows += 1;
      begins = start + end;
    }
    until = begins;
  }
  return { rows, starts, until };
}

export interface RowSearch extends RowSpan {
  readonly text: string;
  /** The number of the row that begins at `from`. */
  readonly row: number;
  readonly limit: number;
}

/** The rows that have the text, whatever its case; codes of colours between its letters do not count. */
export async function findRows(log: OpenLog, search: RowSearch, signal: AbortSignal): Promise<FoundRows> {
  const wanted = search.text.toLowerCase();
  const rows: number[] = [];
  let row = search.row;
  let until = search.from;
  for await (const { start, bytes, ends } of batches(log, search, signal)) {
    const hasCodes = bytes.includes(ESCAPE);
    if (!hasCodes && !bytes.toString("utf8").toLowerCase().includes(wanted)) {
      row += ends.length;
      until = start + bytes.length;
      continue;
    }
    let begins = 0;
    for (const end of ends) {
      const text = bytes.toString("utf8", begins, end);
      if ((hasCodes ? stripVTControlCharacters(text) : text).toLowerCase().includes(wanted)) rows.push(row);
      row += 1;
      begins = end;
      until = start + end;
      if (rows.length === search.limit) return { rows, until, nextRow: row };
    }
  }
  return { rows, until, nextRow: row };
}
