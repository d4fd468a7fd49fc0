import assert from "node:assert/strict";
import test from "node:test";
import { Place } from "../harness.ts";

const FLOW = `
[[phase]]
task = "merge:daily"
files = "/in/*/*/*/*.csv"
gather = 3
`;
const CONFIG = 'workflow = "./flows"\ntimezone = "UTC"\nfile_topic = "files"\n';

test("files finish makes the task of the files that have come, and asks when several task times wait", async (t) => {
  const at = new Place(t, { "flowlord.toml": CONFIG, "flows/daily.toml": FLOW });
  const paths = ["/in/2026/01/31/a.csv", "/in/2026/01/31/b.csv", "/in/2026/02/01/a.csv"];
  const lines = paths.map((path) => JSON.stringify({ path, size: 1 }));
  assert.equal((await at.run(["publish", "files"], lines.join("\n"))).code, 0);
  const several = await at.run(["files", "finish", "merge:daily"]);
  assert.deepEqual([several.code, several.out], [1, ""]);
  assert.match(several.err, /2026-01-31T00:00:00Z {2}merge:daily of daily\.toml\n.*2026-02-01T00:00:00Z/);
  const one = await at.run(["files", "finish", "merge:daily", "--at", "2026-01-31"]);
  assert.deepEqual([one.code, one.out], [0, "merge:daily  2026-01-31T00:00:00Z  record 1\n"]);
  assert.match(one.err, /sent at the next start/);
  const other = await at.run(["files", "finish", "merge:daily", "--at", "2026-01-31"]);
  assert.deepEqual([other.code, other.out], [1, ""]);
  assert.match(other.err, /^These files wait; .*\n {2}2026-02-01T00:00:00Z/);
  const last = await at.run(["files", "finish", "merge:daily", "--json"]);
  assert.partialDeepStrictEqual(JSON.parse(last.out), { finished: [{ record_id: 2 }], waiting: [] });
  const none = await at.run(["files", "finish", "merge:daily", "--all"]);
  assert.deepEqual(
    [none.code, none.err],
    [1, "No files of this task wait: none has come, or the task of those that have is made.\n"],
  );
  const wrong = await at.run(["files", "finish", "merge"]);
  assert.deepEqual([wrong.code, wrong.err], [1, "flowlord: there is no phase merge; name one of: merge:daily\n"]);
  assert.equal((await at.run(["files", "finish", "a:b:c"])).code, 2);
});
