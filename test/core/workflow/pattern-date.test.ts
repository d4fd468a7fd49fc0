import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";
import { canBringDate } from "../../../src/core/workflow/pattern-date.ts";

test("a pattern brings a date where a path that it matches can have one", () => {
  for (const pattern of ["/in/*.csv", "/in/????/??/??/x", "/in/2026-01-0[1-9].csv", "/in/2026/01/x"])
    assert.equal(canBringDate(pattern, "files"), true, pattern);
  for (const pattern of ["/in/latest.csv", "/in/part-??.csv", "/in/[ab].csv"])
    assert.equal(canBringDate(pattern, "files"), false, pattern);
  assert.equal(canBringDate("/in/{latest,2026-01-01}.csv", "files_glob"), true);
  assert.equal(canBringDate("/in/{latest,newest}.{csv,json}", "files_glob"), false);
});

test("check warns of a template whose date no path brings, unless task_time brings it", () => {
  const codes = (keys: string): string[] =>
    parseWorkflowFile("flow.toml", `[[phase]]\ntask = "a"\n${keys}`, { zone: "UTC", now: 0 }).issues.map(
      (one) => one.code,
    );
  const files = 'files = "/in/latest.csv"\n';
  assert.deepEqual(codes(`${files}template = "?day={yyyy}-{mm}-{dd}"`), ["without_date"]);
  assert.deepEqual(codes(`${files}template = "{meta:file}"`), []);
  assert.deepEqual(codes(`${files}template = "{yyyy}"\ntask_time = "received"`), []);
  assert.deepEqual(codes(`cron = "@daily"\ntask_time = "received"\ngather_timeout = "1h"`), [
    "without_files",
    "without_files",
  ]);
  assert.deepEqual(codes(`${files}task_time = "mtime"`), ["bad_value"]);
});
