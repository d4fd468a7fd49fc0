import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { startGcs } from "../servers/gcs.ts";
import { S3_CREDENTIALS, startS3 } from "../servers/s3.ts";
import { randomFrom, SEED } from "../support/seed.ts";
import { freePort, Place, type Process, type Ran, ROOT, rows, until } from "./flowlord.ts";

const KILLS = 10;
/** Of rows that do not get smaller: an upload takes a while, and has several parts. */
const MEGABYTES = 24;

interface Storage {
  readonly path: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

const STORAGES: Readonly<Record<string, (t: TestContext) => Promise<Storage | null>>> = {
  "fake-gcs-server": async (t) => {
    const server = await startGcs(t, "backups");
    if (server === null) return null;
    return { path: "gs://backups/flowlord", file: "", env: { STORAGE_EMULATOR_HOST: server.url } };
  },
  versitygw: async (t) => {
    const server = await startS3(t, "backups");
    if (server === null) return null;
    const { accessKeyId, secretAccessKey } = S3_CREDENTIALS;
    const file = `[file]\naccess_key = "${accessKeyId}"\nsecret_key = "${secretAccessKey}"\n`;
    return { path: `${server.url.replace("http:", "mc:")}/backups/flowlord`, file, env: {} };
  },
};

interface Setting {
  readonly place: Place;
  readonly database: string;
  readonly serve: () => Promise<Process>;
  readonly start: (...args: readonly string[]) => Process;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
}

async function setting(t: TestContext, { path, file, env }: Storage): Promise<Setting> {
  const place = new Place(t, {
    "flow.toml": '[[phase]]\ntask = "root"\ncron = "@yearly"\n',
    "flowlord.toml": `
workflow = "{config_dir}/flow.toml"
status_port = ${await freePort()}
${file}
[sqlite]
local_path = "{config_dir}/tasks.db"
backup_path = "${path}"
[backup]
schedule = ""
`,
  });
  const start = (...args: readonly string[]): Process => place.flowlord([...args, "-c", "flowlord.toml"], env);
  return {
    place,
    database: place.path("tasks.db"),
    start,
    serve: async () => {
      const server = start("serve");
      await server.says("Ctrl-C");
      return server;
    },
    run: async (...args) => {
      const ran = start(...args);
      ran.child.stdin?.end();
      const { code } = await ran.ended;
      return { code, out: ran.out, err: ran.err };
    },
  };
}

function fill(database: string): void {
  const db = connect(database, { readonly: false, cacheKib: 1024 });
  try {
    db.exec(`WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${MEGABYTES})
      INSERT INTO dead_letters (received_at, topic, payload, code, reason)
      SELECT 0, 'done', hex(randomblob(500000)), 'invalid_message', 'a test' FROM n`);
  } finally {
    db.close();
  }
}

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
}

function listed(database: string): readonly Listed[] {
  return rows<Listed>(database, "SELECT id, state, reason FROM backup_metadata ORDER BY started_at DESC");
}

function checkedIn({ out }: Ran): readonly { readonly id: string; readonly is_good: boolean }[] {
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { id: string; is_good: boolean });
}

/** What docs/operations.md says to type in a drill, in this folder. */
function drill(folder: string): readonly (readonly string[])[] {
  const page = readFileSync(`${ROOT}/docs/operations.md`, "utf8");
  const [, block = ""] = /### Restore a backup\n[^`]*```\n([^`]*)```/.exec(page) ?? [];
  return block
    .split("\n")
    .map((line) => line.split("#")[0]?.trim() ?? "")
    .filter((line) => line.startsWith("flowlord "))
    .map((line) => line.replaceAll("drill.db", `${folder}/drill.db`).split(/\s+/).slice(1));
}

