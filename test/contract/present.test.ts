import assert from "node:assert/strict";
import { it } from "node:test";
import { present } from "../../src/contract/present.ts";

it("what must be there is answered as it is, and named when it is missing", () => {
  assert.deepEqual([present(0, "a count"), present("", "a name")], [0, ""]);
  for (const none of [null, undefined])
    assert.throws(() => present(none, "the record of task 7"), { message: /^the record of task 7 is missing: / });
});
