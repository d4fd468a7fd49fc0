import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOfText, compareBytes, runeAt, textOfBytes } from "../../../src/core/text/byte-text.ts";
import { fc } from "../../support/seed.ts";

test("any bytes survive the conversion to text and back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.deepEqual(bytesOfText(textOfBytes(bytes)), bytes);
    }),
  );
});

test("UTF-8 is decoded as such, a byte order mark included", () => {
  for (const text of ["", "plain", "é日🙂", "\uFEFFx"]) assert.equal(textOfBytes(Buffer.from(text)), text);
});

test("each byte that is not UTF-8 becomes one replacement character when the text is made well-formed", () => {
  assert.equal(textOfBytes(Uint8Array.of(0x61, 0xe2, 0x82, 0x28)).toWellFormed(), "a\uFFFD\uFFFD(");
  assert.equal(textOfBytes(Uint8Array.of(0xed, 0xa0, 0x80)).toWellFormed(), "\uFFFD\uFFFD\uFFFD");
  assert.equal(textOfBytes(Uint8Array.of(0xc0, 0xaf)).toWellFormed(), "\uFFFD\uFFFD");
});

test("texts are ordered by their bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  assert.ok(compareBytes("\uFFFD", "🙂") < 0);
});

test("characters are decoded one at a time", () => {
  const bytes = Buffer.from("aé日🙂");
  assert.deepEqual(runeAt(bytes, 1), { code: 0xe9, size: 2 });
  assert.deepEqual(runeAt(bytes, 3), { code: 0x65e5, size: 3 });
  assert.deepEqual(runeAt(bytes, 6), { code: 0x1f642, size: 4 });
  assert.deepEqual(runeAt(bytes, 2), { code: 0xfffd, size: 1 });
});
