import assert from "node:assert/strict";
import { test } from "node:test";

import { metaRowsFormat, MetaRowsError, type MetaRowsFormat, parseMetaRows } from "../../../src/core/task/meta-rows.ts";

function rows(text: string, format?: MetaRowsFormat): Record<string, string>[] {
  const parsed = parseMetaRows(text, format);
  if (parsed instanceof MetaRowsError) throw parsed;
  return parsed.map((row) => Object.fromEntries(row));
}

test("one JSON object a line, empty lines ignored", () => {
  assert.deepEqual(rows('{"a":"x"}\r\n\n{"b":2}'), [{ a: "x" }, { b: "2" }]);
  assert.deepEqual(rows("\r\n"), []);
});

test("numbers are written without exponent", () => {
  const numbers = ["1.50", "-0", "1e21", "1e-7", "-1.5e-9", "12345678901234567890", "1.25e22"];
  assert.deepEqual(
    rows(numbers.map((number) => `{"v":${number}}`).join("\n")).map((row) => row["v"]),
    [
      "1.5",
      "-0",
      "1000000000000000000000",
      "0.0000001",
      "-0.0000000015",
      "12345678901234567000",
      "12500000000000000000000",
    ],
  );
});

test("other values: null is empty, truth values and structures are JSON", () => {
  assert.deepEqual(rows('{"a":null,"b":true,"c":["x",1],"d":{"e":null}}'), [
    { a: "", b: "true", c: '["x",1]', d: '{"e":null}' },
  ]);
});

test("a line that is not an object is an error with its number", () => {
  for (const line of ["broken", "[1]", '"text"', "5", "  ", '{"v":1e999}', '{"v":[1e999]}', "\uFEFF{}"]) {
    const parsed = parseMetaRows(`{"a":1}\n${line}\n`);
    assert.ok(parsed instanceof MetaRowsError, line);
    assert.equal(parsed.line, 2);
    assert.match(parsed.message, /^line 2: /);
  }
});

test("keys that mean something to JavaScript are keys like others", () => {
  const parsed = parseMetaRows('{"__proto__":"x","constructor":"y"}');
  assert.ok(!(parsed instanceof MetaRowsError));
  assert.deepEqual(
    [...(parsed[0] ?? [])],
    [
      ["__proto__", "x"],
      ["constructor", "y"],
    ],
  );
});

test("CSV under a header line, with quotes and line breaks", () => {
  assert.deepEqual(rows('name,value\na,1\n\n"b, ""c""","x\ny"\r\nlast,', "csv"), [
    { name: "a", value: "1" },
    { name: 'b, "c"', value: "x\ny" },
    { name: "last", value: "" },
  ]);
  assert.deepEqual(rows("", "csv"), []);
  assert.deepEqual(rows("only\n", "csv"), []);
});

test("errors of a CSV file name their line", () => {
  for (const [text, line] of [
    ["a,b\n1\n", 2],
    ['a\n"x\ny', 2],
    ['a\n1\nx"y\n', 3],
    ["a,a\n1,2\n", 1],
  ] as const) {
    const parsed = parseMetaRows(text, "csv");
    assert.ok(parsed instanceof MetaRowsError, text);
    assert.equal(parsed.line, line, text);
  }
});

test("the name gives the format", () => {
  assert.equal(metaRowsFormat("gs://b/rows.CSV"), "csv");
  assert.equal(metaRowsFormat("rows.csv.gz"), "csv");
  assert.equal(metaRowsFormat("rows.json"), "json");
  assert.equal(metaRowsFormat("csv"), "json");
});
