import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOfText, textOfBytes } from "../../../src/core/text/byte-text.ts";
import { parseQuery, queryEscape, queryUnescape } from "../../../src/core/text/query.ts";
import { fc } from "../../support/seed.ts";

/** Text made of the pieces that matter to a query, so that most runs have some. */
const QUERY_TEXT = fc
  .array(fc.constantFrom("a", "b", "=", "&", ";", "%", "%41", "%ff", "%e2%82", "%C3%A9", "+", "é", "🙂", " ", "#", "?"))
  .map((parts) => parts.join(""));

test("reads as a naive byte-by-byte reader does", () => {
  fc.assert(
    fc.property(QUERY_TEXT, (text) => {
      const { values, error } = parseQuery(text);
      const naive = naiveQuery(text);
      assert.deepEqual(Object.fromEntries(values), naive.values);
      assert.equal(error, naive.error);
    }),
  );
});

test("escaping and unescaping returns the same text, for any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = textOfBytes(bytes);
      const escaped = queryEscape(text);
      assert.match(escaped, /^[A-Za-z0-9\-_.~+%]*$/);
      assert.equal(queryUnescape(escaped), text);
    }),
  );
});

test("only letters, digits and -_.~ stay unescaped", () => {
  assert.equal(queryEscape("aZ09-_.~"), "aZ09-_.~");
  assert.equal(queryEscape("a b!'()*/?é"), "a+b%21%27%28%29%2A%2F%3F%C3%A9");
});

test("a percent sign needs two hex digits", () => {
  for (const text of ["%", "%4", "a%", "%zz", "%%20", "%u0041"]) assert.equal(queryUnescape(text), null);
  assert.equal(queryUnescape("%41%2b+%2525"), "A+ %25");
});

test("bytes that are not UTF-8 survive", () => {
  const value = parseQuery("a=x%ffé").values.get("a")?.[0] ?? "";
  assert.deepEqual([...bytesOfText(value)], [0x78, 0xff, 0xc3, 0xa9]);
  assert.equal(queryEscape(value), "x%FF%C3%A9");
});

function naiveQuery(text: string) {
  const values: Record<string, string[]> = {};
  let error = false;
  for (const pair of text.split("&").filter((part) => part !== "")) {
    const [key, ...rest] = pair.split("=");
    const [name, value] = [naiveUnescape(key ?? ""), naiveUnescape(rest.join("="))];
    if (pair.includes(";") || name === null || value === null) error = true;
    else (values[name] ??= []).push(value);
  }
  return { values, error };
}

function naiveUnescape(text: string): string | null {
  const bytes: number[] = [];
  const source = Buffer.from(text);
  for (let at = 0; at < source.length; at++) {
    const char = String.fromCharCode(source[at] ?? 0);
    if (char !== "%") {
      bytes.push(char === "+" ? 32 : (source[at] ?? 0));
      continue;
    }
    const digits = source.toString("latin1", at + 1, at + 3);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) return null;
    bytes.push(Number.parseInt(digits, 16));
    at += 2;
  }
  return textOfBytes(Uint8Array.from(bytes));
}
