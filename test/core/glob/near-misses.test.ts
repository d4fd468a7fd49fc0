import assert from "node:assert/strict";
import { test } from "node:test";
import { compileGlobOf } from "../../../src/core/glob/glob-align.ts";
import type { GlobLanguage } from "../../../src/core/glob/glob-program.ts";
import { nearestPatterns } from "../../../src/core/glob/near-misses.ts";

function nearest(path: string, patterns: readonly (string | readonly [GlobLanguage, string])[]): string[] {
  const all = patterns.map((one) => {
    const [language, pattern] = typeof one === "string" ? (["files", one] as const) : one;
    return { of: pattern, glob: compileGlobOf(language, pattern) };
  });
  return nearestPatterns(path, all).map(({ of }) => of);
}

test("the pattern that the path follows furthest comes first", () => {
  const patterns = ["/out/*.csv", "/in/*/*.csv", "/in/*.json", "/in/2026/*.csv", "/other/x"];
  assert.deepEqual(nearest("/in/2026/a.csx", patterns).slice(0, 2), ["/in/2026/*.csv", "/in/*/*.csv"]);
});

test("a match at the end of both counts too", () => {
  assert.deepEqual(nearest("/in/2025/a.csv", ["/in/2026/*.txt", "/in/2026/*.csv"])[0], "/in/2026/*.csv");
  assert.deepEqual(
    nearest("gs://b/x/a.csv", [
      ["files_glob", "gs://a/**/*.json"],
      ["files_glob", "gs://a/**/*.csv"],
    ])[0],
    "gs://a/**/*.csv",
  );
});

test("there are five at most, none without a match, and none that is half as near as the nearest", () => {
  const many = Array.from({ length: 5000 }, (_, n) => `/in/77/${n}*.csv`);
  const found = nearest("/in/77/123456.txt", many);
  assert.equal(found.length, 5);
  assert.equal(found[0], "/in/77/1234*.csv");
  assert.deepEqual(nearest("/in/777/a.txt", ["/in/1/*.csv", "/in/777/*.csv", "/*/x"]), ["/in/777/*.csv"]);
  assert.deepEqual(nearest("zzz", ["/in/*.csv", "a*", "[", "*/x"]), ["*/x"]);
  assert.deepEqual(nearest("", ["/in/*.csv"]), []);
});

test("a malformed pattern is reported when the path begins as it does", () => {
  assert.deepEqual(nearest("/in/a.csv", ["/in/[", "[/in"]), ["/in/["]);
});

test("is quick for long paths and patterns", () => {
  const patterns = Array.from({ length: 40 }, (_, n) => `${"a*".repeat(500)}${n}`);
  assert.equal(nearest("a".repeat(4096), patterns).length, 5);
  assert.equal(nearest("a".repeat(1_000_000), patterns).length, 5);
});
