import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../../src/config/load-config.ts";
import type { BackupOptions, Options } from "../../../src/config/options.ts";

const KEY = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";

function loadAll(toml: string): Options {
  return loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/home/me" }).options;
}

const load = (toml: string): BackupOptions | null => loadAll(toml).backup;

const at = (path: string, backup = ""): BackupOptions => {
  const options = load(
    `timezone = "Europe/Berlin"\n[sqlite]\nlocal_path = "a.db"\nbackup_path = "${path}"\n[backup]\n${backup}`,
  );
  assert.ok(options !== null);
  return options;
};

test("without a place none are made; with one, every hour, and enough stay", () => {
  assert.equal(load(""), null);
  const { target, schedule, stopWithin, key, scratch, keep } = at("./backups");
  assert.deepEqual([target, stopWithin, key, scratch], ["/home/me/backups", 20_000, null, "/home/me/a.db.scratch"]);
  assert.deepEqual(keep, { last: 3, hourly: 24, daily: 14, weekly: 8, monthly: 12 });
  assert.equal(schedule?.text, "@hourly");
});

test("a file name, as the older program had, makes a folder beside it", () => {
  assert.deepEqual(
    [at("s3://b/tasks.db").target, at("s3://b/tasks.db").plainCopy],
    ["s3://b/tasks.db.d", "s3://b/tasks.db"],
  );
  assert.deepEqual([at("s3://b/tasks").target, at("s3://b/tasks").plainCopy], ["s3://b/tasks", null]);
});

test("a schedule is a preset or a cron expression, on the clocks of the configured zone", () => {
  const daily = at("b", 'schedule = "30 2 * * *"').schedule;
  assert.equal(daily?.next(Date.UTC(2026, 0, 31)), Date.UTC(2026, 0, 31, 1, 30));
  assert.equal(at("b", 'schedule = ""').schedule, null);
  assert.equal(at("b", 'schedule = "daily"').schedule?.text, "@daily");
});

test("a start stops by default when it does not know which history is wanted", () => {
  const { onDivergence, onUnreachable } = at("b");
  assert.deepEqual([onDivergence, onUnreachable], ["stop", "stop"]);
  const other = at("b", 'on_divergence = "remote"\non_unreachable = "continue"');
  assert.deepEqual([other.onDivergence, other.onUnreachable], ["remote", "continue"]);
});

test("what cannot be is refused with its line", () => {
  for (const [backup, refusal] of [
    ['schedule = "often"', /6:1: error bad_value: `backup\.schedule` is no schedule: .*hourly/],
    ['key = "secret"', /6:1: error bad_value: `backup\.key` is no age identity \(make one with age-keygen/],
    [
      'on_divergence = "ask"',
      /6:1: error bad_value: `backup\.on_divergence` is not one of its values \(write one of stop, local, remote\)/,
    ],
    [
      'on_unreachable = "local"',
      /6:1: error bad_value: `backup\.on_unreachable` is not one of its values \(write one of stop, continue\)/,
    ],
    ["keep_last = -1", /6:1: error bad_value: `backup\.keep_last` is not from 0 to 10000/],
  ] as const)
    assert.throws(() => at("b", backup), { message: refusal });
  assert.throws(
    () => at("ftp://host/b"),
    /4:1: error bad_value: `sqlite\.backup_path` has the unknown scheme ftp:\/\//,
  );
  assert.equal(at("b", `key = "${KEY}"`).key, KEY);
});

test("how many copies from before migrations stay", () => {
  const copies = (line: string): number => loadAll(`[sqlite]\n${line}`).sqlite.migrationCopies;
  assert.deepEqual([copies(""), copies("migration_copies = 0"), copies("migration_copies = 9")], [2, 0, 9]);
  for (const bad of [-1, 101])
    assert.throws(() => copies(`migration_copies = ${bad}`), {
      message:
        /2:1: error bad_value: `sqlite\.migration_copies` is not from 0 to 100 \(write it as in 2, or 0 for none\)/,
    });
});
