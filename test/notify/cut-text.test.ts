import assert from "node:assert/strict";
import { test } from "node:test";
import { cutLines, fewWords } from "../../src/notify/cut-text.ts";
import { fc } from "../support/seed.ts";

const texts = fc
  .array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 40 })
  .map((lines) => lines.join("\n"));

test("a text that is cut is no longer than it may be, whole, and begins as it began", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 80, max: 400 }), (text, most) => {
      const cut = cutLines(text, most);
      assert.ok(cut.length <= most);
      if (text.length <= most) return assert.equal(cut, text);
      assert.ok(!text.isWellFormed() || cut.isWellFormed());
      const [, begin = ""] = /^([\s\S]*)\n… and (?:\d+ )?more(?: lines)?\n$/.exec(cut) ?? assert.fail(cut);
      assert.ok(text.startsWith(begin));
    }),
  );
});

test("lines that are left out are counted", () => {
  const text = "0123456789\n".repeat(50);
  const [, left = ""] = /… and (\d+) more lines\n$/.exec(cutLines(text, 200)) ?? [];
  assert.equal(
    cutLines(text, 200)
      .split("\n")
      .filter((line) => line === "0123456789").length + Number(left),
    50,
  );
});

test("a few words are one short line that steers no terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), (text) => {
      const words = fewWords(text);
      assert.ok(words.length <= 161);
      assert.doesNotMatch(words, /[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
  assert.equal(fewWords("  ok\r\n\u001b[31mred  "), "ok [31mred");
});
