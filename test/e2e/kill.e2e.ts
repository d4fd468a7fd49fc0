import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, Place, type Process, rows, until } from "./flowlord.ts";
import { randomFrom, SEED } from "../support/seed.ts";

const DONES = 5000;
const KILLS = 20;

function done(number: number): string {
  const created = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
  return JSON.stringify({
    type: "root",
    info: `?n=${number}`,
    created,
    id: `run-${number}`,
    meta: `workflow=kill.toml&n=${number}`,
    result: "complete",
    started: created,
    ended: created,
  });
}

function bytes(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

test(`${KILLS} kills among ${DONES} dones leave two children for each`, { timeout: 240_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const place = new Place(t, {
    "kill.toml": `
[[phase]]
task = "root"
cron = "@yearly"
paused = true

[[phase]]
task = "left"
dependsOn = "root"
template = "?n={meta:n}"

[[phase]]
task = "right"
dependsOn = "root"
template = "?n={meta:n}"
`,
    "flowlord.toml": `
workflow = "{config_dir}/kill.toml"
status_port = 0
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`,
  });
  const database = place.path("data/tasks.db");
  const left = place.path("bus/left.jsonl");
  const right = place.path("bus/right.jsonl");
  mkdirSync(place.path("bus"));
  for (let number = 0; number < DONES; number += 1) appendFileSync(place.path("bus/done.jsonl"), `${done(number)}\n`);

  // Most moments lie within the work: after so many bytes of children. Each fifth is a moment of the start.
  const whole = 2 * DONES * 190;
  const marks = Array.from({ length: KILLS }, () => random() * whole).toSorted((a, b) => a - b);
  let busy = 0;
  for (const [index, mark] of marks.entries()) {
    const process = place.flowlord(["serve", "-c", "flowlord.toml"]);
    if (index % 5 === 4) await pause(random() * 600);
    else {
      await until(() => bytes(left) + bytes(right) >= mark || settled(database) || !process.running, 1);
      await pause(random() * 3);
    }
    assert.ok(process.running, `it ran until it was killed:\n${process.err}`);
    await process.kill();
    if (!settled(database)) busy += 1;
  }
  t.diagnostic(`${busy} of ${KILLS} kills came while there was work`);
  // On a quick machine all may be done before the last of them.
  assert.ok(busy >= KILLS / 4, "moments lie within the work");

  const last = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await until(() => settled(database) && rows(database, "SELECT 1 FROM outbox LIMIT 1").length === 0, 50).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}\n${last.err}`);
    },
  );
  // All may have been done before this process began: it must know signals before it is sent one.
  await last.says("Ctrl-C");
  assert.equal((await last.interrupt()).code, 0);
  assert.deepEqual(last.problems, []);

  const figures = rows<{ type: string; tasks: number; runs: number }>(
    database,
    "SELECT type, count(*) AS tasks, count(DISTINCT task_id) AS runs FROM task_records GROUP BY type ORDER BY type",
  );
  assert.deepEqual(
    figures.map((each) => ({ ...each })),
    ["left", "right", "root"].map((type) => ({ type, tasks: DONES, runs: DONES })),
  );
  assert.equal(
    rows(
      database,
      `SELECT parent.id FROM task_records AS parent LEFT JOIN task_records AS child ON child.parent_id = parent.id
       WHERE parent.type = 'root' GROUP BY parent.id HAVING count(child.id) <> 2`,
    ).length,
    0,
    "each has its two children",
  );
  for (const path of [left, right]) {
    const { ids, lines, torn } = sent(path);
    t.diagnostic(`${path.slice(place.dir.length + 1)}: ${ids.size} tasks on ${lines} lines, ${torn} torn by a kill`);
    assert.equal(ids.size, DONES, "none is missing on the bus");
    assert.ok(torn <= KILLS);
  }
  assert.deepEqual(rows(database, "SELECT * FROM dead_letters"), []);
});

/** Whether every done has been decided. */
function settled(database: string): boolean {
  if (!existsSync(database)) return false;
  try {
    const [found] = rows<{ count: number }>(database, "SELECT count(*) AS count FROM task_records WHERE type = 'root'");
    return found?.count === DONES;
  } catch {
    // Killed before its tables were made.
    return false;
  }
}

function sent(path: string): { ids: ReadonlySet<string>; lines: number; torn: number } {
  const ids = new Set<string>();
  let lines = 0;
  let torn = 0;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line === "") continue;
    lines += 1;
    try {
      const { id } = JSON.parse(line) as { id: string };
      ids.add(id);
    } catch {
      torn += 1;
    }
  }
  return { ids, lines, torn };
}

test("what ran on the built-in workers runs again within 10 s of the restart", { timeout: 120_000 }, async (t) => {
  const random = randomFrom(SEED + 1);
  const port = await freePort();
  const place = new Place(t, {
    "long.toml": `[[phase]]\ntask = "long"\ncron = "@yearly"\npaused = true\n`,
    "flowlord.toml": `
workflow = "{config_dir}/long.toml"
status_port = ${port}
[sqlite]
local_path = "{config_dir}/data/tasks.db"
[[worker]]
type = "long"
exec = ["sh", "-c", "echo $1 $$ >>started; exec sleep 300", "sh", "{meta:n}"]
cwd = "{config_dir}"
concurrency = 4
`,
  });
  const started = (): { task: string; pid: number }[] =>
    existsSync(place.path("started"))
      ? readFileSync(place.path("started"), "utf8")
          .trimEnd()
          .split("\n")
          .map((line) => ({ task: line.split(" ")[0] ?? "", pid: Number(line.split(" ")[1]) }))
      : [];
  const serve = (): Process => place.flowlord(["serve", "-c", "flowlord.toml"]);

  for (let n = 1; n <= 4; n += 1) {
    const { code, err } = await place.run(["trigger", "long", "-c", "flowlord.toml", "--meta", `n=${n}`]);
    assert.equal(code, 0, err);
  }
  let process = serve();
  await until(() => started().length === 4);
  for (let round = 1; round <= 5; round += 1) {
    await pause(random() * 300);
    await process.kill();
    const began = performance.now();
    process = serve();
    await until(() => started().length === 4 * (round + 1), 5);
    const took = performance.now() - began;
    t.diagnostic(`running again after ${Math.round(took)} ms`);
    assert.ok(took < 10_000, `within 10 s, took ${took} ms`);
    const now = started().slice(-4);
    assert.deepEqual(now.map(({ task }) => task).toSorted(), ["1", "2", "3", "4"], "each of the four, once");
    const earlier = started().slice(0, -4);
    await until(() => !earlier.some(({ pid }) => alive(pid)));
    assert.ok(now.every(({ pid }) => alive(pid)));
  }
  assert.deepEqual(process.problems, []);
  assert.equal((await process.interrupt()).code, 0);
  await until(() => !started().some(({ pid }) => alive(pid)));
  const records = rows(
    place.path("data/tasks.db"),
    "SELECT 1 FROM task_records WHERE state = 'queued' AND attempt = 0",
  );
  assert.equal(records.length, 4, "stopped, the tasks wait for the next start");
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const TASKS = 3000;

test("a job of many retries whose instance is killed goes on at the next start, each task once", async (t) => {
  const values = Array.from({ length: TASKS }, (_, n) => n).join(",");
  const place = new Place(t, {
    "flow.toml": `[[phase]]\ntask = "many"\ncron = "@yearly"\ntemplate = "?n={meta:n}"\nrule = "meta=n:${values}"\n`,
    "flowlord.toml": `workflow = "{config_dir}/flow.toml"
status_port = ${await freePort()}
[bus]
bus = "null"
[sqlite]
local_path = "{config_dir}/tasks.db"
`,
  });
  const database = place.path("tasks.db");
  const query = (sql: string): number => rows<{ found: number }>(database, sql)[0]?.found ?? 0;
  const retried = (): number => query("SELECT count(*) AS found FROM task_records WHERE attempt = 1");
  const serve = async (): Promise<Process> => {
    const server = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await server.says("The dashboard is at");
    return server;
  };
  await place.run(["trigger", "many"]);
  const marked = await place.run(["mark", "-q", "type:many", "error", "--reason", "x", "--yes"]);
  assert.equal(marked.code, 0, marked.err);
  const server = await serve();
  // The index of the search follows the writer.
  while (!(await place.run(["retry", "-q", "type:many", "--expect", "0"])).err.includes("it would be 3,000 tasks"));
  const command = place.flowlord(["retry", "-q", "type:many", "--yes", "--expect", String(TASKS)]);
  await until(() => retried() > 0);
  await server.kill();
  const done = retried();
  assert.ok(done < TASKS, "killed in the middle");
  assert.equal((await command.ended).code, 1, "the command lost its instance");
  await serve();
  await until(() => query("SELECT count(*) AS found FROM bulk_jobs WHERE state = 'done'") === 2);
  assert.equal(retried(), TASKS);
  assert.equal(query("SELECT count(DISTINCT first_attempt_id) AS found FROM task_records WHERE attempt = 1"), TASKS);
  assert.equal(query("SELECT count(*) AS found FROM task_records"), 2 * TASKS);
  assert.equal(query("SELECT changed AS found FROM bulk_jobs WHERE id = 2"), TASKS);
});
