import assert from "node:assert/strict";
import { test } from "node:test";
import { fc } from "../support/seed.ts";
import { excerpt } from "../../src/notify/excerpt.ts";

test("an excerpt is one short line without control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), (text) => {
      const words = excerpt(text);
      assert.ok(words.length <= 160);
      assert.doesNotMatch(words, /[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
  assert.equal(excerpt("  ok\r\n\u001b[31mred  "), "ok [31mred");
});
