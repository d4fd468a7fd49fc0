import assert from "node:assert/strict";
import { test } from "node:test";
import { startNats } from "../servers/nats.ts";
import { startNsqd, topicStats } from "../servers/nsq.ts";
import { freePort, Place, rows, until } from "./flowlord.ts";

const WORKFLOW = `
[[phase]]
task = "tick"
cron = "* * * * * *"
`;

const WORKER = `[[worker]]\ntype = "tick"\nexec = ["true"]\n`;

function count(database: string, where: string): number {
  return rows<{ n: number }>(database, `SELECT count(*) AS n FROM ${where}`)[0]?.n ?? 0;
}

test("a broker that is away at the start is told of and waited for", { timeout: 120_000 }, async (t) => {
  const [broker, http] = [await freePort(), await freePort()];
  const bus = `[bus]\nbus = "nsq"\nnsqd_hosts = ["127.0.0.1:${broker}"]\n`;
  const place = new Place(t, {
    "flow.toml": WORKFLOW,
    "flowlord.toml": `workflow = "{config_dir}/flow.toml"\nstatus_port = ${http}\n${bus}[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
    "worker.toml": bus + WORKER,
  });
  const database = place.path("tasks.db");
  const status = async (): Promise<Response> => await fetch(`http://127.0.0.1:${http}/status`);

  const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
  const worker = place.flowlord(["worker", "-c", "worker.toml"]);
  await flowlord.says("Bus nsq is unreachable: ");
  await worker.says("Bus nsq is unreachable: ");
  await until(() => count(database, "outbox") >= 2);
  const away = await status();
  assert.equal(away.status, 503);
  assert.match(await away.text(), /^bus: .+\n$/);

  const nsqd = await startNsqd(t, { flags: [`-tcp-address=127.0.0.1:${broker}`] });
  if (nsqd === null) return;
  const waiting = count(database, "outbox");
  await flowlord.says("Reconnected to bus nsq.");
  await worker.says("Reconnected to bus nsq.");
  await until(() => count(database, "task_records WHERE result = 'complete'") >= waiting);
  assert.equal((await status()).status, 200);

  assert.equal((await worker.interrupt()).code, 0);
  assert.equal((await flowlord.interrupt()).code, 0);
  const { inFlight } = await topicStats(nsqd.http, "tick");
  assert.equal(inFlight, 0, "nothing is left with who is gone");
});

test("workers take tasks from one broker and report to another", { timeout: 120_000 }, async (t) => {
  const nsqd = await startNsqd(t);
  const nats = await startNats(t);
  if (nsqd === null || nats === null) return;
  const bus = `[bus]\nin_bus = "nsq"\nout_bus = "nats"\nnsqd_hosts = ["${nsqd.tcp}"]\nnats_servers = ["${nats.address}"]\n`;
  const place = new Place(t, {
    "flow.toml": WORKFLOW,
    "flowlord.toml": `workflow = "{config_dir}/flow.toml"\nstatus_port = 0\n${bus}[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
    "worker.toml": bus + WORKER,
  });
  const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await flowlord.says("Bus nsq+nats");
  const worker = place.flowlord(["worker", "-c", "worker.toml"]);
  await worker.says("Workers for tick on the bus nats+nsq");
  await until(() => count(place.path("tasks.db"), "task_records WHERE result = 'complete'") >= 2);
  assert.equal((await worker.interrupt()).code, 0);
  assert.equal((await flowlord.interrupt()).code, 0);
});
