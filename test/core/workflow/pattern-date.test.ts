import assert from "node:assert/strict";
import { test } from "node:test";
import { canBringDate } from "../../../src/core/workflow/pattern-date.ts";

test("a pattern brings a date where a path that it matches can have one", () => {
  for (const pattern of ["/in/*.csv", "/in/????/??/??/x", "/in/2026-01-0[1-9].csv", "/in/2026/01/x"])
    assert.equal(canBringDate(pattern, "files"), true, pattern);
  for (const pattern of ["/in/latest.csv", "/in/part-??.csv", "/in/[ab].csv"])
    assert.equal(canBringDate(pattern, "files"), false, pattern);
  assert.equal(canBringDate("/in/{latest,2026-01-01}.csv", "files_glob"), true);
  assert.equal(canBringDate("/in/{latest,newest}.{csv,json}", "files_glob"), false);
});
