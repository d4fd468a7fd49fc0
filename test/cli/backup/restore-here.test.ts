import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Installation } from "../../app/restore/installation.ts";
import { rows } from "../../e2e/flowlord.ts";
import { LegacyDatabase, line, TABLES } from "../../store/sqlite/legacy/harness.ts";
import { lockInstance } from "../../../src/store/sqlite/database/lock.ts";
import { jsonLines } from "../harness.ts";

describe("flowlord restore, in place", () => {
  test("takes the newest, or that of a time; keeps aside what was there, and sets aside what is newer", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const first = await one.backUp();
    await one.record(2);
    const second = await one.backUp();
    await one.record(3);
    const { code, out, err } = await one.place.run(["restore", "--at", first.started_at, "--yes"]);
    assert.deepEqual([code, err], [0, ""]);
    const lines = out.split("\n");
    assert.match(
      lines[0] ?? "",
      new RegExp(`^\\S+tasks\\.db: the backup ${first.id} of .* \\(UTC\\) \\(\\d+ changes\\), [\\d.]+ kB, checked$`),
    );
    const [kept = ""] = one.aside();
    assert.deepEqual(lines.slice(1), [
      `What was there is kept as ${one.path(kept)}`,
      "Set aside: 1 backup newer than it",
      "",
    ]);
    assert.deepEqual([one.tasks(), one.tasks(one.path(kept))], [1, 3]);
    assert.deepEqual(rows(one.database, "SELECT id, state FROM backup_metadata ORDER BY started_at"), [
      { id: first.id, state: "verified" },
      { id: second.id, state: "set_aside" },
    ]);
    const { said, alerts } = await one.start();
    assert.equal(said, "", "it is current, though an older one was taken");
    assert.match(alerts.join(), /^database_restored: .*\(somebody restored it\).* what was there is kept as /);

    const newest = await one.place.run(["restore", "--yes", "--json"]);
    const json = jsonLines(newest.out)[0];
    assert.deepEqual([newest.code, json?.["id"], json?.["set_aside"]], [0, second.id, 0], newest.err);
    assert.ok(existsSync(String(json?.["kept_aside"])));
    assert.deepEqual([one.tasks(), one.aside().filter((name) => !/-(?:wal|shm)$/.test(name)).length], [2, 2]);
    const [act] = rows<{ act: string; target: string; who: string }>(
      one.database,
      "SELECT act, target, who FROM audit_log WHERE act = 'restore'",
    );
    assert.deepEqual([act?.target, act?.who !== ""], [second.id, true]);
    assert.deepEqual(one.left(), []);
  });

  test("asks before it replaces a database, and needs --yes where nobody can be asked", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const made = await one.backUp();
    await one.record(2);
    const piped = await one.place.run(["restore"]);
    assert.deepEqual([piped.code, piped.out], [2, ""]);
    assert.match(
      piped.err,
      new RegExp(
        `The database \\S+ \\(\\d+ changes\\) is replaced by the backup ${made.id} of .*, and kept aside\\. Nothing was done: say --yes to restore it\\.`,
      ),
    );
    one.place.width = 100;
    const no = await one.place.run(["restore"], "n\n");
    assert.equal(no.code, 1);
    assert.match(no.err, /Restore it\? \[y\/N\]\nNothing was done\.\n$/);
    assert.deepEqual([one.tasks(), one.aside(), one.left()], [2, [], []]);
    assert.equal((await one.place.run(["restore"], "y\n")).code, 0);
    assert.equal(one.tasks(), 1);
  });

  test("is refused while an instance runs", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    await one.backUp();
    const lock = lockInstance(one.database);
    t.after(() => lock.release());
    for (const how of [["--yes"], ["--local"]]) {
      const { code, err } = await one.place.run(["restore", ...how]);
      assert.equal(code, 1);
      assert.match(err, /another Flowlord is running on it; stop that one/);
    }
    assert.deepEqual([one.tasks(), one.aside()], [1, []]);
  });

  test("refuses what is not good, changes nothing, and names the next", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const first = await one.backUp();
    const second = await one.backUp();
    await one.record(2);
    one.damage(second);
    const { code, out, err } = await one.place.run(["restore", "--yes"]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /^flowlord: nothing was restored, and the database is as it was: /);
    assert.match(err, new RegExp(`\\nThe next one before it that looks good: ${first.id}, with --at \\S+Z\\n$`));
    assert.deepEqual([one.tasks(), one.aside(), one.left()], [2, [], []]);
    const none = await one.place.run(["restore", "--yes", "--at", "2020-01-01"]);
    assert.deepEqual([none.code, none.out], [1, ""]);
    assert.match(none.err, /there is no backup of 2020-01-01 00:00:00 or before it/);
    rmSync(one.path("backups"), { recursive: true });
    assert.match((await one.place.run(["restore", "--yes"])).err, /there is no backup in \S+backups/);
    assert.match(
      (await one.place.run(["restore", "--local"])).out,
      /There are no backups in \S+: there is nothing to set aside/,
    );
    one.lose();
    const local = await one.place.run(["restore", "--local"]);
    assert.deepEqual([local.code, one.isThere()], [1, false]);
    assert.match(local.err, /There is no database \S+ to keep/);
  });

  test("restores in the place of a damaged database, with what is beside it", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    await one.backUp();
    writeFileSync(one.database, "SQLite format 3\0 and then nothing that is one");
    writeFileSync(`${one.database}-wal`, "left of it");
    const { code, err } = await one.place.run(["restore", "--yes"]);
    assert.equal(code, 0, err);
    assert.equal(one.tasks(), 1);
    const kept = one.aside().find((name) => !/-(?:wal|shm)$/.test(name)) ?? "";
    assert.match(readFileSync(one.path(kept), "latin1"), /and then nothing/);
    assert.equal(readFileSync(one.path(`${kept}-wal`), "latin1").slice(0, 20), "left of it");
  });
});

