import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, Place } from "../harness.ts";

function place(t: TestContext): Place {
  return new Place(t, { "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n', "flows/a.toml": "" });
}

test("users are added, listed, changed, disabled and enabled", async (t) => {
  const at = place(t);
  await at.run(["keys", "add", "first", "--role", "viewer"]);
  assert.equal(
    (await at.run(["users"])).out,
    "There are no users: whoever reaches the server of this machine is an admin.\n",
  );
  const added = await at.run(["users", "add", "ada", "--role", "admin"]);
  assert.match(added.out, /^ada: admin\npassword: [\w-]{22}\n$/);
  const bo = await at.run(
    ["users", "add", "bo", "--role", "viewer", "--password-stdin", "--json"],
    "a long password\n",
  );
  assert.partialDeepStrictEqual(jsonLines(bo.out), [{ name: "bo", role: "viewer", disabled_at: null }]);
  assert.ok(!bo.out.includes("password"), "only a password that was made here is shown");
  assert.equal((await at.run(["users", "role", "BO", "--role", "operator"])).out, "bo: operator\n");
  assert.equal((await at.run(["users", "disable", "bo"])).out, "bo: operator, disabled\n");
  assert.match((await at.run(["users"])).out, /^USER .*\nada +admin +never .*\nbo +operator, disabled +never /);
  assert.equal((await at.run(["users", "enable", "bo"])).out, "bo: operator\n");
  assert.match((await at.run(["users", "password", "bo"])).out, /^bo: operator\npassword: [\w-]{22}\n$/);
  const [first] = jsonLines((await at.run(["users", "list", "--json"])).out);
  const times = ["created_at", "last_login_at", "disabled_at"];
  assert.deepEqual(Object.keys(first ?? {}), ["id", "name", "role", "login", ...times]);
});

test("what cannot be done is said, with exit code 1", async (t) => {
  const at = place(t);
  const refused = async (args: readonly string[], input = ""): Promise<string> => {
    const { code, err, out } = await at.run(["users", ...args], input);
    assert.deepEqual([code, out], [1, ""]);
    return err;
  };
  assert.match(await refused(["add", "bo", "--role", "viewer"]), /would be the first user, and must be an admin/);
  await at.run(["users", "add", "ada", "--role", "admin"]);
  assert.match(await refused(["add", "Ada", "--role", "viewer"]), /There is a user Ada already/);
  assert.match(await refused(["add", "a b", "--role", "viewer"]), /A name has letters, digits/);
  assert.match(await refused(["add", "x", "--role", "viewer", "--password-stdin"], "short\n"), /needs 12 to 200/);
  assert.match(await refused(["disable", "ada"]), /ada is the last admin who may log in/);
  assert.match(await refused(["role", "ada", "--role", "auditor"]), /last admin/);
  assert.match(await refused(["enable", "eve"]), /There is no user eve/);
});

test("invalid usage has exit code 2", async (t) => {
  const at = place(t);
  for (const args of [
    ["users", "add", "ada"],
    ["users", "add", "ada", "--role", "root"],
    ["users", "add", "ada", "--role", "operator on job:eu"],
    ["users", "role", "ada", "--role", "operator on workflow:../x"],
    ["keys", "add", "k", "--role", "operator on type:*"],
    ["users", "add", "ada", "--role", "admin", "--password-stdin"],
    ["users", "remove", "ada"],
    ["keys", "add", "k", "--role", "viewer", "--for", "soon"],
    ["keys", "revoke", "k"],
  ]) {
    const { code, out } = await at.run(args);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
  }
});

test("a role may be on workflows and types, in lists, lines and JSON", async (t) => {
  const at = place(t);
  const role = "viewer; operator on workflow:sales/*, type:load";
  await at.run(["users", "add", "ada", "--role", "admin"]);
  const added = await at.run([
    "users",
    "add",
    "bo",
    "--role",
    " viewer;operator on workflow:sales/*,type:load ",
    "--json",
  ]);
  assert.partialDeepStrictEqual(jsonLines(added.out), [{ name: "bo", role }]);
  assert.match((await at.run(["users", "list"])).out, /bo +viewer; operator on workflow:sales\/\*, type:load/);
  assert.equal(
    (await at.run(["users", "role", "bo", "--role", "viewer on type:load"])).out,
    "bo: viewer on type:load\n",
  );
  const scoped = await at.run(["users", "role", "ada", "--role", "admin on type:load"]);
  assert.match(scoped.err, /ada is the last admin/);
  assert.equal(scoped.code, 1);
  await at.run(["keys", "add", "loads", "--role", "operator on type:load"]);
  assert.match((await at.run(["keys", "list"])).out, /operator on type:load/);
});
