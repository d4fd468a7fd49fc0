import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { test } from "node:test";
import { jsonLines, Place } from "../harness.ts";

const ME = userInfo().username;

test("audit shows what commands changed while no instance ran, without secrets", async (t) => {
  const at = new Place(t, {
    "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n',
    "flows/a.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n',
  });
  await at.run(["users", "add", "ada", "--role", "admin", "--password-stdin"], "a long password\n");
  await at.run(["trigger", "a", "--meta", "db_password=hunter2hunter2"]);
  await at.run(["cancel", "1", "--yes", "--reason", "no"]);
  await at.run(["tasks"]);
  assert.equal((await at.run(["users", "disable", "ada"])).code, 1);
  const log = jsonLines((await at.run(["audit", "--json"])).out);
  assert.deepEqual(
    log.map(({ act, who, via }) => [act, who, via]),
    [
      ["tasks.cancel", ME, "command"],
      ["run", ME, "command"],
      ["access.addUser", ME, "command"],
    ],
  );
  const shown = (await at.run(["audit"])).out;
  assert.match(shown, /^ID +AT \(UTC\) +WHO +FROM +ACT +WHAT\n3 .* command +tasks\.cancel +.*"ids":\[1\]/);
  for (const text of [shown, JSON.stringify(log)]) assert.ok(!/hunter2|a long password/.test(text), text);
  assert.equal(jsonLines((await at.run(["audit", "--json", "-n", "1", "--before", "3"])).out)[0]?.["act"], "run");
  assert.equal((await at.run(["audit", "--who", "nobody"])).out, "The audit log has no such entries.\n");
  assert.equal((await at.run(["audit", "-n", "0"])).code, 2);
});
