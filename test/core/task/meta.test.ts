import assert from "node:assert/strict";
import { test } from "node:test";

import { encodedMeta, orderedMeta, parseMeta, sortedMeta } from "../../../src/core/task/meta.ts";
import { fc } from "../../support/seed.ts";

const TEXT = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("a", "&", "=", "%", "+", ";", "%41", " ", "é", "workflow", "?"))
    .map((parts) => parts.join("")),
);
const VALUES = fc.uniqueArray(fc.tuple(TEXT, fc.array(TEXT, { minLength: 1, maxLength: 3 })), {
  selector: ([key]) => key,
  maxLength: 5,
});

test("written meta is read back unchanged", () => {
  fc.assert(
    fc.property(VALUES, (entries) => {
      const values = new Map(entries);
      const sorted = Object.fromEntries(values);
      assert.deepEqual(Object.fromEntries(parseMeta(sortedMeta(values))), sorted);
      assert.deepEqual(Object.fromEntries(parseMeta(encodedMeta(values))), sorted);
    }),
  );
});

test("no value adds a key or changes another one's", () => {
  fc.assert(
    fc.property(TEXT, TEXT, (file, name) => {
      const pairs = [
        ["workflow", "w.toml"],
        ["file", file],
        ["name", name],
      ] as const;
      const read = parseMeta(orderedMeta(pairs));
      assert.deepEqual(
        [...read],
        [
          ["workflow", ["w.toml"]],
          ["file", [file]],
          ["name", [name]],
        ],
      );
    }),
  );
});

test("keys are sorted by bytes, values of a key keep their order", () => {
  const values = new Map([
    ["🙂", ["3"]],
    ["\uFFFD", ["2"]],
    ["b", ["2", "1"]],
    ["B", ["0"]],
    ["none", []],
  ]);
  assert.equal(sortedMeta(values), "B=0&b=2&b=1&\uFFFD=2&🙂=3");
});

test("meta stays readable, except for characters that would not survive", () => {
  assert.equal(sortedMeta(new Map([["file", ["gs://b/a b?c=d"]]])), "file=gs://b/a b?c=d");
  assert.equal(sortedMeta(new Map([["file", ["x&workflow=evil"]]])), "file=x%26workflow%3Devil");
  assert.equal(
    orderedMeta([
      ["k=", "="],
      ["a", "50%"],
    ]),
    "k%3D==&a=50%25",
  );
  assert.equal(encodedMeta(new Map([["file", ["gs://b/a b"]]])), "file=gs%3A%2F%2Fb%2Fa+b");
});
