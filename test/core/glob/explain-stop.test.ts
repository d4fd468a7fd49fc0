import assert from "node:assert/strict";
import { test } from "node:test";
import { explainStop } from "../../../src/core/glob/explain-stop.ts";
import { align, compileGlobOf } from "../../../src/core/glob/glob-align.ts";
import type { GlobLanguage } from "../../../src/core/glob/glob-program.ts";

function says(language: GlobLanguage, pattern: string, path: string): string {
  const { stop } = align(compileGlobOf(language, pattern), path);
  assert.ok(stop !== null);
  const { reason, pathAt, patternAt, wanted, found } = stop;
  return explainStop({ language, pattern, reason, path_at: pathAt, pattern_at: patternAt, wanted, found }, path);
}

test("a sentence says where a pattern and a path differ", () => {
  const cases: readonly [GlobLanguage, string, string, string][] = [
    [
      "files",
      "/in/*.csv",
      "/in/a.csx",
      'the pattern expects "v" here, the path has "x" (character 9 of the path, 9 of the pattern)',
    ],
    [
      "files",
      "/in/[0-9]*",
      "/in/a",
      'the pattern expects one of "[0-9]" here, the path has "a" (character 5 of the path, 5 of the pattern)',
    ],
    [
      "files",
      "/in/*.csv",
      "/in/a/b.csv",
      'the pattern expects "." here, the path has "/"; `*` does not take a slash (`files_glob` has `**` for folders) (character 6 of the path, 6 of the pattern)',
    ],
    [
      "files",
      "/in/?",
      "/in//",
      'the pattern expects any character but a slash here, the path has "/" (character 5 of the path, 5 of the pattern)',
    ],
    [
      "files",
      "/in/*",
      "/in/a/b",
      'the pattern ends here, the path goes on with "/b"; `*` does not take a slash (`files_glob` has `**` for folders) (character 6 of the path, 6 of the pattern)',
    ],
    [
      "files",
      "/in/*/x.csv",
      "/in/a",
      'the path ends here, the pattern goes on with "/x.csv" (character 6 of the path, 6 of the pattern)',
    ],
    ["files", "/in/[", "/in/a", "the pattern is malformed and matches nothing; `flowlord check` says where"],
    [
      "files_glob",
      "/in/*.{csv,json}",
      "/in/a.txt",
      'the pattern expects one of "{csv,json}" here, the path has "t" (character 7 of the path, 7 of the pattern)',
    ],
    [
      "files_glob",
      "/in/*/b",
      "/in/a/c/b",
      'the pattern expects "b" here, the path has "c" (character 7 of the path, 7 of the pattern)',
    ],
    ["files_glob", "in/*", "in/..", "all of it fits, but an empty, `.` or `..` part of the path is never matched"],
  ];
  for (const [language, pattern, path, sentence] of cases) assert.equal(says(language, pattern, path), sentence);
});
