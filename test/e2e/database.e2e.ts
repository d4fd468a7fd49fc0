import assert from "node:assert/strict";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { statusAnswer } from "../../src/contract/api/instance/status-answer.ts";
import { connect, type Connection } from "../../src/store/sqlite/database/connection.ts";
import { freePort, Place, type Process, rows, until } from "./flowlord.ts";

const FLOW = `
[[phase]]
task = "beat"
cron = "* * * * * *"
`;

/** An instance that makes a task each second. */
class Instance {
  readonly place: Place;
  readonly port: number;
  readonly database: string;

  constructor(t: TestContext, port: number) {
    this.place = new Place(t, {
      "flow.toml": FLOW,
      "flowlord.toml": `
workflow = "{config_dir}/flow.toml"
status_port = ${port}
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`,
    });
    this.port = port;
    this.database = this.place.path("data/tasks.db");
  }

  async start(...args: readonly string[]): Promise<Process> {
    const flowlord = this.place.flowlord(["serve", "-c", "flowlord.toml", ...args]);
    await flowlord.says("Ctrl-C stops it");
    return flowlord;
  }

  async status(): Promise<{ readonly code: number; readonly text: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/status`);
    return { code: answer.status, text: await answer.text() };
  }

  async says(text: RegExp): Promise<string> {
    await until(async () => text.test((await this.status()).text));
    return (await this.status()).text;
  }

  tasks(database = this.database): number {
    return rows<{ tasks: number }>(database, "SELECT count(*) AS tasks FROM task_records")[0]?.tasks ?? 0;
  }

  /** Holds the write lock, as another program does. */
  lock(): Connection {
    const other = connect(this.database, { readonly: false, cacheKib: 64 });
    other.exec("BEGIN IMMEDIATE");
    return other;
  }
}

const open = async (t: TestContext): Promise<Instance> => new Instance(t, await freePort());

describe("the database of a running instance", { timeout: 180_000 }, () => {
  it("is saved when it is moved away, and nothing goes on", async (t) => {
    const instance = await open(t);
    const flowlord = await instance.start();
    await until(() => instance.tasks() > 1);
    const gone = instance.place.path("gone");
    mkdirSync(gone);
    for (const side of ["", "-wal", "-shm"]) renameSync(instance.database + side, `${gone}/tasks.db${side}`);
    const text = await instance.says(
      /^store: .*tasks\.db was removed, moved or replaced.* is saved in .*tasks\.db\.rescued/m,
    );
    assert.equal((await instance.status()).code, 503);
    assert.match(text, /Stop Flowlord, put the database back to/);
    const saved = instance.tasks(`${instance.database}.rescued`);
    assert.equal(saved, instance.tasks(`${gone}/tasks.db`), "all that was committed is saved");
    const asked = await instance.place.run(["publish", "beat", "-c", "flowlord.toml"], "x\n");
    assert.equal(asked.code, 1);
    assert.match(asked.err, /^flowlord: Database .* was removed, moved or replaced/);
    await pause(1500);
    assert.equal(instance.tasks(`${gone}/tasks.db`), saved, "nothing is written any more");
    assert.match(flowlord.said, /Database .* was removed, moved or replaced/);
    await flowlord.interrupt();

    renameSync(`${instance.database}.rescued`, instance.database);
    const next = await instance.start();
    await until(() => instance.tasks() > saved);
    assert.equal((await instance.status()).code, 200);
    assert.equal((await next.interrupt()).code, 0);
  });

  it("is locked by another program: it answers, says so, and decides all ticks afterwards", async (t) => {
    const instance = await open(t);
    const flowlord = await instance.start();
    await until(() => instance.tasks() > 1);
    const other = instance.lock();
    await instance.says(/^store: Database .*: another program has had it locked/m);
    const metrics = await fetch(`http://127.0.0.1:${instance.port}/metrics`);
    assert.match(await metrics.text(), /^flowlord_working\{part="store"\} 0$/m);
    await pause(2000);
    other.exec("ROLLBACK");
    other.close();
    await instance.says(/^ok$/);
    await flowlord.interrupt();
    const [found] = rows<{ gaps: number }>(
      instance.database,
      "SELECT (max(scheduled_at) - min(scheduled_at)) / 1000 + 1 - count(*) AS gaps FROM task_records",
    );
    assert.equal(found?.gaps, 0);
  });

  it("is locked by another program while a stop is asked for: it ends", async (t) => {
    const instance = await open(t);
    const flowlord = await instance.start();
    await until(() => instance.tasks() > 1);
    const other = instance.lock();
    await instance.says(/locked/);
    flowlord.child.kill("SIGTERM");
    const ended = await Promise.race([flowlord.ended, pause(10_000, null, { ref: false })]);
    other.exec("ROLLBACK");
    other.close();
    assert.ok(ended !== null, `it ended while the database was locked:\n${flowlord.out}${flowlord.err}`);
    assert.match(flowlord.err, /another program has it locked/);
    assert.doesNotMatch(flowlord.err, /^\s+at /m, "no stack trace");
    const next = await instance.start();
    await until(() => instance.tasks() > 3);
    assert.equal((await next.interrupt()).code, 0);
  });

  it("has one lock for all its names", async (t) => {
    const instance = await open(t);
    symlinkSync("tasks.db", instance.place.write("data/link.db", "").replace("link.db", "before.db"));
    const flowlord = await instance.start("--set", `sqlite.local_path=${instance.place.path("data/before.db")}`);
    await until(() => instance.tasks() > 0);
    linkSync(instance.database, instance.place.path("hard.db"));
    for (const name of ["data/tasks.db", "data/before.db", "hard.db"]) {
      const path = `sqlite.local_path=${instance.place.path(name)}`;
      const second = await instance.place.run([
        "serve",
        "-c",
        "flowlord.toml",
        "--set",
        "status_port=0",
        "--set",
        path,
      ]);
      assert.match(second.err, /another Flowlord is running on it/, name);
    }
    assert.equal((await flowlord.interrupt()).code, 0);
  });

  it("has a flipped byte in a topic that waits: it starts, says so, and the others go on", async (t) => {
    const instance = await open(t);
    await (await instance.start()).interrupt();
    const other = connect(instance.database, { readonly: false, cacheKib: 64 });
    other.exec("INSERT INTO outbox (id, topic, payload, due_at) VALUES (1, CAST(x'6c6fff64' AS TEXT), 'x', 0)");
    other.close();
    const before = instance.tasks();
    const flowlord = await instance.start();
    await until(() => instance.tasks() > before + 1);
    await instance.says(/^store: The table outbox has a damaged topic/m);
    assert.equal((await flowlord.interrupt()).code, 0);
  });

  it("is checked behind a start after a clean stop; damage stops the writing", async (t) => {
    const instance = await open(t);
    const filled = await instance.start();
    await until(() => instance.tasks() > 2);
    assert.equal((await filled.interrupt()).code, 0);
    await instance.start().then(async (sound) => {
      const integrity = async (): Promise<string> => {
        const answer = await fetch(`http://127.0.0.1:${instance.port}/status?verbose=1`);
        return statusAnswer.parse(await answer.json()).store.integrity;
      };
      await until(async () => (await integrity()) === "checked");
      await sound.interrupt();
    });
    damage(instance.database);
    const flowlord = await instance.start();
    const text = await instance.says(/^store: Database .* is damaged/m);
    assert.match(text, /restore a backup \(`flowlord restore`\), or save what is left/);
    const asked = await instance.place.run(["trigger", "beat", "-c", "flowlord.toml"]);
    assert.equal(asked.code, 1);
    assert.match(asked.err, /^flowlord: Database .* is damaged/);
    await flowlord.interrupt();
    assert.ok(existsSync(instance.database));
  });
});

/** Overwrites the pages of an index that is used seldom. */
function damage(database: string): void {
  const [page] = rows<{ root: number; size: number }>(
    database,
    "SELECT rootpage AS root, page_size AS size FROM sqlite_schema, pragma_page_size() WHERE name = 'silences'",
  );
  assert.ok(page !== undefined);
  const bytes = readFileSync(database);
  bytes.fill(0xab, (page.root - 1) * page.size, page.root * page.size);
  writeFileSync(database, bytes);
}
