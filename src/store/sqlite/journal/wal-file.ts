/** The format of SQLite's write-ahead log (https://www.sqlite.org/fileformat2.html#walformat). */
import { endianness } from "node:os";

export const WAL_HEADER_BYTES = 32;
export const FRAME_HEADER_BYTES = 24;

/** A checksum over everything before it, in two halves. */
export type WalSum = readonly [number, number];

/** Of one generation of the log: it begins anew, with another salt, when all of it has been copied into the database. */
export interface WalHeader {
  /** Grows by one from generation to generation. */
  readonly salt1: number;
  /** Random. */
  readonly salt2: number;
  readonly pageSize: number;
  readonly isBigEndian: boolean;
  readonly sum: WalSum;
}

/** One page as a transaction left it. */
export interface WalFrame {
  /** From 1. */
  readonly page: number;
  /** How many pages the database has after the transaction that this frame ends; 0: it ends none. */
  readonly databasePages: number;
  readonly content: Buffer;
  /** After this frame. */
  readonly sum: WalSum;
}

const MAGIC = 0x377f0682;
const IS_LITTLE_ENDIAN = endianness() === "LE";

/** Null: there is none, or not all of one yet. */
export function readWalHeader(bytes: Buffer): WalHeader | null {
  if (bytes.length < WAL_HEADER_BYTES) return null;
  const magic = bytes.readUInt32BE(0);
  // The last bit says how the words of the checksums are read.
  if (magic >>> 1 !== MAGIC >>> 1) return null;
  const isBigEndian = (magic & 1) === 1;
  const sum = sumOf(bytes.subarray(0, 24), [0, 0], isBigEndian);
  if (sum[0] !== bytes.readUInt32BE(24) || sum[1] !== bytes.readUInt32BE(28)) return null;
  const [pageSize, salt1, salt2] = [bytes.readUInt32BE(8), bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return { pageSize, salt1, salt2, isBigEndian, sum };
}

/** The frames that follow on `sum`, to the first that is of another generation, or not yet whole. */
export function* readFrames(bytes: Buffer, header: WalHeader, sum: WalSum): Generator<WalFrame> {
  const size = FRAME_HEADER_BYTES + header.pageSize;
  let before = sum;
  for (let at = 0; at + size <= bytes.length; at += size) {
    if (bytes.readUInt32BE(at + 8) !== header.salt1 || bytes.readUInt32BE(at + 12) !== header.salt2) return;
    const content = bytes.subarray(at + FRAME_HEADER_BYTES, at + size);
    const numbers = sumOf(bytes.subarray(at, at + 8), before, header.isBigEndian);
    before = sumOf(content, numbers, header.isBigEndian);
    if (before[0] !== bytes.readUInt32BE(at + 16) || before[1] !== bytes.readUInt32BE(at + 20)) return;
    yield { page: bytes.readUInt32BE(at), databasePages: bytes.readUInt32BE(at + 4), content, sum: before };
  }
}

/** `bytes`: a multiple of eight. */
function sumOf(bytes: Buffer, [first, second]: WalSum, isBigEndian: boolean): WalSum {
  let [a, b] = [first, second];
  if (isBigEndian !== IS_LITTLE_ENDIAN && bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    for (let at = 0; at < words.length; at += 2) {
      a = (a + (words[at] ?? 0) + b) >>> 0;
      b = (b + (words[at + 1] ?? 0) + a) >>> 0;
    }
    return [a, b];
  }
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
