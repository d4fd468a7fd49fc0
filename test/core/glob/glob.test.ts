import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { compileFilesGlob, compileGlob, matchGlob } from "../../../src/core/glob/glob.ts";

/** Pieces of well-formed patterns, each with the test of one character that it stands for; null for a star. */
const PIECES = fc.array(
  fc.constantFrom<readonly [string, ((char: string) => boolean) | null]>(
    ["a", (char) => char === "a"],
    ["b", (char) => char === "b"],
    ["/", (char) => char === "/"],
    ["日", (char) => char === "日"],
    ["\\*", (char) => char === "*"],
    ["?", (char) => char !== "/"],
    ["[a-c]", (char) => char >= "a" && char <= "c"],
    ["[^a]", (char) => char !== "a"],
    ["[é-日x]", (char) => char === "x" || (char >= "é" && char <= "日")],
    ["*", null],
  ),
  { maxLength: 8 },
);
const NAME = fc.array(fc.constantFrom("a", "b", "c", "/", "*", "x"), { maxLength: 8 }).map((chars) => chars.join(""));

test("matches as a naive backtracking matcher does", () => {
  fc.assert(
    fc.property(PIECES, NAME, (pieces, name) => {
      const matches = compileGlob(pieces.map(([text]) => text).join(""));
      assert.equal(matches?.(name), naive(pieces, Array.from(name)));
    }),
    { numRuns: 1000 },
  );
});

function naive(pieces: readonly (readonly [string, ((char: string) => boolean) | null])[], name: string[]): boolean {
  const [piece, ...rest] = pieces;
  if (piece === undefined) return name.length === 0;
  const [first, ...others] = name;
  const accepts = piece[1];
  if (accepts !== null) return first !== undefined && accepts(first) && naive(rest, others);
  return naive(rest, name) || (first !== undefined && first !== "/" && naive(pieces, others));
}

test("a malformed pattern never matches", () => {
  for (const pattern of ["[", "[]a]", "[a", "a\\", "[a-]", "[-a]", "x*[", "[^]", "zzz*[a-"]) {
    assert.equal(compileGlob(pattern), null, pattern);
  }
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "[", "]", "-", "^", "*", "\\", "?")), NAME, (parts, name) => {
      const pattern = parts.join("");
      assert.equal(compileGlob(pattern)?.(name) ?? false, matchGlob(pattern, name) === true);
    }),
  );
});

test("a star is slow for nobody", () => {
  const matches = compileGlob(`${"a*".repeat(30)}b`);
  assert.equal(matches?.("a".repeat(300)), false);
});

test("a files_glob knows any depth and choices", () => {
  const matches = compileFilesGlob("gs://in/**/*.{csv,json}");
  assert.equal(matches?.("gs://in/2024/01/x.csv"), true);
  assert.equal(matches?.("gs://in/x.json"), true);
  assert.equal(matches?.("gs://in/.hidden/x.json"), true);
  assert.equal(matches?.("gs://in/x.txt"), false);
  assert.equal(matches?.("gs://other/x.csv"), false);
});

test("in a files_glob ! and () are characters, and open brackets are a fault", () => {
  assert.equal(compileFilesGlob("!a")?.("!a"), true);
  assert.equal(compileFilesGlob("+(a)")?.("+(a)"), true);
  assert.equal(compileFilesGlob("[a"), null);
  assert.equal(compileFilesGlob("{a"), null);
  assert.equal(compileFilesGlob(""), null);
});
