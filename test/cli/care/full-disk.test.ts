import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonLines, Place } from "../harness.ts";

test("commands that make something are refused while the disk is nearly full, and others are not", async (t) => {
  const place = new Place(t, {
    "flowlord.toml": 'workflow = "./flows"\n',
    "flows/a.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n[[phase]]\ntask = "load"\nfiles = "/in/*"\ngather = 2\n',
  });
  assert.equal((await place.run(["trigger", "a"])).code, 0);
  const full = ["--set", "sqlite.disk_stop=900000GB"];
  for (const [args, input = ""] of [
    [["trigger", "a"]],
    [["retry", "1", "--yes"]],
    [["mark", "1", "complete", "--yes", "--reason", "done"]],
    [["publish", "done"], "{}\n"],
    [["files", "redrive", "1"]],
    [["files", "finish", "load"]],
    [["dead-letters", "redrive", "--all"]],
    [["backfill", "a", "--from", "2026-01-01", "--to", "2026-01-02", "--execute", "--yes"]],
  ] as const) {
    const { code, out, err } = await place.run([...args, ...full], input);
    const text = args.join(" ");
    assert.equal(code, 1, `${text}: ${out}${err}`);
    assert.match(err, /disk of .* has only .* left, where the database and its -wal are: free some space/, text);
  }
  const count = async (): Promise<number> => jsonLines((await place.run(["tasks", "--json"])).out).length;
  assert.equal(await count(), 1);
  assert.equal((await place.run(["cancel", "1", "--yes", "--reason", "no room", ...full])).code, 0);
  assert.equal((await place.run(["pause", "a", "--reason", "no room", ...full])).code, 0);
  assert.equal((await place.run(["trigger", "a", "--set", "sqlite.disk_stop=0"])).code, 0);
});
