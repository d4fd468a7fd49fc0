import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { describe, it } from "node:test";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { BIN, freePort, Place, type Process, type Ran, rows, until } from "./flowlord.ts";

const PHASE = `
[[phase]]
task = "TYPE"
cron = "* * * * * *"
`;

function files(port: number, more = ""): Record<string, string> {
  return {
    "flow/main.toml": PHASE.replace("TYPE", "second"),
    "flowlord.toml": `
workflow = "{config_dir}/flow"
status_port = ${port}
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
${more}`,
  };
}

async function ended(flowlord: Process): Promise<Ran> {
  const { code } = await flowlord.ended;
  return { code, out: flowlord.out, err: flowlord.err };
}

/** Refused with exit code 1 and one line that says that. */
function assertRefused({ code, err }: Ran, sentence: RegExp): void {
  assert.equal(code, 1, err);
  assert.match(err, sentence);
  assert.equal(err.trimEnd().split("\n").length, 1, `one sentence:\n${err}`);
}

/** A database that was in use, stopped cleanly. */
async function used(place: Place): Promise<string> {
  const database = place.path("data/tasks.db");
  const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await flowlord.says("Ctrl-C stops it");
  await until(() => rows(database, "SELECT 1 FROM task_records").length > 0);
  assert.equal((await flowlord.interrupt()).code, 0);
  return database;
}

async function status(port: number): Promise<{ code: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}/status`);
  return { code: answer.status, text: await answer.text() };
}

describe("a place that is not as it should be", { timeout: 180_000 }, () => {
  it("refuses a second instance, and the first goes on", async (t) => {
    const place = new Place(t, files(await freePort()));
    const first = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await first.says("Ctrl-C stops it");
    const second = place.flowlord(["serve", "-c", "flowlord.toml", "--set", `status_port=${await freePort()}`]);
    assertRefused(await ended(second), /another Flowlord is running on it; stop that one/);
    const database = place.path("data/tasks.db");
    const before = rows(database, "SELECT 1 FROM task_records").length;
    await until(() => rows(database, "SELECT 1 FROM task_records").length > before);
    assert.equal((await first.interrupt()).code, 0);
    assert.deepEqual(first.problems, []);
  });

  it("refuses a port that is taken, and lets go of the database", async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    const place = new Place(t, files(address.port));
    assertRefused(await place.run(["serve", "-c", "flowlord.toml"]), new RegExp(`${address.port}.*`));
    const other = place.flowlord(["serve", "-c", "flowlord.toml", "--set", `status_port=${await freePort()}`]);
    await other.says("Ctrl-C stops it");
    assert.equal((await other.interrupt()).code, 0);
  });

  it("refuses a database of a newer version, and leaves it as it is", async (t) => {
    const place = new Place(t, files(await freePort()));
    const path = await used(place);
    const db = connect(path, { readonly: false, cacheKib: 1024 });
    db.exec("INSERT INTO schema_migrations (version, name, applied_at) VALUES (999, 'from the future', 0)");
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const before = readFileSync(path);
    assertRefused(await place.run(["serve", "-c", "flowlord.toml"]), /newer/);
    assert.ok(readFileSync(path).equals(before), "the file is untouched");
  });

  it("refuses a file that is no database", async (t) => {
    const place = new Place(t, files(await freePort()));
    const text = "not a database, but somebody's only copy\n".repeat(100);
    place.write("data/tasks.db", text);
    assertRefused(await place.run(["serve", "-c", "flowlord.toml"]), /data\/tasks\.db.*database/);
    assert.equal(readFileSync(place.path("data/tasks.db"), "utf8"), text);
  });

  it("refuses a workflow folder that is missing", async (t) => {
    const place = new Place(t, files(await freePort()));
    rmSync(place.path("flow"), { recursive: true });
    assertRefused(await place.run(["serve", "-c", "flowlord.toml"]), /flow.*(does not exist|no such|not there)/i);
  });

  it("runs the other workflows when a file cannot be read, and says so", async (t) => {
    const place = new Place(t, { ...files(await freePort()), "flow/secret.toml": PHASE.replace("TYPE", "secret") });
    chmodSync(place.path("flow/secret.toml"), 0o000);
    place.leaveRoot();
    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C stops it");
    await until(() => rows(place.path("data/tasks.db"), "SELECT 1 FROM task_records WHERE type = 'second'").length > 0);
    assert.equal((await flowlord.interrupt()).code, 0);
    assert.match(flowlord.said, /^secret\.toml:1:1: error unreadable: .+$/m);
    assert.equal(
      rows(place.path("data/tasks.db"), "SELECT 1 FROM workflow_issues WHERE code = 'unreadable'").length,
      1,
    );
  });

  it("refuses a database that cannot be written", async (t) => {
    const place = new Place(t, files(await freePort()));
    const path = await used(place);
    place.leaveRoot();
    chmodSync(path, 0o444);
    chmodSync(place.path("data"), 0o555);
    try {
      assertRefused(await place.run(["serve", "-c", "flowlord.toml"]), /data\/tasks\.db.*written/);
    } finally {
      chmodSync(place.path("data"), 0o755);
    }
  });

  it("goes on when a full disk has room again, and loses nothing", async (t) => {
    const probe = spawnSync("unshare", ["-rm", "true"]);
    if (probe.status !== 0) {
      t.skip("skipped: a small disk needs a mount namespace of its own: allow `unshare -rm` (user namespaces)");
      return;
    }
    const port = await freePort();
    const place = new Place(t, files(port));
    place.write("data/.keep", "");
    // The disk is mounted for these processes alone; the database is copied off it at the end.
    const script = `mount -t tmpfs -o size=3m tmpfs "$1" && trap : INT && node=$2 && bin=$3 &&
      "$node" "$bin" serve -c flowlord.toml; code=$?; cp "$1"/tasks.db* . && exit $code`;
    const words = [script, "sh", place.path("data"), process.execPath, BIN];
    const flowlord = place.start("unshare", ["-rm", "sh", "-c", ...words]);
    await flowlord.says("Ctrl-C stops it");
    const ballast = `/proc/${flowlord.pid}/root${place.path("data/ballast")}`;
    const recorded = async (): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(/^flowlord_done_messages_total (\d+)$/m.exec(text)?.[1]);
    };
    assert.equal((await status(port)).text, "ok");
    assert.equal(await recorded(), 0);

    assert.throws(() => {
      for (;;) writeFileSync(ballast, Buffer.alloc(16_384), { flag: "a" });
    }, /ENOSPC/);
    // Results come while there is no room for them.
    const done = (n: number): string =>
      JSON.stringify({ type: "outside", info: "x".repeat(1000), id: `o-${n}`, result: "complete", meta: `n=${n}` });
    place.write("bus/done.jsonl", Array.from({ length: 300 }, (_, n) => `${done(n)}\n`).join(""));
    await until(async () => (await status(port)).code === 503, 100);
    assert.match((await status(port)).text, /store: .*full/);
    await flowlord.says("full: free some space");

    rmSync(ballast);
    await until(async () => (await status(port)).code === 200 && (await recorded()) >= 300, 100, recorded);
    assert.deepEqual(await flowlord.interrupt(), { code: 0, signal: null });
    const outside = "SELECT count(*) AS tasks, count(DISTINCT task_id) AS ids FROM task_records WHERE type = 'outside'";
    assert.deepEqual(rows(place.path("tasks.db"), outside), [{ tasks: 300, ids: 300 }]);
  });
});
