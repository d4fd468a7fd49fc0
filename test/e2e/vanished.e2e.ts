import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { describe, it } from "node:test";
import { freePort, Place, rows, until } from "./flowlord.ts";

const PHASE = `
[[phase]]
task = "TYPE"
cron = "* * * * * *"
`;

interface Alert {
  readonly type: string;
  readonly state: string;
  readonly message: string;
}

describe("workflows that vanish", { timeout: 180_000 }, () => {
  it("stay in force over reloads and a restart, until their removal is accepted", async (t) => {
    const port = await freePort();
    const place = new Place(t, {
      "flow/a.toml": PHASE.replace("TYPE", "first"),
      "flow/b.toml": PHASE.replace("TYPE", "second"),
      "flowlord.toml": `
workflow = "{config_dir}/flow"
refresh = "1s"
status_port = ${port}
[bus]
bus = "nop"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`,
    });
    const database = place.path("data/tasks.db");
    const tasks = (): number => rows<{ n: number }>(database, "SELECT count(*) AS n FROM task_records")[0]?.n ?? 0;
    const alerts = (): Alert[] =>
      rows<Alert>(database, "SELECT type, state, message FROM alert_records WHERE type = 'workflows_vanished'");
    const start = async () => {
      const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
      await flowlord.says("Ctrl-C stops it");
      return flowlord;
    };
    const first = await start();
    await until(() => tasks() > 0);
    rmSync(place.path("flow/a.toml"));
    rmSync(place.path("flow/b.toml"));
    await until(() => alerts().length > 0);
    assert.match(alerts()[0]?.message ?? "", /2 of 2 phases would be dropped|1 of 1 phases would be dropped/);
    const before = tasks();
    await until(() => tasks() > before + 2);
    assert.equal((await fetch(`http://127.0.0.1:${port}/status`)).status, 200);
    assert.equal((await first.interrupt()).code, 0);

    const second = await start();
    assert.match(second.err, /phases? would be dropped: .* run flowlord workflows accept/);
    const restarted = tasks();
    await until(() => tasks() > restarted + 2);
    const { code, out } = await place.run(["workflows", "accept", "-c", "flowlord.toml"]);
    assert.equal(code, 0);
    assert.match(out, /^Removed: .*b\.toml\.\n$/);
    await until(() => alerts().every(({ state }) => state === "resolved"));
    assert.equal(alerts().length, 1, "one alert over all of it");
    assert.equal((await second.interrupt()).code, 0);
    assert.equal(rows(database, "SELECT 1 FROM workflow_files WHERE removed_at IS NULL").length, 0);
  });

  it("are accepted without an instance too, for the next start", async (t) => {
    const place = new Place(t, {
      "flow/a.toml": PHASE.replace("TYPE", "first"),
      "flowlord.toml": `
workflow = "{config_dir}/flow"
status_port = 0
[bus]
bus = "nop"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`,
    });
    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C stops it");
    assert.equal((await flowlord.interrupt()).code, 0);
    rmSync(place.path("flow/a.toml"));
    assert.deepEqual(await place.run(["workflows", "accept", "-c", "flowlord.toml"]), {
      code: 0,
      out: "Removed: a.toml.\n",
      err: "",
    });
    const next = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await next.says("Ctrl-C stops it");
    assert.match(next.said, /runs 0 phases of 0 workflow files/);
    assert.equal((await next.interrupt()).code, 0);
  });
});
