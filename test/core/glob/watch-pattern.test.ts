import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFilePattern } from "../../../src/core/glob/watch-pattern.ts";

test("a pattern says which files of a folder count", () => {
  const cases: [pattern: string, path: string, matches: boolean][] = [
    ["**", "a.csv", true],
    ["**", "2026/01/a.csv", true],
    ["*.csv", "a.csv", true],
    ["*.csv", "sub/a.csv", false],
    ["*.csv", "a.csv.gz", false],
    ["**/*.{csv,json}", "a.json", true],
    ["**/*.{csv,json}", "x/y/a.csv", true],
    ["in/*.csv", "in/a.csv", true],
    ["in/*.csv", "out/a.csv", false],
    ["**", ".hidden", false],
    ["**", ".git/config", false],
    [".*", ".hidden", true],
    ["**", "a.csv.tmp", false],
    ["**", "a.part", false],
    ["**", "a.csv~", false],
    ["*.tmp", "a.tmp", true],
    ["**/*.csv", "x\ny/\n.csv", true],
    ["*.part", "a.tmp", false],
  ];
  for (const [pattern, path, matches] of cases) {
    assert.equal(parseFilePattern(pattern).matches(path), matches, `${pattern} on ${path}`);
  }
});

test("a pattern says how deep to look, and whether into hidden folders", () => {
  assert.equal(parseFilePattern("*.csv").depth, 0);
  assert.equal(parseFilePattern("*/*/a.csv").depth, 2);
  assert.equal(parseFilePattern("**").depth, Infinity);
  assert.equal(parseFilePattern("**").enters(".git"), false);
  assert.equal(parseFilePattern("**").enters("data"), true);
  assert.equal(parseFilePattern("**/.cache/*").enters(".cache"), true);
});

test("what all matches begin with", () => {
  const prefixes: [pattern: string, prefix: string, path: string][] = [
    ["**", "", "a/b"],
    ["*.csv", "", "a.csv"],
    ["in/2026-*/**/*.csv", "in/2026-", "in/2026-01/x/a.csv"],
    ["in/{a,b}.csv", "in/", "in/a.csv"],
    ["in/a.csv", "in/a.csv", "in/a.csv"],
    ["in/x+(1)", "in/x", "in/x11"],
    ["[ab]/c", "", "a/c"],
    ["a\\\\*b", "a", "a*b"],
    ["in/a?c", "in/a", "in/abc"],
    ["./in/*", "", "in/a"],
  ];
  for (const [pattern, prefix, path] of prefixes) {
    const parsed = parseFilePattern(pattern.replaceAll("\\\\", "\\"));
    assert.equal(parsed.prefix, prefix, pattern);
    assert.equal(parsed.matches(path), true, `${pattern} on ${path}`);
    assert.equal(path.startsWith(prefix), true, pattern);
  }
});

test("a pattern with many stars takes its time from the length of the path alone", () => {
  const pattern = parseFilePattern(`**/*a${"/**/*a".repeat(39)}`);
  const path = Array.from({ length: 60 }, () => "aaab").join("/");
  // Backtracking would not end.
  assert.equal(pattern.matches(path), false);
});
