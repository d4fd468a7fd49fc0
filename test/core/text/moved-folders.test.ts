import assert from "node:assert/strict";
import { test } from "node:test";
import { movedFolders } from "../../../src/core/text/moved-folders.ts";

test("a new folder is the gone one whose path ends alike", () => {
  const moved = (before: string[], now: string[]): string[] =>
    movedFolders(before, now).map(({ from, to }) => `${from} > ${to}`);
  assert.deepEqual(moved(["/a/in"], ["/a/in"]), []);
  assert.deepEqual(moved(["/a/in", "/a/out"], ["/b/out", "/b/in"]), ["/a/out > /b/out", "/a/in > /b/in"]);
  assert.deepEqual(moved(["/old/x/in", "/old/y/in"], ["/new/y/in", "/new/x/in"]), [
    "/old/y/in > /new/y/in",
    "/old/x/in > /new/x/in",
  ]);
  assert.deepEqual(moved(["/data/in"], ["/srv/incoming"]), ["/data/in > /srv/incoming"], "the only one");
  assert.deepEqual(moved(["/a/in", "/b/in"], ["/c/in"]), [], "either");
  assert.deepEqual(moved(["/a/in"], ["/a/in", "/b/in"]), [], "one more");
  assert.deepEqual(moved(["/a/in"], []), []);
  assert.deepEqual(moved(["/a/in"], ["/b/in", "/c/in"]), ["/a/in > /b/in"], "each is taken once");
});
