import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { damageOf } from "../../src/store/sqlite/backup/snapshot.ts";
import { newTask, NOW, taskMessage } from "../store/factories.ts";
import { openBare, openScratch, scratchFolder } from "../store/sqlite/scratch.ts";
import { rows } from "../e2e/flowlord.ts";
import { randomFrom, SEED } from "../support/seed.ts";

const KILLS = 100;
const CHILD = new URL("./killed/restore-child.ts", import.meta.url);
const [OLD_TASKS, NEW_TASKS] = [40, 10];

const folder = scratchFolder();
const path = join(folder, "tasks.db");

async function databaseOf(name: string, tasks: number): Promise<string> {
  const file = join(folder, name);
  const store = await openScratch(file);
  const messages = Array.from({ length: tasks }, (_, n) => newTask({ message: taskMessage({ id: `${name}-${n}` }) }));
  await store.createTasks(messages, NOW);
  await store.close();
  return file;
}

/** As an instance that was killed leaves it: what it wrote last is in the `-wal` alone. */
async function killedDatabase(): Promise<string> {
  const file = await databaseOf("old", OLD_TASKS);
  const db = openBare(file);
  db.exec(
    "INSERT INTO dead_letters (received_at, topic, payload, code, reason) VALUES (0, 'done', '', 'invalid_message', '')",
  );
  for (const side of ["", "-wal"]) copyFileSync(file + side, join(folder, `killed${side}`));
  db.close();
  return join(folder, "killed");
}

/** `tasks`, and the dead letters that were in the `-wal`. */
function contentOf(file: string): readonly number[] {
  return ["task_records", "dead_letters"].map((table) => rows(file, `SELECT id FROM ${table}`).length);
}

const OLD = [OLD_TASKS, 1];
const NEW = [NEW_TASKS, 0];

function aside(): readonly string[] {
  return readdirSync(folder).filter((name) => /^tasks\.db\.replaced-[^-]+$/.test(name));
}

async function begin(t: TestContext, old: string, snapshot: string) {
  for (const name of readdirSync(folder))
    if (name.startsWith("tasks.db")) rmSync(join(folder, name), { recursive: true });
  for (const side of ["", "-wal"]) copyFileSync(old + side, path + side);
  const child = fork(CHILD, [path, snapshot], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  t.after(() => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const next = async (): Promise<unknown> => (await once(child, "message"))[0];
  assert.equal(await next(), "begun");
  return { child, exited, written: next() };
}

test(
  `a restore in place killed ${KILLS} times leaves the old database or the new one`,
  { timeout: 300_000 },
  async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const random = randomFrom(SEED);
    const [old, snapshot] = [await killedDatabase(), await databaseOf("new", NEW_TASKS)];

    const unharmed = await begin(t, old, snapshot);
    await unharmed.written;
    const since = performance.now();
    await unharmed.exited;
    const all = performance.now() - since;
    assert.deepEqual([contentOf(path), aside().map((name) => contentOf(join(folder, name)))], [NEW, [OLD]]);

    const seen = { old: 0, new: 0, between: 0 };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child, exited, written } = await begin(t, old, snapshot);
      // All of it now and then; mostly from where the files are about to be exchanged.
      if (kill % 6 !== 0) await written;
      else written.catch(() => undefined);
      await setTimeout(random() * all);
      child.kill("SIGKILL");
      await exited;
      const isBetween = existsSync(`${path}.restoring/replace`);
      if (isBetween) seen.between += 1;
      const store = await openScratch(path);
      const [restored] = await store.backups.restoresToAlert();
      await store.close();
      if (restored === undefined) {
        seen.old += 1;
        assert.equal(isBetween, false, "what was decided is carried out");
        assert.deepEqual([contentOf(path), aside()], [OLD, []]);
      } else {
        seen.new += 1;
        assert.deepEqual(contentOf(path), NEW);
        const [kept = ""] = aside();
        assert.equal(restored.kept_aside, join(folder, kept));
        assert.deepEqual(contentOf(join(folder, kept)), OLD, "what was replaced is whole, with its -wal");
      }
      assert.deepEqual([damageOf(path), existsSync(`${path}.restoring`)], [[], false]);
    }
    t.diagnostic(`${seen.old} times the old one, ${seen.new} times the new one, ${seen.between} in the exchange`);
    assert.ok(seen.old > 0 && seen.new > 0);
  },
);
