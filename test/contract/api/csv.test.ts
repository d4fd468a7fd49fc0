import assert from "node:assert/strict";
import { test } from "node:test";
import { csvLine } from "../../../src/contract/api/csv.ts";

test("a cell is quoted where RFC 4180 says so, or another separator may be meant", () => {
  assert.equal(
    csvLine(["a,b", 'say "x"', "two\r\nlines", null, 1.5, -2, ""]),
    '"a,b","say ""x""","two\r\nlines",,1.5,-2,',
  );
  assert.equal(csvLine(["a;b", "a\tb", "a b"]), '"a;b","a\tb",a b');
});

test("no text is a formula, wherever a spreadsheet may begin a cell", () => {
  const starts = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "\uff1d1",
    "  =1",
    "\ufeff=1",
    '=HYPERLINK("http://x")',
  ];
  for (const text of starts) assert.match(csvLine([text]), /^"?'/, text);
  assert.equal(csvLine(["a;=1+1", "a\n @x", "a\t-1"]), `"a;'=1+1","a\n' @x","a\t'-1"`);
  for (const text of ["a=1", "a-b", "x; y", "2026-01-01", "a@b.example"])
    assert.equal(csvLine([text]).replaceAll('"', ""), text);
});
