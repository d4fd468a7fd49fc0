import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { LEASE_MS } from "../../src/contract/task-report.ts";
import { startNsqd } from "../servers/nsq.ts";
import { Place, rows, until } from "./flowlord.ts";

const WORKFLOW = `
[[phase]]
task = "long"
cron = "@yearly"
template = "?n=1"

[[phase]]
task = "left"
dependsOn = "long"

[[phase]]
task = "right"
dependsOn = "long"
`;
/** Runs until the test says go; says in its file that it began, and that it came to its end. */
const LONG = `echo "began $$" >> long.txt; while [ ! -e go ]; do sleep 0.05; done; echo "ended $$" >> long.txt`;

interface TaskRow {
  readonly type: string;
  readonly state: string;
  readonly result: string;
  readonly n: number;
}

test(
  "a task whose worker was killed is sent again when its lease ends, and another worker completes it once, over nsqd",
  { timeout: LEASE_MS + 180_000 },
  async (t) => {
    const nsqd = await startNsqd(t);
    if (nsqd === null) return;
    const bus = `[bus]\nbus = "nsq"\nnsqd_hosts = ["${nsqd.tcp}"]\nnsq_msg_timeout = "5s"\n`;
    const place = new Place(t, {
      "flows/a.toml": WORKFLOW,
      "flowlord.toml": `workflow = "{config_dir}/flows"\nstatus_port = 0\n${bus}[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
      "worker.toml": `${bus}[[worker]]\ntype = "long"\nexec = ["sh", "long.sh"]\ndir = "{config_dir}"\n`,
      "long.sh": LONG,
    });
    const database = place.path("tasks.db");
    const read = (): readonly TaskRow[] =>
      rows<TaskRow>(
        database,
        "SELECT type, state, result, count(*) AS n FROM task_records GROUP BY type, state, result ORDER BY type",
      ).map((row) => ({ ...row }));
    const stateOf = (): string | undefined => read().find(({ type }) => type === "long")?.state;
    const said = (): string => (existsSync(place.path("long.txt")) ? readFileSync(place.path("long.txt"), "utf8") : "");
    const began = (): number => said().match(/^began/gm)?.length ?? 0;

    // Made before the start: without an HTTP server a running instance cannot be asked.
    assert.equal((await place.run(["trigger", "long", "-c", "flowlord.toml"])).code, 0);
    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C");
    const first = place.flowlord(["worker", "-c", "worker.toml"]);
    await until(() => stateOf() === "running", 20, read);
    const listed = await place.run(["ps", "--json", "-c", "flowlord.toml"]);
    assert.equal(listed.code, 0, listed.err);
    const running = JSON.parse(listed.out.trim()) as { readonly pid: number };
    assert.partialDeepStrictEqual(running, { type: "long", state: "running", record_id: 1 });
    assert.match(said(), new RegExp(`^began ${running.pid}\\n$`), "the process that runs the task");

    await first.kill();
    await until(() => stateOf() === "sent", 200, read, LEASE_MS + 30_000);
    const why = await place.run(["why", "1", "-c", "flowlord.toml"]);
    assert.match(why.out, /no longer running: .* has not reported since .*; the bus delivers the task again/, why.out);

    const second = place.flowlord(["worker", "-c", "worker.toml"]);
    await until(() => stateOf() === "running" && began() === 2, 20, read);
    place.write("go", "");
    await until(() => read().length === 3 && stateOf() === "finished", 20, read);
    const [, long] = read();
    assert.deepEqual(long, { type: "long", state: "finished", result: "complete", n: 1 });
    assert.equal(
      said().match(/^ended/gm)?.length,
      1,
      "the command of the killed worker was ended before the second began",
    );
    // Longer than nsqd waits for an acknowledgement: a message that is still with the broker would come again.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    assert.equal(began(), 2);
    assert.deepEqual(
      read().map(({ type, n }) => [type, n]),
      [
        ["left", 1],
        ["long", 1],
        ["right", 1],
      ],
    );
    const decisions = rows<{ code: string; n: number }>(
      database,
      "SELECT code, count(*) AS n FROM decisions WHERE code IN ('requeued', 'child_started') GROUP BY code ORDER BY code",
    );
    assert.deepEqual(
      decisions.map(({ code, n }) => [code, n]),
      [
        ["child_started", 2],
        ["requeued", 1],
      ],
    );
    assert.deepEqual(rows(database, "SELECT * FROM dead_letters"), []);
    assert.equal((await second.interrupt()).code, 0);
    assert.equal((await flowlord.interrupt()).code, 0);
  },
);