for (const [name, storage] of Object.entries(STORAGES))
  test(
    `${KILLS} kills in backups to ${name} leave none that is called good and is not, and a stop makes the last one`,
    { timeout: 300_000 },
    async (t) => {
      t.diagnostic(`seed ${SEED}`);
      const random = randomFrom(SEED);
      const found = await storage(t);
      if (found === null) return;
      const { place, database, serve, start, run } = await setting(t, found);

      // A stop makes one, and the next, since which nothing was recorded, none.
      const first = await serve();
      assert.equal((await run("trigger", "root", "--at", "2026-01-01")).code, 0);
      assert.equal((await first.interrupt()).code, 0, first.err);
      assert.deepEqual(
        listed(database).map(({ state, reason }) => `${reason} ${state}`),
        ["stop verified"],
        first.err,
      );
      fill(database);

      let server = await serve();
      const whole = await run("backup", "now");
      assert.equal(whole.code, 0, whole.err);
      assert.match(whole.out, /: stored, brought back and checked\n$/);
      const [time] = rows<{ ms: number }>(database, "SELECT max(ended_at - started_at) AS ms FROM backup_metadata");
      assert.ok(time !== undefined && time.ms > 0);
      assert.equal((await run("backup", "verify")).code, 0);

      let interrupted = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const known = listed(database).length;
        const asking = start("backup", "now");
        await until(
          () => listed(database).length > known || !asking.running,
          5,
          () => asking.err,
        );
        await pause(random() * 0.9 * time.ms);
        const [newest] = listed(database);
        // Every second time its own processes go with it, as when the power fails.
        if (kill % 2 === 1) process.kill(-server.pid, "SIGKILL");
        await server.kill();
        if (newest?.state === "running") {
          interrupted += 1;
          const { code } = await asking.ended;
          assert.equal(code, 1, "the command does not call it made");
          assert.match(asking.err, /does not answer/);
        }
        await asking.kill();
        server = await serve();
        assert.deepEqual(
          listed(database).filter(({ state }) => state !== "verified" && state !== "failed"),
          [],
          "the next start calls none good that was not",
        );
        const [after] = listed(database);
        const checked = await run("backup", "verify", "--all", "--json");
        assert.equal(checked.code, 0, checked.out + checked.err);
        // Its manifest was stored, and nobody was left to hear of it: the start found it.
        const isStored = checkedIn(checked).some(({ id }) => id === newest?.id);
        if (newest?.state === "running") assert.ok(after?.state === "failed" || isStored, `${after?.state}`);
      }
      t.diagnostic(`${interrupted} of ${KILLS} kills were in the middle of a backup`);
      assert.ok(interrupted >= KILLS / 2, `${interrupted} of ${KILLS} kills were in the middle of a backup`);

      assert.equal((await run("trigger", "root", "--at", "2026-01-02")).code, 0);
      assert.equal((await server.interrupt()).code, 0, server.err);
      const [last] = listed(database);
      assert.deepEqual([last?.reason, last?.state], ["stop", "verified"], server.err);
      const stored = checkedIn(await run("backup", "verify", "--all", "--json"));
      assert.equal(stored[0]?.id, last?.id);
      assert.ok(stored.every(({ is_good: isGood }) => isGood));

      // The drill of the docs, with the database gone.
      for (const args of drill(place.dir)) {
        const ran = await run(...args);
        assert.equal(ran.code, 0, `${args.join(" ")}: ${ran.err}`);
      }
      const count = "SELECT id FROM task_records";
      assert.equal(rows(place.path("drill.db"), count).length, rows(database, count).length);
      assert.ok(existsSync(place.path("tasks.db.scratch")));

      // The database is lost: the next start restores it. One that is put back later is not what its newest backup is of.
      for (const side of ["", "-wal", "-shm"])
        if (existsSync(database + side)) renameSync(database + side, place.path(`lost${side}`));
      const again = await serve();
      assert.match(again.said, new RegExp(`restoring the backup ${last?.id} of [^]*was restored as it was at `));
      assert.equal(rows(database, count).length, rows(place.path("lost"), count).length);
      const alerts = rows<{ type: string }>(
        database,
        "SELECT type FROM alert_records WHERE type = 'database_restored'",
      );
      assert.equal(alerts.length, 1);
      assert.equal((await run("trigger", "root", "--at", "2026-01-03")).code, 0);
      assert.equal((await again.interrupt()).code, 0, again.err);
      renameSync(place.path("lost"), database);
      const refused = await run("serve");
      assert.equal(refused.code, 1);
      assert.match(refused.err, /flowlord restore --local {2}keeps the database/);
      assert.equal((await run("restore", "--yes")).code, 0);
      const settled = await serve();
      assert.equal((await settled.interrupt()).code, 0, settled.err);
      t.diagnostic(
        `left in the scratch folder by kills of the whole group: ${readdirSync(place.path("tasks.db.scratch")).length}`,
      );
    },
  );
