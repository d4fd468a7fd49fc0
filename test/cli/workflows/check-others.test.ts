import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Place } from "../harness.ts";

test("check passes over what is no text, unless its name says that it is a workflow", async (t) => {
  const location = new Place(t, { "flow/main.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n' });
  writeFileSync(join(location.dir, "flow/picture.png"), Buffer.from([0xff, 0xfe]));
  assert.deepEqual(await location.run(["check", "flow"]), { code: 0, out: "1 file, 0 errors, 0 warnings\n", err: "" });

  writeFileSync(join(location.dir, "flow/broken.toml"), Buffer.from([0xff, 0xfe]));
  const { code, out } = await location.run(["check", "flow"]);
  assert.equal(code, 1);
  assert.match(out, /flow\/broken\.toml:1:1: error not_text: /);
});

test("check warns of a rule that references a channel that is not configured", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "flow"\n[slack]\nurl = "http://127.0.0.1:1/"\n',
    "flow/a.toml":
      '[[phase]]\ntask = "a"\nrule = "cron=@daily&notify=slack,slak,ops"\n\n[[phase]]\ntask = "b"\ncron = "@daily"\n',
  });
  location.env = { FLOWLORD_BUS__BUS: "file" };
  const { code, out } = await location.run(["check"]);
  assert.equal(code, 0);
  const start = "flow/a.toml:1:1: warning unknown_channel: a references channel";
  const end = "which is not configured; its alerts go to the other channels it names.";
  assert.deepEqual(out.split("\n"), [
    `${start} "slak", ${end} (Did you mean slack?)`,
    `${start} "ops", ${end} (Channels: there are slack)`,
    "1 file, 0 errors, 2 warnings",
    "",
  ]);
  assert.match((await location.run(["check", "flow"])).out, /0 warnings/, "files alone belong to no configuration");
  assert.match((await location.run(["check", "flow", "-c", "flowlord.toml"])).out, /2 warnings/);
  location.write("flowlord.toml", 'workflow = "flow"\n');
  assert.match(
    (await location.run(["check"])).out,
    /its alerts go to the channels that match\. \(Channels: none is conf/,
  );
});
