import { createHash } from "node:crypto";
import { z } from "zod";
import { BackupError } from "../backup-error.ts";
import { asStored, asWritten } from "../snapshot-stream.ts";

/** Before the pages of a segment, on one line. Its form may grow; `format` says when it changes. */
const segmentHeader = z.object({
  format: z.literal(1),
  epoch: z.uuid(),
  number: z.int().positive(),
  at: z.iso.datetime(),
  /** The checksum of the segment before it; null for the first of an epoch. */
  previous: z.string().nullable(),
  page_size: z.int().min(512).max(65_536),
  /** How many pages the database has afterwards. */
  database_pages: z.int().positive(),
  /** How many changed pages follow. */
  pages: z.int().nonnegative(),
});

export type SegmentHeader = z.infer<typeof segmentHeader>;

export interface Segment {
  readonly header: SegmentHeader;
  /** By number, from 1. */
  readonly pages: Iterable<readonly [number, Uint8Array]>;
  /** Of all of it, in hexadecimal. */
  readonly sum: string;
}

const PAGE_NUMBER_BYTES = 4;
const SUM_BYTES = 32;
const MAX_HEADER_BYTES = 4096;

/** As it is stored, and its checksum. */
export async function packSegment(
  header: Omit<SegmentHeader, "format" | "pages" | "page_size">,
  { pages, pageSize }: { readonly pages: ReadonlyMap<number, Uint8Array>; readonly pageSize: number },
  key: string | null,
): Promise<{ readonly stored: Buffer; readonly sum: string }> {
  const first: SegmentHeader = { format: 1, ...header, page_size: pageSize, pages: pages.size };
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(first)}\n`)];
  for (const number of [...pages.keys()].toSorted((a, b) => a - b)) {
    const name = Buffer.alloc(PAGE_NUMBER_BYTES);
    name.writeUInt32BE(number);
    parts.push(name, pages.get(number) ?? Buffer.alloc(pageSize));
  }
  const plain = Buffer.concat(parts);
  const sum = createHash("sha256").update(plain).digest();
  const stored = await collected(await asStored(pieces(plain, sum), key), Number.MAX_SAFE_INTEGER);
  return { stored, sum: sum.toString("hex") };
}

/** `name`: for errors. Throws BackupError `no_key`, `wrong_key` and `damaged`, and what the content throws. */
export async function unpackSegment(
  name: string,
  content: AsyncIterable<Uint8Array>,
  key: string | null,
  most: number,
): Promise<Segment> {
  const bytes = await collected(await asWritten(content, key), most);
  if (bytes === TOO_LARGE) throw damaged(name, "it is larger than a segment may be");
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf("\n");
  const header = end < 0 ? null : parsed(bytes.subarray(0, end).toString());
  if (header === null) throw damaged(name, "it does not begin as a segment does");
  const plain = bytes.subarray(0, -SUM_BYTES);
  const sum = createHash("sha256").update(plain).digest("hex");
  if (sum !== bytes.subarray(-SUM_BYTES).toString("hex")) throw damaged(name, "its checksum is another");
  const size = PAGE_NUMBER_BYTES + header.page_size;
  if (plain.length !== end + 1 + header.pages * size) throw damaged(name, "it has fewer or more pages than it says");
  return { header, sum, pages: pagesOf(plain.subarray(end + 1), header.page_size) };
}

function* pagesOf(bytes: Buffer, pageSize: number): Generator<readonly [number, Uint8Array]> {
  const size = PAGE_NUMBER_BYTES + pageSize;
  for (let at = 0; at < bytes.length; at += size)
    yield [bytes.readUInt32BE(at), bytes.subarray(at + PAGE_NUMBER_BYTES, at + size)];
}

function parsed(text: string): SegmentHeader | null {
  try {
    return segmentHeader.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function damaged(name: string, why: string): BackupError {
  return new BackupError("damaged", `${name} is damaged: ${why}.`);
}

async function* pieces(...all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

const TOO_LARGE = Buffer.alloc(0);

async function collected(content: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const all: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > most) return TOO_LARGE;
    all.push(piece);
  }
  return Buffer.concat(all);
}
