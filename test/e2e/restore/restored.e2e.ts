import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { secondsText } from "../../../src/contract/time/instant.ts";
import { connect } from "../../../src/store/sqlite/database/connection.ts";
import { BIN, freePort, Place, type Process, ROOT, rows, until } from "../flowlord.ts";

const FLOW = `
[[phase]]
task = "load"
rule = "files={dir}/in/*.csv"
template = "?path={FULL_PATH}"
[[phase]]
task = "report"
dependsOn = "load"
template = "?of=load"
`;

interface Task {
  readonly type: string;
  readonly id: string;
  readonly meta: string;
}

/** A file bus, a watched folder, and a worker elsewhere that the test is. */
class Scene {
  readonly place: Place;
  readonly dir: string;
  readonly port: number;

  constructor(place: Place, port: number, dir: string) {
    this.place = place;
    this.port = port;
    this.dir = dir;
  }

  static async open(t: TestContext): Promise<Scene> {
    const place = new Place(t);
    const scene = new Scene(place, await freePort(), place.path("here"));
    scene.configure();
    mkdirSync(join(scene.dir, "in"));
    return scene;
  }

  at(name: string): string {
    return join(this.dir, name);
  }

  configure(): void {
    mkdirSync(this.dir, { recursive: true });
    mkdirSync(this.at("workflows"), { recursive: true });
    writeFileSync(this.at("workflows/flow.toml"), FLOW.replaceAll("{dir}", this.dir));
    writeFileSync(
      this.at("flowlord.toml"),
      `workflow = "${this.at("workflows")}"
status_port = ${this.port}
timezone = "UTC"
[bus]
bus = "file"
path = "${this.at("bus")}"
[sqlite]
local_path = "${this.at("tasks.db")}"
[[watch]]
path = "${this.at("in")}"
settle = "50ms"
`,
    );
  }

  async serve(): Promise<Process> {
    const server = this.place.flowlord(["serve", "-c", this.at("flowlord.toml")]);
    await server.says("Ctrl-C");
    return server;
  }

  async run(...args: readonly string[]): Promise<string> {
    const ran = this.place.flowlord([...args, "-c", this.at("flowlord.toml")]);
    ran.child.stdin?.end();
    const { code } = await ran.ended;
    assert.equal(code, 0, ran.err);
    return ran.out;
  }

  arrive(name: string): void {
    writeFileSync(this.at(`in/${name}`), name);
  }

  /** What was sent to the workers of a type. */
  sent(type: string): readonly Task[] {
    try {
      const text = readFileSync(this.at(`bus/${type}.jsonl`), "utf8");
      return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Task]));
    } catch {
      return [];
    }
  }

  async waitForSent(type: string, count: number): Promise<readonly Task[]> {
    await until(() => this.sent(type).length >= count);
    return this.sent(type);
  }

  /** The worker is done with it. */
  done(task: Task | undefined): void {
    const now = secondsText(Date.now());
    appendFileSync(
      this.at("bus/done.jsonl"),
      `${JSON.stringify({ ...task, result: "complete", started: now, ended: now })}\n`,
    );
  }

  counts(): Record<string, number> {
    const sql = "SELECT type || ' ' || state AS what, count(*) AS tasks FROM task_records GROUP BY what ORDER BY what";
    return Object.fromEntries(
      rows<{ what: string; tasks: number }>(this.at("tasks.db"), sql).map(({ what, tasks }) => [what, tasks]),
    );
  }

  /** A copy of the database as it is now. */
  async copy(to: string): Promise<void> {
    await this.run("copy", to);
  }
}

/** The commands below a heading of docs/operations.md. */
function printed(heading: string): string {
  const page = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  const [, part = ""] = page.split(`${heading}\n`);
  const [, commands = ""] = part.split("```");
  assert.match(commands, /flowlord copy/);
  return commands;
}

async function stopped(server: Process): Promise<void> {
  server.child.kill("SIGINT");
  await server.ended;
}

/** The copy becomes the database, as a restore leaves it. */
function restore(scene: Scene, copy: string, dataAt: number): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(scene.at(`tasks.db${end}`), { force: true });
  copyFileSync(copy, scene.at("tasks.db"));
  const db = connect(scene.at("tasks.db"), { readonly: false, cacheKib: 256 });
  db.prepare(
    `INSERT INTO restores (id, backup_id, data_at, restored_at, reason, kept_aside, state) VALUES ('r1', 'b1', ?, ?, 'hand', NULL, 'held')`,
  ).run(dataAt, Date.now());
  db.close();
}

test("after a restore to an earlier time nothing that ran runs once more", { timeout: 120_000 }, async (t) => {
  const scene = await Scene.open(t);
  let server = await scene.serve();
  scene.arrive("a.csv");
  const [first] = await scene.waitForSent("load", 1);
  await until(() => scene.counts()["load sent"] === 1);
  const dataAt = Date.now();
  await scene.copy(scene.place.path("earlier.db"));

  // Afterwards its result comes, a child is sent and done, and another file is loaded.
  scene.done(first);
  const [child] = await scene.waitForSent("report", 1);
  // Another second: what is decided once more is created at another time.
  await pause(1100);
  scene.done(child);
  scene.arrive("b.csv");
  const [, second] = await scene.waitForSent("load", 2);
  scene.done(second);
  await scene.waitForSent("report", 2);
  await until(() => scene.counts()["load finished"] === 2);
  await stopped(server);

  restore(scene, scene.place.path("earlier.db"), dataAt);
  server = await scene.serve();
  // The result of `a` was read again, and its child found; `b` was announced again, and its task found on the bus.
  await until(() => scene.counts()["load finished"] === 2 && scene.counts()["report finished"] === 1);
  await until(async () => (await scene.run("restore", "status", "--json")).includes('"messages":0'));
  assert.equal(scene.sent("load").length, 2, "no file is loaded twice");
  assert.equal(scene.sent("report").length, 2, "no child runs twice");

  // What is new runs as ever.
  scene.arrive("c.csv");
  const [, , third] = await scene.waitForSent("load", 3);
  scene.done(third);
  await scene.waitForSent("report", 3);
  await pause(300);
  assert.equal(scene.sent("report").length, 3);
  await stopped(server);
});

test("a whole installation goes on in another folder", { timeout: 120_000 }, async (t) => {
  const scene = await Scene.open(t);
  let server = await scene.serve();
  for (const name of ["a.csv", "b.csv"]) scene.arrive(name);
  const [first, second] = await scene.waitForSent("load", 2);
  scene.done(first);
  await scene.waitForSent("report", 1);
  await stopped(server);
  // While it is down, a result and a file come.
  scene.done(second);
  scene.arrive("c.csv");

  const moved = new Scene(scene.place, scene.port, scene.place.path("there"));
  const commands = printed("### Moving to another machine").replaceAll("/mnt/moving", moved.dir);
  const shim = `flowlord() { "${process.execPath}" "${BIN}" "$@"; }`;
  execFileSync("bash", ["-euc", `${shim}\n${commands}`], { cwd: scene.dir, stdio: "pipe" });
  renameSync(scene.dir, scene.place.path("old"));
  moved.configure();
  server = await moved.serve();
  await moved.waitForSent("report", 2);
  await moved.waitForSent("load", 3);
  await pause(1500);
  assert.equal(moved.sent("load").length, 3, "no file is announced twice");
  assert.equal(moved.sent("report").length, 2, "no message is read twice");
  await stopped(server);
});
