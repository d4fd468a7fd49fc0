import assert from "node:assert/strict";
import { test } from "node:test";
import { cutLines, cutText } from "../../src/contract/cut-text.ts";
import { fc } from "../support/seed.ts";

const line = fc.string({ unit: "grapheme", maxLength: 60 });
const texts = fc.array(line, { maxLength: 40 }).map((lines) => lines.join("\n"));

test("a text that is cut is no longer than it may be, begins as it began, and says that it is cut", () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 1, max: 80 }), (text, max) => {
      const cut = cutText(text, max);
      assert.ok(cut.length <= max);
      if (text.length <= max) return assert.equal(cut, text);
      assert.ok(!text.isWellFormed() || cut.isWellFormed());
      assert.ok(cut.endsWith("…") && text.startsWith(cut.slice(0, -1)));
      assert.ok(cut.length >= max - 1);
    }),
  );
  assert.equal(cutText("abc😀d", 5), "abc…", "not half of a pair");
});

test("lines that are cut are no longer than they may be, whole, and begin as they began", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 80, max: 400 }), (text, max) => {
      const cut = cutLines(text, max);
      assert.ok(cut.length <= max);
      if (text.length <= max) return assert.equal(cut, text);
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
