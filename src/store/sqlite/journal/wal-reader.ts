import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { codeOf } from "../../../contract/to-error.ts";
import type { JournalPosition } from "../../backup/journal.ts";
import { FRAME_HEADER_BYTES, readFrames, readWalHeader, WAL_HEADER_BYTES, type WalHeader } from "./wal-file.ts";

/** The pages that transactions have changed, each as the last of them left it. */
export interface ChangedPages {
  readonly pages: ReadonlyMap<number, Buffer>;
  readonly pageSize: number;
  /** How many pages the database has now. */
  readonly databasePages: number;
  /** The end of the last whole transaction that was read. */
  readonly to: JournalPosition;
  /** There may be more. */
  readonly isMore: boolean;
}

/**
 * `nothing`: no transaction since · `elsewhere`: the log does not go on from this position: it began anew, or is another ·
 * `too_large`: one transaction has more than the limit.
 */
export type WalRead = ChangedPages | "nothing" | "elsewhere" | "too_large";

export interface ReadLimits {
  /** Bytes after which a whole transaction ends what is read at once. */
  readonly usual: number;
  /** Of one transaction. */
  readonly most: number;
}

/** What the log has after the position, in a file that begins as the log does. Throws the errors of the disk. */
export function readWal(path: string, after: JournalPosition, limits: ReadLimits): WalRead {
  return withFile(path, (file) => {
    const header = file === null ? null : headerOf(file);
    if (file === null || header === null) return after.isEnd ? "nothing" : "elsewhere";
    if (isOf(header, after)) {
      const offset = offsetOf(after.frame, header);
      return isThere(file, after, header) ? readFrom(file, offset, after, header, limits) : "elsewhere";
    }
    if (!after.isEnd || !isNext(header, after)) return "elsewhere";
    return readFrom(file, WAL_HEADER_BYTES, startOf(header), header, limits);
  });
}

/** The same, of a copy of the header and of the frames after the position. */
export function readTail(path: string, after: JournalPosition, limits: ReadLimits): WalRead {
  return withFile(path, (file) => {
    const header = file === null ? null : headerOf(file);
    if (file === null || header === null || !isOf(header, after)) return "elsewhere";
    return readFrom(file, WAL_HEADER_BYTES, after, header, limits);
  });
}

/** The end of the last whole transaction in the log. Null: there is none in it. */
export function endOfWal(path: string): JournalPosition | null {
  return withFile(path, (file) => {
    const header = file === null ? null : headerOf(file);
    if (file === null || header === null) return null;
    let at = startOf(header);
    for (;;) {
      const read = readFrom(file, offsetOf(at.frame, header), at, header, {
        usual: 16 * 1024 * 1024,
        most: Number.MAX_SAFE_INTEGER,
      });
      if (typeof read === "string") return at.frame === 0 ? null : at;
      at = read.to;
    }
  });
}

/** Whether the log is of the generation that follows that of the position, which the first one's end is. */
function isNext(header: WalHeader, { salt1 }: JournalPosition): boolean {
  return header.salt1 === (salt1 + 1) >>> 0;
}

function isOf(header: WalHeader, { salt1, salt2 }: JournalPosition): boolean {
  return header.salt1 === salt1 && header.salt2 === salt2;
}

function startOf({ salt1, salt2, sum }: WalHeader): JournalPosition {
  return { salt1, salt2, frame: 0, sum, isEnd: false };
}

function offsetOf(frame: number, { pageSize }: WalHeader): number {
  return WAL_HEADER_BYTES + frame * (FRAME_HEADER_BYTES + pageSize);
}

/** After a power failure the log may have lost its end, and gone on from before it. */
function isThere(file: number, { frame, sum }: JournalPosition, header: WalHeader): boolean {
  if (frame === 0) return true;
  const found = bytesAt(file, offsetOf(frame - 1, header), FRAME_HEADER_BYTES);
  return (
    found.length === FRAME_HEADER_BYTES &&
    found.readUInt32BE(8) === header.salt1 &&
    found.readUInt32BE(12) === header.salt2 &&
    found.readUInt32BE(16) === sum[0] &&
    found.readUInt32BE(20) === sum[1]
  );
}

function readFrom(
  file: number,
  offset: number,
  after: JournalPosition,
  header: WalHeader,
  { usual, most }: ReadLimits,
): WalRead {
  const frameBytes = FRAME_HEADER_BYTES + header.pageSize;
  const there = Math.max(0, fstatSync(file).size - offset);
  for (let wanted = usual; ; wanted *= 2) {
    const bytes = bytesAt(file, offset, Math.min(wanted, there, most) + frameBytes);
    const read = pagesOf(bytes, after, header);
    if (read === null) {
      if (wanted >= there) return "nothing";
      if (wanted >= most) return "too_large";
      continue;
    }
    return { ...read, isMore: wanted < there };
  }
}

/** Null: no whole transaction. */
function pagesOf(bytes: Buffer, after: JournalPosition, header: WalHeader): Omit<ChangedPages, "isMore"> | null {
  const pages = new Map<number, Buffer>();
  let open: [number, Buffer][] = [];
  let frames = 0;
  let end: { readonly frames: number; readonly sum: JournalPosition["sum"]; readonly databasePages: number } | null =
    null;
  for (const { page, content, databasePages, sum } of readFrames(bytes, header, after.sum)) {
    frames += 1;
    open.push([page, content]);
    if (databasePages === 0) continue;
    for (const [number, changed] of open) pages.set(number, changed);
    open = [];
    end = { frames, sum, databasePages };
  }
  if (end === null) return null;
  const { databasePages, sum } = end;
  for (const page of pages.keys()) if (page > databasePages) pages.delete(page);
  const { salt1, salt2, pageSize } = header;
  const to = { salt1, salt2, frame: after.frame + end.frames, sum, isEnd: false };
  return { pages, pageSize, databasePages, to };
}

function headerOf(file: number): WalHeader | null {
  return readWalHeader(bytesAt(file, 0, WAL_HEADER_BYTES));
}

function bytesAt(file: number, offset: number, length: number): Buffer {
  // Not from the pool: words are read in place, so they have to lie as the processor wants them.
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const more = readSync(file, bytes, read, length - read, offset + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

function withFile<T>(path: string, use: (file: number | null) => T): T {
  let file: number | null = null;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  try {
    return use(file);
  } finally {
    if (file !== null) closeSync(file);
  }
}
