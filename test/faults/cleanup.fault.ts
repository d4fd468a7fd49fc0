import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { deliver, phase, rootTask, takeSent } from "../engine/rig/drive.ts";
import { openRig, type Rig } from "../engine/rig/rig.ts";
import { Place, until } from "../e2e/flowlord.ts";
import { controlOf, DAY, orphans, queried, rowsOf } from "../store/sqlite/retention/cleanup-rig.ts";
import { randomFrom, SEED } from "../support/seed.ts";
import { isLong } from "./pipeline.ts";
import { Victim } from "./killed/victim.ts";

const RUNS = isLong ? 20_000 : 3000;
const KILLS = isLong ? 100 : 10;
/** In which a child does a hundredth of the work, about. */
const STEP_MS = 60;
const CHILD = new URL("./killed/cleanup-child.ts", import.meta.url);
const TABLES = ["task_records", "task_relationships", "decisions", "notes"];

/** Runs of three tasks that ended a hundred days ago, indexed for search; then one that is unfinished. */
async function fill(rig: Rig): Promise<void> {
  for (let from = 0; from < RUNS; from += 200) {
    const roots = Array.from({ length: 200 }, (_, n) =>
      rootTask(rig, { id: `run-${from + n}`, info: `?n=${from + n}`, result: "complete" }),
    );
    await deliver(rig, roots);
    await deliver(
      rig,
      takeSent(rig).map((task) => ({ ...task, result: "complete" })),
    );
  }
  while ((await rig.store.indexSearch(1000)).isMore);
  rig.now = Date.now();
  await deliver(rig, [rootTask(rig, { id: "open", result: "complete" })]);
}

/** What is left, and what the cleanup says that it deleted. */
function sums(path: string): Record<string, number> {
  const [row] = queried(path, (all) => all("SELECT deleted FROM cleanups"));
  const deleted =
    (JSON.parse(String(row?.["deleted"])) as Record<string, Record<string, number>>)["task_records"] ?? {};
  const left = rowsOf(path);
  return Object.fromEntries(TABLES.map((table) => [table, (left[table] ?? 0) + (deleted[table] ?? 0)]));
}

/** A database in which a cleanup of all these runs has begun. */
async function begun(t: TestContext): Promise<{ readonly rig: Rig; readonly path: string }> {
  const flow = phase("root") + phase("left", { dependsOn: "root" }) + phase("right", { dependsOn: "root" });
  const rig = await openRig({ workflows: { "flow.toml": flow }, now: Date.now() - 100 * DAY });
  t.after(() => rig.close());
  await fill(rig);
  await controlOf(rig).start({ table: "task_records", older_than: null, dry_run: false, by: "ann" });
  await rig.store.close();
  return { rig, path: join(rig.dir, "tasks.db") };
}

test("a cleanup killed 100 times in its steps loses no row, and counts each", { timeout: 600_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const { path } = await begun(t);
  const before = sums(path);
  const left = (): number => rowsOf(path)["task_records"] ?? 0;
  let kills = 0;
  for (let kill = 0; kill < 100; kill += 1) {
    const victim = new Victim(CHILD, [path]);
    // Far enough into the work for a few steps, seldom enough for all of it.
    if (await victim.killAt(kill % 5 === 4 ? "open" : "step", random() * STEP_MS)) kills += 1;
    assert.deepEqual(orphans(path), [], `after kill ${kills}`);
    assert.deepEqual(sums(path), before, `after kill ${kills}: each row is there, or was counted`);
  }
  assert.deepEqual(
    queried(path, (all) => all("PRAGMA quick_check")),
    [{ quick_check: "ok" }],
  );
  t.diagnostic(`${kills} kills while there was work; ${left()} rows were left then`);
  assert.ok(kills >= 80, "it was killed while there was work");
  await new Victim(CHILD, [path]).finish();
  assert.equal(left(), 3, "the run that is unfinished");
  assert.deepEqual(sums(path), before);
  assert.deepEqual(orphans(path), []);
});

test(`a cleanup killed ${KILLS} times at random goes on at each start`, { timeout: 600_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const { rig, path } = await begun(t);
  const before = sums(path);
  assert.equal(before["task_records"], 3 * RUNS + 3);

  const place = new Place(t, {
    "flowlord.toml": `workflow = "${rig.dir}/workflows"\nstatus_port = 0\n[sqlite]\nlocal_path = "${path}"\n[bus]\nbus = "null"\n`,
  });
  const state = (): string => String(queried(path, (all) => all("SELECT state FROM cleanups"))[0]?.["state"]);
  const left = (): number => rowsOf(path)["task_records"] ?? 0;
  let kills = 0;
  for (let kill = 0; kill < KILLS && state() === "running"; kill += 1) {
    const process = place.flowlord(["serve", "-c", "flowlord.toml"]);
    // Most moments lie in the work: after so many more tasks; each fifth is one of the start.
    const mark = left() - random() * ((1.6 * 3 * RUNS) / KILLS);
    if (kill % 5 === 4) await pause(random() * 1000);
    else await until(() => left() <= Math.max(3, mark) || !process.running, 1);
    assert.ok(process.running, `it ran until it was killed:\n${process.err}`);
    await process.kill();
    kills += 1;
    assert.deepEqual(orphans(path), [], `after kill ${kills}`);
    assert.deepEqual(sums(path), before, `after kill ${kills}: each row is there, or was counted`);
    assert.deepEqual(
      queried(path, (all) => all("PRAGMA quick_check")),
      [{ quick_check: "ok" }],
    );
  }
  t.diagnostic(`${kills} kills`);
  assert.ok(kills >= 3, "it was killed while there was work");
  const last = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await until(() => state() === "done");
  await last.interrupt();
  assert.deepEqual(sums(path), before);
  assert.equal(left(), 3, "the run that is unfinished");
  assert.deepEqual(orphans(path), []);
});
