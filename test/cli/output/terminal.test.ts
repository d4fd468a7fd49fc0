import assert from "node:assert/strict";
import test from "node:test";
import { paintFor, paintResult } from "../../../src/cli/output/paint.ts";
import { printable } from "../../../src/contract/printable.ts";
import { table } from "../../../src/cli/output/table.ts";
import { wrap } from "../../../src/cli/output/wrap.ts";
import { isoTime, localTime, parseTime } from "../../../src/cli/output/times.ts";

test("colours only on a terminal that wants them", () => {
  assert.equal(paintFor(true, {}).red("x"), "\u001b[31mx\u001b[39m");
  for (const paint of [paintFor(false, {}), paintFor(true, { NO_COLOR: "1" }), paintFor(true, { TERM: "dumb" })]) {
    assert.equal(paint.red("x") + paint.bold("y") + paintResult(paint, "error"), "xyerror");
  }
  assert.equal(
    paintFor(true, { NO_COLOR: "" }).green("x"),
    "\u001b[32mx\u001b[39m",
    "an empty NO_COLOR does not count",
  );
});

test("a table is aligned, and its last column is cut at the terminal's edge", () => {
  const rows = [
    [{ text: "1" }, { text: "a long text that goes on" }],
    [{ text: "200" }, { text: "b" }],
  ];
  assert.equal(table(["ID", "INFO"], rows, 20), "ID   INFO\n1    a long text th…\n200  b");
  assert.equal(table(["ID", "INFO"], rows, null), "ID   INFO\n1    a long text that goes on\n200  b");
});

test("colour does not count for the width", () => {
  const { red } = paintFor(true, {});
  assert.equal(table(["A", "B"], [[{ text: "x", paint: red }, { text: "y" }]], null), "A  B\n\u001b[31mx\u001b[39m  y");
});

test("wide characters take two columns, and marks on others none", () => {
  const rows = [
    [{ text: "e\u0301" }, { text: "x" }],
    [{ text: "表示" }, { text: "漢字漢字漢字漢字" }],
  ];
  assert.equal(table(["A", "B"], rows, 18), "A     B\ne\u0301     x\n表示  漢字漢字漢…");
  assert.equal(wrap("漢".repeat(11), 20, 0), `${"漢".repeat(10)}\n漢`);
});

test("a cut counts every character before it, also lines and marks", () => {
  const rows = [
    [{ text: `├─ ${"x".repeat(40)}` }],
    [{ text: `e\u0301${"x".repeat(40)}` }],
    [{ text: "🇩🇪".repeat(20) }],
  ];
  assert.equal(table(["TASK"], rows, 12), `TASK\n├─ ${"x".repeat(8)}…\ne\u0301${"x".repeat(10)}…\n${"🇩🇪".repeat(5)}…`);
});

test("a message cannot steer the terminal", () => {
  assert.equal(printable("a\u001b[2Jb\r\nc\u009bd"), "a [2Jb  c d");
  assert.equal(printable("gpj.\u202eexe\u2066 \u200f"), "gpj. exe   ", "nor turn the direction of what follows");
});

test("times are written as instants and on the clock of a zone", () => {
  const ms = Date.UTC(2026, 6, 1, 22, 30, 5, 120);
  assert.equal(isoTime(ms), "2026-07-01T22:30:05.120Z");
  assert.equal(isoTime(ms - 120), "2026-07-01T22:30:05Z");
  assert.equal(isoTime(null), null);
  assert.equal(localTime(ms, "Europe/Berlin"), "2026-07-02 00:30:05");
});

test("times are read in RFC 3339, or as day and hour of the zone", () => {
  const at = (text: string) => isoTime(parseTime(text, "Europe/Berlin"));
  assert.equal(at("2026-07-01T05:00:00+01:00"), "2026-07-01T04:00:00Z");
  assert.equal(at("2026-07-01"), "2026-06-30T22:00:00Z");
  assert.equal(at("2026-01-01T5"), "2026-01-01T04:00:00Z");
  assert.equal(at("2026-01-01 05:30"), "2026-01-01T04:30:00Z");
  for (const text of ["", "today", "2026-02-30", "2026-01-01T24", "2026-1-1"]) assert.equal(at(text), null, text);
});
