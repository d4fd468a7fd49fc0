import assert from "node:assert/strict";
import { test } from "node:test";

import { compileFilesGlob, compileGlob, matchGlob } from "../../../src/core/glob/glob.ts";
import { fc } from "../../support/seed.ts";

/** A piece of a well-formed pattern, with the test of its one character; null for a star. */
type Piece = readonly [string, ((char: string) => boolean) | null];

const PIECES = fc.array(
  fc.constantFrom<Piece>(
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

test("matches as Go's filepath.Match does", () => {
  fc.assert(
    fc.property(PIECES, NAME, (pieces, name) => {
      const matches = compileGlob(pieces.map(([text]) => text).join(""));
      assert.equal(matches?.(name), asGoMatches(pieces, Array.from(name)));
    }),
    { numRuns: 1000 },
  );
});

/**
 * Go's rule, in pieces: a star takes the fewest characters after which everything up to the next star fits, and
 * does not take more when the rest then fails; at the last star that everything has to reach the end of the name.
 */
function asGoMatches(pieces: readonly Piece[], name: readonly string[]): boolean {
  if (pieces.length === 0) return name.length === 0;
  const stars = pieces.findIndex(([, accepts]) => accepts !== null);
  if (stars < 0) return !name.includes("/");
  const next = pieces.findIndex(([, accepts], index) => index > stars && accepts === null);
  const range = pieces.slice(stars, next < 0 ? pieces.length : next);
  const later = pieces.slice(stars + range.length);
  for (let taken = 0; ; taken++) {
    const end = taken + range.length;
    const fits = range.every(([, accepts], index) => {
      const char = name[taken + index];
      return char !== undefined && accepts?.(char) === true;
    });
    if (fits && (later.length > 0 || end === name.length)) return asGoMatches(later, name.slice(end));
    if (stars === 0 || taken === name.length || name[taken] === "/") return false;
  }
}

test("answers what Go 1.26 answers where its matcher surprises", () => {
  const answers: readonly (readonly [string, string, boolean])[] = [
    // A class, also a negated one, may take a slash; a star and a question mark may not.
    ["[^a]", "/", true],
    ["[.-0]", "/", true],
    ["a*[^b]c", "ax/c", true],
    ["a?c", "a/c", false],
    // The first star stops before the first character that the class takes, though a later one would match the name.
    ["*[^a]*", "c/aa", false],
    ["*[^a]?*", "cc/c", false],
    ["*[^a]*", "caa", true],
    // Bytes, so that a star ends inside of a character and each byte left is one character.
    ["*??", "日", true],
    ["??", "日", false],
    ["?", "日", true],
  ];
  for (const [pattern, name, answer] of answers) {
    assert.equal(compileGlob(pattern)?.(name), answer, `${pattern} on ${name}`);
  }
});

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

test("no star is slow", () => {
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

test("in a files_glob ! and () are characters, and open brackets are an error", () => {
  assert.equal(compileFilesGlob("!a")?.("!a"), true);
  assert.equal(compileFilesGlob("+(a)")?.("+(a)"), true);
  assert.equal(compileFilesGlob("[a"), null);
  assert.equal(compileFilesGlob("{a"), null);
  assert.equal(compileFilesGlob(""), null);
});

test("in a files_glob a line break in a name is a character like others, as in files", () => {
  for (const pattern of ["/in/**", "/in/*", "/in/**/*.csv", "/in/?.csv", "/in/[^a]*"])
    assert.equal(compileFilesGlob(pattern)?.("/in/\n.csv"), true, pattern);
});
