import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freePort, Place, ROOT, rows, until } from "./flowlord.ts";

interface TaskLine {
  readonly record_id: number;
  readonly type: string;
  readonly info: string;
  readonly result: string;
  readonly attempt: number;
}

const RESULTS = ["alert", "complete", "error", "warn"];

/** The clone of a new user: the files that git has or would take, and what npm installed. */
function clone(place: Place): void {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  for (const name of list.toString().split("\0")) {
    if (name !== "" && !name.startsWith("test/") && existsSync(join(ROOT, name)))
      cpSync(join(ROOT, name), place.path(name));
  }
  symlinkSync(join(ROOT, "node_modules"), place.path("node_modules"));
}

test(
  "a new user sees every result and a report within 30 s, and a second start continues",
  { timeout: 120_000 },
  async (t) => {
    const place = new Place(t);
    clone(place);
    const env = { FLOWLORD_STATUS_PORT: String(await freePort()) };
    const run = join("examples/quickstart/run");
    const database = place.path(join(run, "flowlord.db"));
    const tasks = async (): Promise<TaskLine[]> => {
      const asked = place.start("npx", ["--no", "node", "bin/flowlord.js", "tasks", "--json", "-n", "1000"], env);
      assert.equal((await asked.ended).code, 0, asked.err);
      return asked.out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as TaskLine]));
    };

    const began = performance.now();
    const first = place.start("npm", ["start"], env);
    await first.says("Ctrl-C stops it");
    assert.match(first.err, /http:\/\/127\.0\.0\.1:\d+/, "it says which address to open");
    assert.ok(first.err.includes(database), "it says where the data lies");
    assert.equal(await (await fetch(`http://127.0.0.1:${env.FLOWLORD_STATUS_PORT}/status`)).text(), "ok");

    await until(() => existsSync(place.path(join(run, "report.html"))));
    await until(() => {
      const results = rows<{ result: string }>(database, "SELECT DISTINCT result FROM task_records WHERE result <> ''");
      return results.length >= RESULTS.length;
    }, 200);
    const took = (performance.now() - began) / 1000;
    t.diagnostic(`every result and the report after ${took.toFixed(1)} s`);
    assert.ok(took < 30, `within 30 s, took ${took}`);

    const before = await tasks();
    assert.deepEqual(
      [...new Set(before.map(({ result }) => result))].filter((each) => each !== "").toSorted(),
      RESULTS,
    );
    assert.ok(before.every((line, index) => index === 0 || line.record_id < (before[index - 1]?.record_id ?? 0)));
    const failed = before.find(({ result }) => result === "error");
    assert.ok(failed);
    assert.ok(
      before.some(({ type, info, attempt }) => type === failed.type && info === failed.info && attempt === 1),
      "what failed was tried again",
    );
    const page = readFileSync(place.path(join(run, "report.html")), "utf8");
    for (const words of ["By kind", "By licence", "By package", "MIT", "class=bar", "</html>"])
      assert.ok(page.includes(words), `the report shows ${words}`);
    assert.match(readFileSync(place.path(join(run, "report.txt")), "utf8"), /node .* MB {2}#{30}/);

    assert.deepEqual(await first.interrupt(), { code: 0, signal: null });
    assert.deepEqual(first.problems, []);
    const count = rows<{ last: number }>(database, "SELECT max(id) AS last FROM task_records")[0]?.last ?? 0;

    const second = place.start("npm", ["start"], env);
    await second.says("Ctrl-C stops it");
    await until(() => {
      const newer = rows(
        database,
        "SELECT 1 FROM task_records WHERE id > ? AND type = 'report' AND result <> ''",
        count,
      );
      return newer.length > 0;
    }, 200);
    assert.deepEqual(await second.interrupt(), { code: 0, signal: null });
    assert.deepEqual(second.problems, []);

    const after = await tasks();
    assert.deepEqual(
      after.filter(({ record_id }) => record_id <= count).map(({ record_id }) => record_id),
      Array.from({ length: count }, (_, index) => count - index),
      "nothing of the first start is missing",
    );
    assert.deepEqual(
      rows(
        database,
        `SELECT phase_id, scheduled_at, count(*) AS times FROM task_records
       WHERE scheduled_at IS NOT NULL AND attempt = 0 GROUP BY 1, 2 HAVING times > 1`,
      ),
      [],
      "no tick came twice",
    );
    const slices = after.filter(({ type, attempt }) => type === "clean" && attempt === 0).length;
    const cut = after.filter(({ type, result }) => type === "cut" && result === "complete").length;
    assert.equal(
      slices,
      new Set(rows<{ path: string }>(database, "SELECT path FROM file_messages").map((f) => f.path)).size,
    );
    assert.ok(cut >= slices, `each of ${slices} slices was cut by one of ${cut} tasks`);
  },
);
