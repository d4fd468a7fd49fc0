import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { accessApp, TOKEN } from "../../http/auth/access-app.ts";
import { newTask, taskMessage } from "../../store/factories.ts";
import { jsonLines, Place } from "../harness.ts";

const CANARY = "canary7f3a9";

test("reveal shows the values of a task, and leaves an entry without them", async (t) => {
  const at = new Place(t, {
    "flowlord.toml": 'workflow = "./flows"\n',
    "flows/a.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n',
  });
  await at.run(["trigger", "a", "--meta", `db_password=${CANARY}`, "--info", `{"secret":"${CANARY}"}`]);
  const shown = await at.run(["reveal", "1", "--reason", "to compare"]);
  assert.deepEqual([shown.code, shown.err], [0, ""]);
  assert.match(shown.out, new RegExp(`^info: \\{"secret":"${CANARY}"\\}\nmeta: .*db_password=${CANARY}.*\nmsg: \n$`));
  const json = jsonLines((await at.run(["reveal", "1", "--reason", "again", "--json"])).out);
  assert.equal(json[0]?.["info"], `{"secret":"${CANARY}"}`);
  const log = (await at.run(["audit", "--json"])).out;
  assert.ok(!log.includes(CANARY), log);
  assert.partialDeepStrictEqual(jsonLines(log)[1], { act: "reveal", via: "command", after: { reason: "to compare" } });
});

test("reveal asks for a reason and the number of a record", async (t) => {
  const at = new Place(t, { "flowlord.toml": 'workflow = "./flows"\n', "flows/a.toml": "" });
  for (const args of [["1"], ["1", "--reason", " "], ["x", "--reason", "y"], ["0", "--reason", "y"], ["--reason", "y"]])
    assert.equal((await at.run(["reveal", ...args])).code, 2, args.join(" "));
  const { code, err } = await at.run(["reveal", "7", "--reason", "y"]);
  assert.equal(code, 1);
  assert.match(err, /No task has the record number 7/);
});

test("reveal asks the running instance, whose audit log says who", async (t) => {
  const { app, rig } = await accessApp(t, { required: true });
  await rig.store.createTasks([newTask({ message: taskMessage({ meta: `token=${CANARY}` }) })], rig.now);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const path = rig.options.sqlite.localPath;
  const at = new Place(t, {
    "flowlord.toml": `workflow = "./flows"\n[sqlite]\nlocal_path = ${JSON.stringify(path)}\n`,
    "flows/a.toml": "",
  });
  await writeFile(
    `${path}.instance`,
    JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${port}`, token: TOKEN }),
  );
  const { code, out, err } = await at.run(["reveal", "1", "--reason", "to compare"]);
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`token=${CANARY}`));
  const [entry] = await rig.store.reads.access.audit({ before: null, limit: 1, who: null });
  assert.partialDeepStrictEqual(entry, { act: "POST /api/tasks/{id}/reveal", via: "token" });
  assert.ok(!JSON.stringify(entry).includes(CANARY));
});
