import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { startNsqd } from "../servers/nsq.ts";
import { freePort, Place, rows, until } from "./flowlord.ts";

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

const COUNT = "for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $n; sleep 0.5; done";

test(
  "logs of a worker elsewhere are followed while its task runs, and are cut when it is killed, over nsqd",
  { timeout: 120_000 },
  async (t) => {
    const nsqd = await startNsqd(t);
    if (nsqd === null) return;
    const bus = `[bus]\nbus = "nsq"\nnsqd_hosts = ["${nsqd.tcp}"]\nnsq_msg_timeout = "2s"\n`;
    const worker = (dir: string): string =>
      `log_dir = "{config_dir}/${dir}"\n${bus}` +
      `[[worker]]\ntype = "count"\nshell = true\nexec = "${COUNT}"\n` +
      `[[worker]]\ntype = "quick"\nexec = ["echo", "at once"]\n`;
    const place = new Place(t, {
      "flows/a.toml": '[[phase]]\ntask = "count"\n\n[[phase]]\ntask = "quick"\n',
      "flowlord.toml": `workflow = "{config_dir}/flows"\nstatus_port = ${await freePort()}\n${bus}[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
      "one.toml": worker("one"),
      "two.toml": worker("two"),
    });
    const finished = (id: number): boolean =>
      rows<{ state: string }>(place.path("tasks.db"), "SELECT state FROM task_records WHERE id = ?", id)[0]?.state ===
      "finished";

    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C");
    const first = place.flowlord(["worker", "-c", "one.toml"]);
    await first.says("Workers for count, quick");

    // A short task: its log comes with its result.
    assert.equal((await place.run(["trigger", "quick", "-c", "flowlord.toml"])).code, 0);
    await until(() => finished(1));
    await until(async () => (await place.run(["logs", "1", "-c", "flowlord.toml"])).out === "at once\n");

    assert.equal((await place.run(["trigger", "count", "-c", "flowlord.toml"])).code, 0);
    const follow = place.flowlord(["logs", "2", "--follow", "-c", "flowlord.toml"]);
    await follow.says("line 1\n");
    assert.equal(finished(2), false, "the lines came only with the result");
    await follow.says("line 4\n");
    assert.equal(finished(2), false, "the lines came only with the result");
    assert.equal((await follow.ended).code, 0);
    const lines = Array.from({ length: 12 }, (_, n) => `line ${n + 1}\n`).join("");
    assert.equal(follow.out, lines);
    assert.doesNotMatch(follow.err, /cut/);
    assert.equal((await place.run(["logs", "2", "-c", "flowlord.toml", "--tail", "2"])).out, "line 11\nline 12\n");

    // Killed in the middle: what came stays, and another worker runs the task once more.
    assert.equal((await place.run(["trigger", "count", "-c", "flowlord.toml"])).code, 0);
    const cut = place.flowlord(["logs", "3", "--follow", "-c", "flowlord.toml"]);
    await cut.says("line 4\n");
    await first.kill();
    const open = await place.run(["logs", "3", "-c", "flowlord.toml"]);
    assert.match(open.out, /^line 1\n/);
    assert.match(open.err, /The task runs on .*, and its log came up to byte \d+/);
    const second = place.flowlord(["worker", "-c", "two.toml"]);
    await second.says("Workers for count, quick");
    assert.equal((await cut.ended).code, 0);
    assert.match(cut.err, /The log of this delivery is cut at byte \d+; the task was delivered again/);
    assert.ok(cut.out.endsWith(lines), cut.out);
    const shown = await place.run(["logs", "3", "-c", "flowlord.toml"]);
    assert.equal(shown.out, lines);
    assert.match(shown.err, /An earlier delivery of this attempt has a log of its own: .*\.part\.log/);

    assert.equal((await second.interrupt()).code, 0);
    assert.equal((await flowlord.interrupt()).code, 0);
    assert.deepEqual(flowlord.problems, []);
  },
);

test("a worker on the same machine with the same folder makes no second copy", { timeout: 120_000 }, async (t) => {
  const nsqd = await startNsqd(t);
  if (nsqd === null) return;
  const bus = `[bus]\nbus = "nsq"\nnsqd_hosts = ["${nsqd.tcp}"]\n`;
  const place = new Place(t, {
    "flows/a.toml": '[[phase]]\ntask = "quick"\n',
    "flowlord.toml": `workflow = "{config_dir}/flows"\nstatus_port = ${await freePort()}\n${bus}[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
    "worker.toml": `log_dir = "{config_dir}/logs"\n${bus}[[worker]]\ntype = "quick"\nexec = ["echo", "once"]\n`,
  });
  const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await flowlord.says("Ctrl-C");
  const worker = place.flowlord(["worker", "-c", "worker.toml"]);
  await worker.says("Workers for quick");
  for (let run = 0; run < 2; run += 1)
    assert.equal((await place.run(["trigger", "quick", "-c", "flowlord.toml"])).code, 0);
  const done = (): number =>
    rows<{ n: number }>(place.path("tasks.db"), "SELECT count(*) AS n FROM task_records WHERE state = 'finished'")[0]
      ?.n ?? 0;
  await until(() => done() === 2);
  assert.equal((await worker.interrupt()).code, 0);
  assert.equal((await flowlord.interrupt()).code, 0);
  assert.ok(existsSync(place.path("logs/quick")));
  const [day = ""] = readdirSync(place.path("logs/quick"));
  const names = readdirSync(place.path(`logs/quick/${day}`));
  assert.equal(names.length, 2);
  for (const name of names) assert.doesNotMatch(name, /\.r[0-9a-f]{16}/);
});
