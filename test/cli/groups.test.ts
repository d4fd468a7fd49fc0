import assert from "node:assert/strict";
import test from "node:test";
import { Place } from "./harness.ts";

test("a group lists when no command of it is named, and takes -c, --set and --json before the command", async (t) => {
  const location = new Place(t, { "flowlord.toml": "", "b.toml": '[slack]\nurl = "http://127.0.0.1:1/"\n' });
  const listed = await location.run(["channels", "list", "-c", "b.toml", "--json"]);
  assert.match(listed.out, /^\{"name":"slack"/);
  for (const line of ["channels -c b.toml --json", "channels --json -c b.toml list", "channels --json list -c b.toml"])
    assert.deepEqual(await location.run(line.split(" ")), listed, line);
  const set = await location.run(["channels", "--set", "slack.url=http://127.0.0.1:1/", "list", "--json"]);
  assert.deepEqual(set, listed);
});

test("an unknown command of a group is invalid usage, with the name that is near", async (t) => {
  const location = new Place(t, { "flowlord.toml": "" });
  assert.deepEqual(await location.run(["alerts", "shw", "1"]), {
    code: 2,
    out: "",
    err: 'flowlord: flowlord alerts has no command "shw". Did you mean show?\n',
  });
  const { code, err } = await location.run(["silences", "x"]);
  assert.deepEqual(
    [code, err],
    [2, 'flowlord: flowlord silences has no command "x". flowlord silences --help lists them.\n'],
  );
  const list = await location.run(["files", "list", "x"]);
  assert.deepEqual([list.code, list.err], [2, 'flowlord: flowlord files list does not take the argument "x".\n']);
});
