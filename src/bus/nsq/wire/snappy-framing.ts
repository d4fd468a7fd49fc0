import { Transform, type TransformCallback } from "node:stream";
import { toError } from "../../../contract/to-error.ts";

/** Block compression, as provided by a library. */
export interface SnappyBlocks {
  compress(input: Uint8Array): Uint8Array;
  uncompress(input: Uint8Array, maxLength: number): Uint8Array;
}

/** The library, loaded only when a connection uses it. */
export async function loadSnappyBlocks(): Promise<SnappyBlocks> {
  return await import("snappyjs");
}

const COMPRESSED = 0x00;
const PLAIN = 0x01;
const FIRST_SKIPPABLE = 0x80;
const STREAM_START = Buffer.from([0xff, 0x06, 0x00, 0x00, ...Buffer.from("sNaPpY")]);
const BLOCK = 65_536;
const LONGEST_CHUNK = 2 ** 24;

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli), masked as the framing format requires. */
export function maskedCrc(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  crc = ~crc;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Compresses to Snappy's framing format. Each write becomes complete chunks, so that no data waits for more. */
export class SnappyWriter extends Transform {
  readonly #blocks: SnappyBlocks;
  #hasStarted = false;

  constructor(blocks: SnappyBlocks) {
    super();
    this.#blocks = blocks;
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (!this.#hasStarted) this.push(STREAM_START);
    this.#hasStarted = true;
    for (let at = 0; at < data.length; at += BLOCK) this.push(this.#chunk(data.subarray(at, at + BLOCK)));
    done();
  }

  #chunk(block: Buffer): Buffer {
    const packed = this.#blocks.compress(block);
    // Data that hardly shrinks is not worth decompressing.
    const isWorth = packed.length < block.length - block.length / 8;
    const body = isWorth ? packed : block;
    const head = Buffer.allocUnsafe(8);
    head.writeUInt8(isWorth ? COMPRESSED : PLAIN, 0);
    head.writeUIntLE(body.length + 4, 1, 3);
    head.writeUInt32LE(maskedCrc(block), 4);
    return Buffer.concat([head, body]);
  }
}

/** Decompresses Snappy's framing format. Fails on a wrong checksum; the stream is then unusable. */
export class SnappyReader extends Transform {
  readonly #blocks: SnappyBlocks;
  #rest: Buffer = Buffer.alloc(0);

  constructor(blocks: SnappyBlocks) {
    super();
    this.#blocks = blocks;
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    try {
      while (bytes.length >= 4) {
        const end = 4 + bytes.readUIntLE(1, 3);
        if (bytes.length < end) break;
        this.#take(bytes.readUInt8(0), bytes.subarray(4, end));
        bytes = bytes.subarray(end);
      }
    } catch (error) {
      done(toError(error));
      return;
    }
    this.#rest = bytes;
    done(null);
  }

  #take(type: number, body: Buffer): void {
    if (type >= FIRST_SKIPPABLE) return;
    if ((type !== COMPRESSED && type !== PLAIN) || body.length < 4 || body.length > LONGEST_CHUNK)
      throw new Error(`not a snappy stream: a chunk of type ${type} with ${body.length} bytes`);
    const content = body.subarray(4);
    const block = type === PLAIN ? content : this.#blocks.uncompress(content, BLOCK);
    if (maskedCrc(block) !== body.readUInt32LE(0)) throw new Error("a checksum in the snappy stream is wrong");
    this.push(block);
  }
}
