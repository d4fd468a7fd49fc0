import assert from "node:assert/strict";
import { test } from "node:test";
import { pathHash } from "../../../../src/store/sqlite/files/path-hash.ts";

test("files of one folder are next to each other, and the hash is stable over versions", () => {
  const range = 2 ** 26;
  const folders = ["gs://in/2026/11/24/a.csv", "gs://in/2026/11/24/b.csv", "gs://in/2026/11/25/a.csv"].map((path) =>
    Math.floor(pathHash(path) / range),
  );
  assert.equal(folders[0], folders[1]);
  assert.notEqual(folders[0], folders[2]);
  assert.deepEqual(["", "a", "/in/a.csv"].map(pathHash), [8087198247825166, 8087198253615195, 1598052270500853]);
});

test("many files of one folder and many folders have few equal hashes", () => {
  const paths = Array.from({ length: 20_000 }, (_, n) => (n % 2 === 0 ? `/in/${n}.csv` : `/in/${n}/data.csv`));
  const hashes = new Set(paths.map(pathHash));
  assert.ok(hashes.size > 19_990, String(hashes.size));
  for (const hash of hashes) assert.ok(Number.isSafeInteger(hash) && hash >= 0);
});
