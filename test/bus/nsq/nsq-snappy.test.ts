import assert from "node:assert/strict";
import { test } from "node:test";
import { loadSnappyBlocks, maskedCrc, SnappyReader, SnappyWriter } from "../../../src/bus/nsq/wire/snappy-framing.ts";
import { fc } from "../../support/seed.ts";

const blocks = await loadSnappyBlocks();

function through(stream: SnappyReader | SnappyWriter, chunks: readonly Buffer[]): Buffer {
  for (const chunk of chunks) stream.write(chunk);
  const out: Buffer[] = [];
  for (let next = stream.read() as Buffer | null; next !== null; next = stream.read() as Buffer | null) out.push(next);
  return Buffer.concat(out);
}

test("written data is read back, however the stream is chunked, each write at once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      (writes, cut) => {
        const given = writes.map((bytes) => Buffer.from(bytes));
        const packed = through(new SnappyWriter(blocks), given);
        const chunks: Buffer[] = [];
        for (let at = 0; at < packed.length; at += cut) chunks.push(packed.subarray(at, at + cut));
        assert.deepEqual(through(new SnappyReader(blocks), chunks), Buffer.concat(given));
      },
    ),
    { numRuns: 50 },
  );
});

test("text is compressed, in chunks of at most 64 KiB", () => {
  const text = Buffer.from('{"type":"clean","info":"2026/01/02"}'.repeat(5000));
  const packed = through(new SnappyWriter(blocks), [text]);
  assert.ok(packed.length < text.length / 5);
  assert.equal(packed.toString("latin1", 4, 10), "sNaPpY");
  assert.deepEqual(through(new SnappyReader(blocks), [packed]), text);
});

test("checksums are masked CRC-32C", () => {
  // 0xe3069283 is the published CRC-32C of these nine digits.
  const crc = 0xe3069283;
  assert.equal(maskedCrc(Buffer.from("123456789")), (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
});

test("padding is skipped; a wrong checksum, an unknown chunk and a broken block end the stream", async () => {
  const packed = through(new SnappyWriter(blocks), [Buffer.from("hello")]);
  const padding = Buffer.from([0xfe, 3, 0, 0, 1, 2, 3]);
  assert.equal(through(new SnappyReader(blocks), [Buffer.concat([padding, packed])]).toString(), "hello");
  const wrong = Buffer.from(packed);
  wrong[wrong.length - 1] = 0;
  for (const [bytes, message] of [
    [wrong, /checksum/],
    [Buffer.from([0x02, 4, 0, 0, 0, 0, 0, 0]), /not a snappy stream: a chunk of type 2/],
    [Buffer.from([0x00, 9, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff]), /./],
  ] as const) {
    const reader = new SnappyReader(blocks);
    const failed = new Promise<Error>((resolve) => reader.once("error", resolve));
    reader.write(bytes);
    assert.match((await failed).message, message);
  }
});
