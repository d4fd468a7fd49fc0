import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { test } from "node:test";
import { jsonLines, Place } from "../harness.ts";

test("keys are made, shown once, listed, and revoked", async (t) => {
  const at = new Place(t, { "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n', "flows/a.toml": "" });
  at.now = Date.now();
  const made = await at.run(["keys", "add", "deploy", "--role", "operator"]);
  assert.match(made.out, /^flk_[\w-]{43}\n$/, "the key alone, for a pipe");
  assert.equal(made.err, "key 1: it is not shown again\n");
  const [json] = jsonLines((await at.run(["keys", "add", "lens", "--role", "viewer", "--for", "never", "--json"])).out);
  assert.deepEqual(Object.keys(json ?? {}), ["id", "key"]);
  const listed = await at.run(["keys"]);
  assert.match(
    listed.out,
    /^ID .*\n1 +deploy +flk_[\w-]{6}… +operator +never +20\d\d-.*\n2 +lens .* viewer +never +never /,
  );
  assert.ok(!listed.out.includes(made.out.trim()));
  const [row] = jsonLines((await at.run(["keys", "list", "--json"])).out);
  assert.partialDeepStrictEqual(row, { id: 1, name: "deploy", role: "operator", created_by: userInfo().username });
  assert.equal((await at.run(["keys", "revoke", "1"])).out, "key 1 revoked\n");
  const again = await at.run(["keys", "revoke", "1"]);
  assert.equal(again.code, 1);
  assert.match(again.err, /There is no key 1, or it was revoked already/);
  assert.deepEqual(
    jsonLines((await at.run(["keys", "--json"])).out).map(({ id }) => id),
    [2],
  );
  assert.match((await at.run(["keys", "list", "--revoked"])).out, /\n1 .* revoked /);
  const twice = await at.run(["keys", "add", "Lens", "--role", "viewer"]);
  assert.match(twice.err, /There is a key Lens already/);
});
