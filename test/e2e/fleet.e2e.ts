import assert from "node:assert/strict";
import { test } from "node:test";
import { startNsqd } from "../servers/nsq.ts";
import { Place, rows, until } from "./flowlord.ts";

const WORKFLOW = `
[[phase]]
task = "tick"
cron = "* * * * * *"

[[phase]]
task = "tock"
dependsOn = "tick"
`;

test(
  "workers on other machines do the tasks of a Flowlord that has none, over nsqd",
  { timeout: 120_000 },
  async (t) => {
    const nsqd = await startNsqd(t);
    if (nsqd === null) return;
    const bus = `[bus]\nbus = "nsq"\nnsqd_hosts = ["${nsqd.tcp}"]\nnsq_msg_timeout = "2s"\n`;
    const workers = ["tick", "tock"]
      .map((type) => `[[worker]]\ntype = "${type}"\nexec = ["echo", "{info}"]\n`)
      .join("");
    const place = new Place(t, {
      "flows/a.toml": WORKFLOW,
      "flowlord.toml": `workflow = "{config_dir}/flows"\nstatus_port = 0\n${bus}[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
      "worker.toml": `${bus}${workers}`,
    });
    const database = place.path("tasks.db");
    const done = (): number =>
      rows<{ n: number }>(
        database,
        "SELECT count(*) AS n FROM task_records WHERE type = 'tock' AND result = 'complete'",
      )[0]?.n ?? 0;

    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C");
    const fleet = [1, 2].map(() => place.flowlord(["worker", "-c", "worker.toml"]));
    for (const worker of fleet) await worker.says("Workers for tick, tock");
    await until(() => done() >= 3);

    // One that dies takes nothing with it: its task goes to the other.
    await fleet[0]?.kill();
    const before = done();
    await until(() => done() >= before + 3);

    assert.equal((await fleet[1]?.interrupt())?.code, 0);
    assert.equal((await flowlord.interrupt()).code, 0);
  },
);

test("worker refuses a bus that ends with its process, and a config without workers", async (t) => {
  const place = new Place(t, {
    "memory.toml": '[[worker]]\ntype = "a"\nexec = ["true"]\n',
    "none.toml": '[bus]\nbus = "nsq"\n',
  });
  const memory = await place.run(["worker", "-c", "memory.toml"]);
  assert.equal(memory.code, 1);
  assert.match(memory.err, /need a broker, and the bus "memory" is not one; set bus\.bus to one of nsq, nats, pubsub/);
  const none = await place.run(["worker", "-c", "none.toml"]);
  assert.equal(none.code, 2);
  assert.match(none.err, /no \[\[worker\]\] section/);
});
