import assert from "node:assert/strict";
import { test } from "node:test";
import { TerminalFilter } from "../../../src/cli/output/terminal-filter.ts";

/** The text as it comes through in pieces of that many bytes. */
function filtered(text: string, size: number): string {
  const filter = new TerminalFilter();
  const bytes = Buffer.from(text);
  let out = "";
  for (let at = 0; at < bytes.length; at += size) out += filter.write(bytes.subarray(at, at + size));
  return out + filter.end();
}

test("colours, line breaks and tabs come through, whatever the pieces, and end with the text", () => {
  for (const size of [1, 3, 1000])
    assert.equal(filtered("\u001b[1;31mred\u001b[0m\tü\n", size), "\u001b[1;31mred\u001b[0m\tü\n\u001b[0m");
  assert.equal(filtered("plain\n", 2), "plain\n");
});

test("nothing else controls the terminal", () => {
  const hostile =
    "a\u001b[2Jb\u001b[10;5Hc\u001b]0;title\u0007d\u001b]52;c;aGk=\u001b\\e\u001bcf\u001b[6ng\u0007h\u009b31mi\u202ej";
  for (const size of [1, 2, 5, 1000]) assert.equal(filtered(hostile, size), "abcdefg h 31mi j");
});

test("a progress bar becomes lines", () => {
  for (const size of [1, 1000]) assert.equal(filtered("10 %\r20 %\r\n", size), "10 %\n20 %\n");
});

test("a sequence without an end does not swallow what follows", () => {
  const text = `\u001b]0;${"x".repeat(3000)}`;
  for (const size of [1, 700, 5000]) {
    const shown = filtered(text, size);
    assert.ok(!shown.includes("\u001b"), "an escape came through");
    assert.ok(shown.includes("x".repeat(1000)));
  }
});
