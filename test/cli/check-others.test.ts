import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Place } from "./harness.ts";

test("check passes over what is no text, unless its name says that it is a workflow", async (t) => {
  const place = new Place(t, { "flow/main.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n' });
  writeFileSync(join(place.dir, "flow/picture.png"), Buffer.from([0xff, 0xfe]));
  assert.deepEqual(await place.run(["check", "flow"]), { code: 0, out: "1 file, 0 errors, 0 warnings\n", err: "" });

  writeFileSync(join(place.dir, "flow/broken.toml"), Buffer.from([0xff, 0xfe]));
  const { code, out } = await place.run(["check", "flow"]);
  assert.equal(code, 1);
  assert.match(out, /flow\/broken\.toml:1:1: error not_text: /);
});
