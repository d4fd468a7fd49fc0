import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { accessApp, PASSWORD, TOKEN } from "../../http/auth/access-app.ts";
import { jsonLines, Place } from "../harness.ts";

test("users and keys are changed through the running instance", async (t) => {
  const { app, rig, call } = await accessApp(t, { required: true });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const at = new Place(t, {
    "flowlord.toml": `workflow = "./flows"\n[sqlite]\nlocal_path = ${JSON.stringify(rig.options.sqlite.localPath)}\n`,
    "flows/a.toml": "",
  });
  const file = { pid: process.pid, url: `http://127.0.0.1:${port}`, token: TOKEN };
  at.now = rig.now;
  await writeFile(`${rig.options.sqlite.localPath}.instance`, JSON.stringify(file));

  const added = await at.run(["users", "add", "ada", "--role", "admin", "--password-stdin"], `${PASSWORD}\n`);
  assert.deepEqual(added, { code: 0, out: "ada: admin\n", err: "" });
  assert.equal((await call("POST /api/login", { name: "ada", password: PASSWORD })).status, 200);
  const last = await at.run(["users", "disable", "ada"]);
  assert.deepEqual([last.code, last.out], [1, ""]);
  assert.match(last.err, /ada is the last admin/);
  const [made] = jsonLines((await at.run(["keys", "add", "k", "--role", "viewer", "--json"])).out);
  const me = await call("GET /api/me", null, { authorization: `Bearer ${String(made?.["key"])}` });
  assert.deepEqual(me.body, { name: "key k", role: "viewer", via: "key" });
  assert.equal((await at.run(["keys", "revoke", String(made?.["id"])])).code, 0);
  const after = await call("GET /api/me", null, { authorization: `Bearer ${String(made?.["key"])}` });
  assert.deepEqual([after.status, after.body["code"]], [401, "bad_key"]);
});
