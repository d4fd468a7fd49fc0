import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fillKnown, openTokens } from "../../../src/core/task/open-tokens.ts";

describe("the tokens that are left open in a text", () => {
  for (const [text, open] of [
    ["?day={yyyy}-{MM}-{dd}&again={yyyy}", ["{yyyy}", "{MM}", "{dd}"]],
    ["?r={meta:region}&k={meta:row-count}&u={uuid}", ["{meta:region}", "{meta:row-count}", "{uuid}"]],
    ["{HOUR_SLUG}/{TS}/{Host}", ["{HOUR_SLUG}", "{TS}", "{Host}"]],
    ["?a#{yyyy}&r={meta:region}", ["{meta:region}"]],
    ["#{yyyy}", ["{yyyy}"]],
    ['{"a":{"mm":1},"b":{}}', []],
    ["{1,2} {name} ${x} {{y}} {meta:} {ts} {", []],
    ["{{yyyy}}", ["{yyyy}"]],
    ["", []],
  ] as const)
    it(`of ${JSON.stringify(text)} are ${open.join(" ") || "none"}`, () => {
      assert.deepEqual(openTokens(text), open);
    });

  it("keep their key where the meta has no value, and are filled with an empty one", () => {
    const values = new Map([
      ["a", ["1"]],
      ["b", [""]],
    ]);
    assert.equal(fillKnown("?a={meta:a}&b={meta:b}&c={meta:c}", values), "?a=1&b=&c={meta:c}");
  });
});
