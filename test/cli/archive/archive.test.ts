import assert from "node:assert/strict";
import { cpSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { fillEveryTable, ODD_TEXT } from "../../app/archive/every-table.ts";
import { pageText } from "../../docs/page.ts";
import { jsonLines, Place } from "../harness.ts";

const CONFIG = {
  "flowlord.toml": 'workflow = "./flows"\n[retention]\narchive = "./archive"\n',
  "flows/a.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n',
};
const OLD = Date.UTC(2020, 0, 31, 12);

/** The archive of old tasks, made once by a cleanup; each test has a copy. */
const source = new Place({ after } as unknown as TestContext, CONFIG);
before(async () => {
  await source.run(["trigger", "a"]);
  fillEveryTable(join(source.dir, "tasks.db"), OLD);
  const { code, err } = await source.run(["cleanup", "--yes", "--table", "task_records"]);
  assert.deepEqual([code, err], [0, ""]);
});

/** A machine with that archive, and without a database. */
function place(t: TestContext): Place {
  const at = new Place(t, CONFIG);
  cpSync(join(source.dir, "archive"), join(at.dir, "archive"), { recursive: true });
  return at;
}

function firstFile(at: Place, table: string): string {
  const [name = ""] = readdirSync(join(at.dir, "archive", table), { recursive: true, encoding: "utf8" }).filter((one) =>
    one.endsWith(".parquet"),
  );
  return join(at.dir, "archive", table, name);
}

test("archive list shows each table, and the days of one", async (t) => {
  const at = place(t);
  const listed = await at.run(["archive", "list"]);
  assert.deepEqual([listed.code, listed.err], [0, ""]);
  assert.match(
    listed.out,
    /^TABLE +FROM +TO \(UTC\) +FILES +SIZE +INSTANCE\nalert_occurrences +2020-01-31 +2020-01-31 +1 +\d/,
  );
  const rows = jsonLines((await at.run(["archive", "list", "--json"])).out);
  assert.deepEqual(
    rows.map(({ table }) => table),
    ["alert_occurrences", "decisions", "notes", "reported_paths", "task_records", "task_relationships", "task_reports"],
  );
  const [day] = jsonLines((await at.run(["archive", "--json", "list", "--table", "task_records"])).out);
  assert.partialDeepStrictEqual(day, {
    table: "task_records",
    first_day: "2020-01-31",
    last_day: "2020-01-31",
    files: 1,
  });
  const none = await at.run(["archive", "list", "--table", "users"]);
  assert.deepEqual([none.code, none.out], [0, `There are no rows of this table in ${at.dir}/archive.\n`]);
});

test("archive verify checks every file, and names a damaged one", async (t) => {
  const at = place(t);
  const good = await at.run(["archive", "verify"]);
  assert.match(good.out, /^7 files, 8 rows: all good\n$/);
  assert.equal(good.code, 0);
  const path = firstFile(at, "notes");
  const { size } = statSync(path);
  rmSync(path);
  writeFileSync(path, "x".repeat(size));
  const bad = await at.run(["archive", "verify"]);
  assert.equal(bad.code, 1);
  assert.match(
    bad.out,
    /^not good {2}notes\/instance=\S+\.parquet is damaged \(.+\)\.\n7 files, 7 rows: 1 not good\n$/,
  );
  const [one, ...more] = jsonLines((await at.run(["archive", "verify", "--table", "notes", "--json"])).out);
  assert.deepEqual([one?.["is_good"], one?.["rows"], more], [false, null, []]);
  const none = await at.run(["archive", "verify", "--since", "2020-02-01"]);
  assert.deepEqual([none.code, none.out], [1, ""]);
  assert.match(none.err, /There are no such files in /);
});

test("archive query answers as a table, as CSV and as JSON", async (t) => {
  const at = place(t);
  const ask = async (...args: string[]) => await at.run(["archive", "query", ...args]);
  const sql =
    "SELECT id, decided_at, task_time, day, info, length(msg) AS length, (SELECT max(path_hash) FROM reported_paths) AS size FROM task_records ORDER BY id LIMIT 1";
  const json = await ask(sql, "--json");
  assert.deepEqual([json.code, json.err], [0, ""]);
  assert.deepEqual(jsonLines(json.out), [
    {
      id: 11,
      decided_at: "2020-01-31T12:00:00.000Z",
      task_time: "2020-01-31 12:00:00",
      day: "2020-01-31",
      info: ODD_TEXT.slice(1),
      length: 1024 * 1024,
      size: "9223372036854775807",
    },
  ]);
  const counts = "SELECT state, count(*) AS tasks FROM task_records GROUP BY ALL ORDER BY ALL";
  assert.equal((await ask(counts)).out, "state      tasks\ncancelled  1\nfinished   1\n");
  assert.equal((await ask(counts, "--format", "csv")).out, "state,tasks\ncancelled,1\nfinished,1\n");
  assert.equal((await ask("SELECT '=1+1' AS a, NULL AS b, true AS c", "--format", "csv")).out, "a,b,c\n'=1+1,,true\n");
  const days = "SELECT count(*) AS n FROM task_records WHERE day = DATE '2020-01-31'";
  assert.deepEqual(jsonLines((await ask(days, "--json", "--until", "2020-01-31")).out), [{ n: 2 }]);
  assert.deepEqual(
    jsonLines((await ask("SELECT count(*) AS n FROM decisions", "--json", "--since", "2021-01-01")).out),
    [{ n: 0 }],
  );
  const hour =
    "SELECT date_trunc('day', decided_at) AS day_of, data->>'$.n' AS n FROM task_records JOIN decisions ON record_id = task_records.id LIMIT 1";
  assert.deepEqual(jsonLines((await ask(hour, "--json")).out), [
    { day_of: "2020-01-31T00:00:00.000Z", n: "9007199254740993" },
  ]);
  const cut = await ask("SELECT * FROM range(5) r(id)", "--limit", "2", "--json");
  assert.deepEqual([cut.code, jsonLines(cut.out)], [0, [{ id: 0 }, { id: 1 }]]);
  assert.match(cut.err, /There are more than these 2 rows: give a larger --limit/);
});

test("archive query only reads, and only the archive", async (t) => {
  const at = place(t);
  for (const [args, sentence] of [
    [["SELECT * FROM users"], /Table with name users does not exist!.*In the archive are alert_occurrences, /s],
    [["COPY (SELECT 1) TO 'x.csv'"], /Permission Error/],
    [[`COPY (SELECT 1) TO '${at.dir}/archive/x.csv'`], /An archive is only read: give a SELECT\./],
    [["SET enable_external_access = true"], /An archive is only read/],
    [["SELECT 1; SELECT 2"], /The text has 2 statements: give one SELECT\./],
    [[`SELECT * FROM read_text('${at.dir}/flowlord.toml')`], /Permission Error/],
    [["SELECT * FROM read_csv('https://example.com/a.csv')"], /DuckDB: /],
    [["SELECT 1 +"], /DuckDB: .*Parser Error/],
    [
      ["SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000) c", "--timeout", "1"],
      /longer than 1 seconds/,
    ],
  ] as const) {
    const { code, out, err } = await at.run(["archive", "query", ...args]);
    assert.deepEqual([code, out], [1, ""], args.join(" "));
    assert.match(err, sentence);
  }
  for (const args of [
    [],
    ["SELECT 1", "--format", "xml"],
    ["SELECT 1", "--since", "2026-02-30"],
    ["SELECT 1", "--limit", "0"],
  ])
    assert.equal((await at.run(["archive", "query", ...args])).code, 2, args.join(" "));
  assert.deepEqual(
    readdirSync(join(at.dir, "tasks.db.scratch")).filter((name) => name.startsWith("archive-")),
    [],
  );
});

test("archive commands say when there is no archive", async (t) => {
  const at = new Place(t, { ...CONFIG, "flowlord.toml": 'workflow = "./flows"\n' });
  for (const args of [["list"], ["verify"], ["query", "SELECT 1"]]) {
    const { code, err } = await at.run(["archive", ...args]);
    assert.equal(code, 1);
    assert.match(err, /No place for an archive is configured: set retention\.archive\./);
  }
  const set = await at.run(["retention", "set", "decisions", "--archive", "on"]);
  assert.equal(set.code, 1);
  assert.match(set.err, /No place for an archive is configured/);
});

test("cleanup says why rows that cannot be archived stay, and goes on when they can", async (t) => {
  const at = new Place(t, { ...CONFIG, archive: "a file, and no folder" });
  await at.run(["trigger", "a"]);
  fillEveryTable(join(at.dir, "tasks.db"), OLD);
  const { code, err } = await at.run(["cleanup", "--yes", "--table", "task_records"]);
  assert.equal(code, 1);
  assert.match(err, /cleanup 1 waits: rows of task_records could not be archived, and stay until they are: .*archive/);
  const alerts = jsonLines((await at.run(["alerts", "--json"])).out);
  assert.ok(alerts.some(({ type }) => type === "archive_failed"));
  rmSync(join(at.dir, "archive"));
  const again = await at.run(["cleanup", "--yes", "--table", "task_records"]);
  assert.deepEqual([again.code, again.err], [0, ""]);
  assert.match((await at.run(["archive", "verify"])).out, /all good/);
  const off = await at.run(["retention", "set", "decisions", "--archive", "off"]);
  assert.match(off.out, /decisions +90 days +any +no +set by /);
});

test("the commands of docs/operations.md work as printed", async (t) => {
  const at = place(t);
  const [, block = ""] = /### Query the archive\n.*?\n```\n(.*?)```/s.exec(pageText("operations.md")) ?? [];
  const lines = block.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, 5);
  for (const line of lines) {
    const [, ...words] = line.replace(/ {2,}#.*$/, "").match(/"[^"]*"|\S+/g) ?? [];
    const { code, out, err } = await at.run(words.map((word) => word.replaceAll('"', "")));
    assert.deepEqual([code, err], [0, ""], line);
    assert.notEqual(out, "", line);
  }
});

test("archive query downloads what it needs of a place that it cannot read where it is", async (t) => {
  const at = place(t);
  renameSync(join(at.dir, "archive"), join(at.dir, "arch[1]"));
  const set = ["--set", `retention.archive=${join(at.dir, "arch[1]")}`];
  const ask = async (sql: string) => await at.run(["archive", "query", sql, "--json", ...set]);
  const { code, out } = await ask(
    "SELECT count(*) AS n FROM task_records JOIN decisions ON record_id = task_records.id",
  );
  assert.deepEqual([code, jsonLines(out)], [0, [{ n: 1 }]]);
  assert.deepEqual(readdirSync(join(at.dir, "tasks.db.scratch")), []);
});

test("archive query shows no secret that the configuration hides", async (t) => {
  const at = place(t);
  const { out } = await at.run(["archive", "query", "SELECT 'password=hunter22' AS info", "--json"]);
  assert.deepEqual(jsonLines(out), [{ info: "password=********" }]);
});
