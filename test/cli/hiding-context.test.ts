import assert from "node:assert/strict";
import { test } from "node:test";
import { Place } from "./harness.ts";

const CANARY = "canary7f3a9";

test("commands show no secret of meta, info or messages, and what is sent keeps them", async (t) => {
  const at = new Place(t, {
    "flowlord.toml":
      'workflow = "./flows"\ntimezone = "UTC"\nfile_topic = "files"\n[redact]\npatterns = ["card-\\\\d+"]\n',
    "flows/a.toml":
      '[[phase]]\ntask = "a"\ncron = "@daily"\n[[phase]]\ntask = "b"\ndependsOn = "a"\nrule = "inherit_meta=true"\n',
  });
  const secrets = `db_password=${CANARY}&note=Bearer%20x&card=card-123456`;
  await at.run(["trigger", "a", "--meta", secrets, "--info", `{"client_secret":"${CANARY}"}`]);
  await at.run(["mark", "1", "error", "--reason", `token: ${CANARY}`, "--yes"]);
  await at.run(["note", "1", `the api_key=${CANARY} was wrong`]);
  await at.run(["publish", "done"], `not json password=${CANARY}\n`);
  for (const args of [
    ["tasks"],
    ["tasks", "--json"],
    ["task", "1"],
    ["task", "1", "--json"],
    ["why", "1"],
    ["why", "1", "--json"],
    ["lineage", "1", "--json"],
    ["note", "1"],
    ["alerts", "--json"],
    ["dead-letters", "--json"],
    ["audit"],
    ["audit", "--json"],
    ["retry", "1", "--yes", "--json"],
  ]) {
    const { out, err } = await at.run(args);
    assert.ok(!`${out}${err}`.includes(CANARY) && !out.includes("card-1"), `${args.join(" ")}: ${out}`);
  }
  const listed = await at.run(["tasks", "--json"]);
  assert.match(listed.out, /"meta":"[^"]*db_password=\*{8}&note=/);
  const { openReader } = await import("../../src/store/sqlite/open.ts");
  const reader = openReader(`${at.dir}/tasks.db`);
  const [kept] = await reader.taskHistory("1");
  reader.close();
  assert.ok(kept?.task.meta.includes(CANARY), "the record is whole");
});

test("a key and a password that were made are shown, once", async (t) => {
  const at = new Place(t, { "flowlord.toml": 'workflow = "./flows"\n', "flows/a.toml": "" });
  const { out: key } = await at.run(["keys", "add", "k", "--role", "viewer"]);
  assert.match(key, /^flk_[\w-]{43}\n$/);
  const added = await at.run(["users", "add", "ada", "--role", "admin", "--json"]);
  assert.match(added.out, /"password":"[\w-]{22}"/);
});
