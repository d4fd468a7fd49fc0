import assert from "node:assert/strict";
import { test } from "node:test";
import { isCompletePath, pathFilter } from "../../../src/contract/api/path-filter.ts";
import { fc } from "../../support/seed.ts";

const TEXT = fc.array(fc.constantFrom("a", "b", "/", ".", "*", "?"), { maxLength: 10 }).map((chars) => chars.join(""));

test("a filter takes what the regular expression of the same meaning takes", () => {
  fc.assert(
    fc.property(TEXT, TEXT, (filter, path) => {
      const source = filter.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
      assert.equal(pathFilter(filter)(path), new RegExp(`^${source}$`, "s").test(path));
    }),
    { numRuns: 2000 },
  );
});

test("many stars are slow for nobody, and a filter without any is one path", () => {
  assert.equal(pathFilter(`${"*a".repeat(300)}b`)("a".repeat(4000)), false);
  assert.deepEqual(["/in/a.csv", "/in/*", "/in/?"].map(isCompletePath), [true, false, false]);
});
