import assert from "node:assert/strict";
import { test } from "node:test";
import { routedPath } from "../../../src/http/legacy/routed-path.ts";

test("a path is decoded when it is written as Go writes it", () => {
  for (const [url, path] of [
    ["/task/a?x=%20", "/task/a"],
    ["/task/run%205", "/task/run 5"],
    ["/task/%C3%A9%25", "/task/é%"],
    ["/task/a+b:c@d=e&f$", "/task/a+b:c@d=e&f$"],
    ["/task/a!b", "/task/a!b"],
  ] as const)
    assert.equal(routedPath(url), path);
});

test("otherwise it stays as it came", () => {
  for (const path of ["/a%2Fb", "/a%2fb", "/%2e%2e/b", "/a%c3%a9", "/a!%20b", "/%41", "/%ff", "/%zz", "/a%3Fb%2F"])
    assert.equal(routedPath(`${path}?query`), path);
});
