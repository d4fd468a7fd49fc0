import assert from "node:assert/strict";
import { it } from "node:test";
import { canonicalPath, decoded, spellings } from "../../src/contract/file-path.ts";

it("a file has one spelling, and its others lead back to it", () => {
  const cases: [string, string][] = [
    ["/out/a", "/out/a"],
    ["file:///out/a%20b", "/out/a b"],
    ["FILE://localhost/out/a", "/out/a"],
    ["././/out/a", "out/a"],
    ["gcs://bucket/a%20b", "gs://bucket/a%20b"],
    ["s3n://bucket/a", "s3://bucket/a"],
    ["mc://host/a", "mc://host/a"],
    ["file://host/a", "file://host/a"],
    ["file:///100%/a", "/100%/a"],
    ["", ""],
  ];
  for (const [path, canonical] of cases) {
    assert.equal(canonicalPath(path), canonical);
    const all = spellings(canonical);
    assert.equal(all[0], canonical);
    if (!canonical.includes("%")) for (const one of all) assert.equal(canonicalPath(one), canonical);
  }
});

it("escapes are decoded when all of them are escapes", () => {
  assert.deepEqual(["a%2Fb", "50%", "%E4"].map(decoded), ["a/b", "50%", "%E4"]);
});