describe("the copy of the older program", () => {
  test("is listed, and restored when it is asked for; it stays as it is", async (t) => {
    const one = new Installation(t, "", "old/tasks.db");
    mkdirSync(one.path("old"));
    const legacy = new LegacyDatabase(one.path("old/tasks.db")).write(TABLES.task_records);
    legacy.insert("task_records", line({ id: "x" }), line({ id: "y" }));
    const before = legacy.bytes();
    const lost = await one.place.run(["trigger", "a", "--at", "2026-01-02"]);
    assert.match(lost.err, /There is no database \S+, and there are backups in /);
    const listed = await one.place.run(["restore", "--list"]);
    assert.match(
      listed.out,
      /^There are no backups in \S+old\/tasks\.db\.d\.\nThe copy of the older program: \S+old\/tasks\.db, [\d.]+ kB, of .* \(UTC\); flowlord restore --plain-copy takes it\.\n$/,
    );
    const [json] = jsonLines((await one.place.run(["restore", "--list", "--json"])).out);
    assert.equal(json?.["plain_copy"], one.path("old/tasks.db"));
    const { code, out, err } = await one.place.run(["restore", "--plain-copy"]);
    assert.equal(code, 0, err);
    assert.match(out, /tasks\.db: the copy \S+old\/tasks\.db of the older program, of .*, checked\n$/);
    assert.match(err, /importing it/);
    assert.equal(one.tasks(), 2);
    await one.record(3);
    const again = await one.place.run(["restore", "--plain-copy", "--yes"]);
    assert.equal(again.code, 0, again.err);
    assert.deepEqual([one.tasks(), legacy.bytes(), legacy.beside()], [2, before, []]);
    rmSync(legacy.path);
    const none = await one.place.run(["restore", "--plain-copy", "--yes"]);
    assert.equal(none.code, 1);
    assert.match(none.err, /there is no copy of the older program in/);
    writeFileSync(legacy.path, "no database");
    const bad = await one.place.run(["restore", "--plain-copy", "--yes"]);
    assert.deepEqual([bad.code, one.tasks()], [1, 2]);
    assert.match(bad.err, /nothing was restored, and the database is as it was: \S+old\/tasks\.db cannot be used/);
  });
});
