import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { databaseAt, planMoment } from "../../../src/app/backup/database-at.ts";
import { newestManifest } from "../../../src/app/backup/read-manifests.ts";
import { present } from "../../../src/contract/present.ts";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";
import { damageOf } from "../../../src/store/sqlite/backup/snapshot.ts";
import { freePort, Place, type Process, rows, until } from "../flowlord.ts";
import { randomFrom, SEED } from "../../support/seed.ts";
import { isLong } from "../../faults/pipeline.ts";

const KILLS = isLong ? 100 : 30;
/** What was committed so long (ms) before a kill comes back: a second until it is read, and time to store it. */
const LOST_MS = 2500;
/** And at the latest so long before, when a busy machine stores it late: that may be in every fourth kill. */
const MOST_LOST_MS = 6000;
/** Every so many kills the database goes too. */
const LOSES = 6;
const AT_ONCE = 4;
const NEVER = new AbortController().signal;

interface Committed {
  /** Of its record. */
  readonly id: number;
  readonly at: number;
}

interface Setting {
  readonly place: Place;
  readonly database: string;
  readonly bucket: LocalBucket;
  readonly url: string;
  readonly start: () => Promise<Process>;
}

async function setting(t: TestContext): Promise<Setting> {
  const port = await freePort();
  const place = new Place(t, {
    "flow.toml": '[[phase]]\ntask = "root"\ncron = "@yearly"\n',
    "flowlord.toml": `
workflow = "{config_dir}/flow.toml"
status_port = ${port}
[sqlite]
local_path = "{config_dir}/tasks.db"
backup_path = "{config_dir}/bucket"
[backup]
mode = "continuous"
`,
  });
  return {
    place,
    database: place.path("tasks.db"),
    bucket: new LocalBucket(place.path("bucket")),
    url: `http://127.0.0.1:${port}`,
    start: async () => {
      const server = place.flowlord(["serve", "-c", "flowlord.toml"]);
      await server.says("Ctrl-C");
      return server;
    },
  };
}

/** Tasks, one after the other, until it is stopped or nobody answers; each is noted once it was committed. */
async function load(url: string, committed: Committed[], signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ type: "root", info: `?${"x".repeat(400)}` });
  const headers = { "content-type": "application/json" };
  const one = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const answer = await fetch(`${url}/api/tasks`, { method: "POST", body, headers, signal });
        if (!answer.ok) return;
        const { tasks } = (await answer.json()) as { readonly tasks: readonly { readonly record_id: number }[] };
        committed.push(...tasks.map(({ record_id: id }) => ({ id, at: Date.now() })));
      } catch {
        // It was killed.
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function isCovered(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/backups?limit=1`);
  const { continuous } = (await answer.json()) as { readonly continuous: { readonly covered_until: string | null } };
  return continuous.covered_until !== null && Date.now() - Date.parse(continuous.covered_until) < LOST_MS;
}

test(
  `${KILLS} kills: what was committed ${MOST_LOST_MS} ms before is in the bucket, three times of four ${LOST_MS} ms before`,
  { timeout: 900_000 },
  async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const random = randomFrom(SEED);
    const { place, database, bucket, url, start } = await setting(t);
    let committed: Committed[] = [];
    let server = await start();
    let [segments, newRows] = [0, 0];
    const lost: number[] = [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const stop = new AbortController();
      const loading = load(url, committed, stop.signal);
      await until(() => isCovered(url), 50);
      await pause(random() * 1500);
      // Every second time the process that ships goes with it, as when the power fails; every fifth that goes alone first.
      if (kill % 5 === 0) killShipper(server);
      if (kill % 5 === 0) await pause(random() * 1500);
      const killedAt = Date.now();
      if (kill % 2 === 1) process.kill(-server.pid, "SIGKILL");
      await server.kill();
      stop.abort();
      await loading;

      const restored = place.path(`restored-${kill}.db`);
      const manifest = present((await newestManifest(bucket, NEVER))?.manifest, "a good backup");
      const plan = await planMoment(bucket, manifest, null, NEVER);
      assert.equal(plan.problem, null);
      segments += plan.segments.length;
      await databaseAt(bucket, plan, restored, { key: null, signal: NEVER, onBytes: () => undefined });
      assert.deepEqual(damageOf(restored), []);
      const there = new Set(rows<{ id: number }>(restored, "SELECT id FROM task_records").map(({ id }) => id));
      const missing = committed.filter(({ id, at }) => at <= killedAt && !there.has(id));
      // How long before the kill its oldest was committed. A shipper that was killed alone is started again within a second, and first reads what is there.
      const lostMs = Math.max(0, ...missing.map(({ at }) => killedAt - at)) - (kill % 5 === 0 ? 3000 : 0);
      assert.ok(lostMs <= MOST_LOST_MS, `${lostMs} ms were lost\n${server.err}`);
      lost.push(lostMs);
      if (kill % LOSES === 0) {
        newRows += 1;
        for (const end of ["-wal", "-shm"]) rmSync(database + end, { force: true });
        copyFileSync(restored, database);
        committed = committed.filter(({ id }) => there.has(id));
      }
      rmSync(restored);
      server = await start();
    }
    const late = lost.filter((ms) => ms > LOST_MS);
    t.diagnostic(`lost at most ${Math.max(...lost)} ms, ${late.length} times more than ${LOST_MS}`);
    assert.ok(late.length <= KILLS / 4, `${late.join(", ")} ms were lost`);
    t.diagnostic(`${committed.length} tasks, ${segments} segments restored, the database lost ${newRows} times`);
    const resumed = server.err.includes("again, after segment");
    assert.ok(resumed || KILLS % LOSES === 0);
    const { code } = await server.interrupt();
    assert.equal(code, 0, server.err);
    const plan = await planMoment(bucket, present((await newestManifest(bucket, NEVER))?.manifest, "one"), null, NEVER);
    const last = place.path("last.db");
    await databaseAt(bucket, plan, last, { key: null, signal: NEVER, onBytes: () => undefined });
    const all = "SELECT id FROM task_records ORDER BY id";
    assert.deepEqual(rows(last, all), rows(database, all), "after a stop nothing at all is missing");
  },
);

/** The one process among its children that ships: it has the folder of what waits open. */
function killShipper(server: Process): void {
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8").trim().split(" ");
  const shipper = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("ship-process"));
  process.kill(Number(present(shipper, "the process that ships")), "SIGKILL");
}
