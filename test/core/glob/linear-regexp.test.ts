import assert from "node:assert/strict";
import { test } from "node:test";
import picomatch from "picomatch";
import { compileFilesGlob } from "../../../src/core/glob/glob.ts";
import { countStars, linearTest } from "../../../src/core/glob/linear-regexp.ts";
import { fc } from "../../support/seed.ts";

/** Parts of patterns, of plain characters and of paths. */
const PARTS = ["a", "b", ".", "..", "/", "*", "**", "**/", "/**/", "/**", "?", "[ab]", "[!a]", "[a-c]", "[[:alpha:]]"];
const CHOICES = [
  "{a,b}",
  "{a,*}",
  "{**,b}",
  "{a/b,c}",
  "{1..3}",
  "(a)",
  "+(a)",
  "!",
  "$",
  "^",
  "|",
  "1",
  "é",
  ",",
  "}",
];
const STEPS = ["a", "b", "c", "/", "/", ".", "..", "*", "1", "é", "\n", "$", "+", "(", "a/b"];
const PATTERN = fc
  .array(fc.constantFrom(...PARTS, ...CHOICES, "\\*", "\\?"), { maxLength: 7 })
  .map((parts) => parts.join(""));
const PATH = fc.array(fc.constantFrom(...STEPS), { maxLength: 8 }).map((parts) => parts.join(""));
/** With more stars the engine itself does not answer in time. */
const MAX_STARS = 3;
const OPTIONS = { dot: true, nonegate: true, noextglob: true, strictBrackets: true, windows: false, flags: "s" };

test("answers what the regular expression of a pattern answers", () => {
  let known = 0;
  let met = 0;
  fc.assert(
    fc.property(PATTERN, fc.array(PATH, { minLength: 1, maxLength: 6 }), (pattern, paths) => {
      let regexp: RegExp;
      try {
        regexp = picomatch.makeRe(pattern, OPTIONS);
      } catch {
        return;
      }
      const linear = linearTest(regexp.source);
      if (linear === null || countStars(regexp.source) > MAX_STARS) return;
      known += 1;
      for (const path of [...paths, pattern]) {
        if (regexp.test(path)) met += 1;
        assert.equal(linear(path), regexp.test(path), `${pattern} (${regexp.source}) on ${JSON.stringify(path)}`);
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(known > 1000, `${known} patterns are known`);
  assert.ok(met > 200, `${met} paths matched`);
});

test("a pattern with many stars matches as it did", () => {
  fc.assert(
    fc.property(PATTERN, PATH, (pattern, path) => {
      let before: boolean | null;
      try {
        if (pattern !== "" && countStars(picomatch.makeRe(pattern, OPTIONS).source) > MAX_STARS) return;
        before = pattern === "" ? null : picomatch(pattern, OPTIONS)(path);
      } catch {
        before = null;
      }
      assert.equal(compileFilesGlob(pattern)?.(path) ?? null, before, `${pattern} on ${JSON.stringify(path)}`);
    }),
    { numRuns: 2000 },
  );
});

test("knows counts, groups, classes and what is ahead", () => {
  const sources = [
    "^a{2}$",
    "^a{1,3}b$",
    "^(?:a|b)+?c$",
    "^[^/]*?x$",
    "a(?=b)",
    "^(?!a|b).$",
    "^\\d\\.\\w$",
    "$^",
    "^a{2,}$",
    "^(?:a?)*$",
  ];
  const texts = ["", "a", "aa", "aaa", "ab", "aab", "abc", "b", "c", "1.x", "11x", "/x", "cax", "\n"];
  for (const source of sources) {
    const linear = linearTest(source);
    for (const text of texts) assert.equal(linear?.(text), new RegExp(source, "s").test(text), `${source} on ${text}`);
  }
  for (const source of ["(a)\\1", "(?<=a)b", "(?<n>a)", "a**", "(", "a)", "\\bx", "a{99}", "[a"]) {
    assert.equal(linearTest(source), null, source);
  }
  assert.deepEqual([countStars("^a*?[*+]\\*b+$"), countStars("(a|b*)+")], [2, Infinity]);
});

test("no number of stars keeps it busy", { timeout: 10_000 }, () => {
  const path = "/b".repeat(60);
  for (const pattern of ["/**/*a".repeat(40), "*b".repeat(40), "{**/*a,**/*b}/".repeat(20), "/**".repeat(40) + "/a"]) {
    const matches = compileFilesGlob(pattern);
    assert.equal(matches?.(path), false, pattern);
    assert.equal(matches?.(`${path}/${"b".repeat(255)}`), false, pattern);
  }
  assert.equal(compileFilesGlob("/**/*a".repeat(40))?.("/xa".repeat(60)), true);
  assert.equal(compileFilesGlob("/**/*a".repeat(40))?.("/xa".repeat(39)), false);
});
