import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";

function issues(keys: string): readonly string[] {
  const source = `[[phase]]\ntask = "a"\nfiles_glob = "/lake/2026/**/part-*.csv"\n${keys}`;
  return parseWorkflowFile("flow.toml", source, { zone: "UTC", now: 0 }).issues.map(
    ({ line, code, message }) => `${line} ${code}: ${message}`,
  );
}

test("check says when the files of one task may be too many for its meta", () => {
  assert.deepEqual(issues("gather = 24"), []);
  assert.deepEqual(issues("gather = 2000"), [
    "4 by_reference: 2,000 files with paths like this pattern need 100,000 bytes of meta, and above 65,536 it does not name them: file_list in it names a file that lists them.",
  ]);
  assert.deepEqual(issues('gather = 24\ntemplate = "{meta:file_list}?n={meta:file_count}"'), []);
});
