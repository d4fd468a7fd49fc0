import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { describe, test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type BackupsHere, withBackups } from "../../../src/app/backup/backups-here.ts";
import { ObjectError } from "../../../src/objects/objects.ts";
import { LegacyDatabase, line, TABLES } from "../../store/sqlite/legacy/harness.ts";
import { openBare } from "../../store/sqlite/scratch.ts";
import { rows } from "../../e2e/flowlord.ts";
import { Installation, type Made } from "./installation.ts";

/** Times of names have milliseconds: two backups in one would not be told apart by `--at`. */
const instant = (text: string): string => new Date(text).toISOString();

function restores(one: Installation): readonly Record<string, unknown>[] {
  return rows(one.database, "SELECT backup_id, reason, kept_aside, state, alerted_at > 0 AS alerted FROM restores");
}

function states(one: Installation): readonly string[] {
  return rows<{ state: string }>(one.database, "SELECT state FROM backup_metadata ORDER BY started_at").map(
    ({ state }) => state,
  );
}

describe("a start without a database", () => {
  test("restores the newest backup, says so, and raises an alert once", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    await one.backUp();
    await one.record(2);
    const newest = await one.backUp();
    one.lose();
    const { said, alerts } = await one.start();
    assert.equal(one.tasks(), 2);
    assert.match(said, new RegExp(`There is no database \\S+tasks\\.db: restoring the backup ${newest.id} of `));
    assert.match(said, /was restored as it was at \S+Z, and checked\.$/m);
    assert.match(
      alerts.join(),
      new RegExp(`^database_restored: the database was restored from the backup ${newest.id} of`),
    );
    assert.deepEqual(restores(one), [
      { backup_id: newest.id, reason: "missing", kept_aside: null, state: "held", alerted: 1 },
    ]);
    assert.deepEqual(states(one), ["verified", "verified"], "its own backup is verified, not one that was interrupted");
    assert.deepEqual([one.left(), one.aside()], [[], []]);
    const again = await one.start();
    assert.equal(again.said, "", "and it is current now");
    assert.equal(again.alerts.length, 1);
  });

  test("makes a new one where there is no backup, and says that", async (t) => {
    const one = new Installation(t);
    const { said, alerts } = await one.start();
    assert.match(said, /^There is no database \S+, and no backup in \S+: a new one is made\.$/);
    assert.deepEqual([one.tasks(), alerts], [0, []]);
  });

  test("counts an empty file, or one without any table, as none, and keeps it aside with what is beside it", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    await one.backUp();
    one.lose();
    writeFileSync(one.database, "");
    writeFileSync(`${one.database}-wal`, "left of another");
    await one.start();
    assert.equal(one.tasks(), 1);
    assert.deepEqual(
      one
        .aside()
        .map((name) => name.replace(/\d{8}T\d{6}Z/, "T"))
        .toSorted(),
      ["tasks.db.replaced-T", "tasks.db.replaced-T-wal"],
    );
  });

  test("refuses a damaged newest backup and names the next; no database is made", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const first = await one.backUp();
    const second = await one.backUp();
    one.lose();
    one.damage(second);
    await assert.rejects(one.start(), (error: Error) => {
      assert.match(
        error.message,
        /^There is no database \S+, and the newest backup cannot be restored: .*makes no new database\. /,
      );
      assert.match(
        error.message,
        new RegExp(`looks good is ${first.id}; flowlord restore --at ${instant(first.started_at)} takes it\\.$`),
      );
      return true;
    });
    assert.deepEqual([one.isThere(), one.left()], [false, []]);
    const { code, err } = await one.place.run(["restore", "--at", instant(first.started_at)]);
    assert.deepEqual(
      [code, err],
      [0, ""],
      "what it names can be said, and nothing has to be confirmed: nothing is replaced",
    );
    assert.equal((await one.start()).alerts.length, 1);
  });

  test("refuses one of a newer schema, an unreadable manifest, and when no older one is good", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const first = await one.backUp();
    const second = await one.backUp();
    one.lose();
    one.changeManifest(second, { schema_version: 9999 });
    await assert.rejects(one.start(), {
      code: "not_restored",
      message: /with schema 9999; this one knows schemas up to/,
    });
    writeFileSync(one.manifestOf(second), "{");
    await assert.rejects(one.start(), { code: "not_restored", message: /is no manifest that this version can read/ });
    rmSync(one.path(`backups/${first.object}`));
    await assert.rejects(one.start(), { message: /No older one can be restored here either: flowlord restore --list/ });
    assert.equal(one.isThere(), false);
  });

  test("imports the copy of the older program, which stays as it is", async (t) => {
    const one = new Installation(t, "", "old/tasks.db");
    mkdirSync(one.path("old"));
    const legacy = new LegacyDatabase(one.path("old/tasks.db")).write(TABLES.task_records);
    legacy.insert("task_records", line({ id: "x" }), line({ id: "y" }));
    const before = legacy.bytes();
    const { said, alerts } = await one.start();
    assert.match(said, /restoring the copy \S+old\/tasks\.db of the older program/);
    assert.match(said, /was written by the older Flowlord: importing it\. The original is kept as \S+old\/tasks\.db\./);
    assert.equal(one.tasks(), 2);
    assert.deepEqual(restores(one), [
      { backup_id: null, reason: "missing", kept_aside: null, state: "none", alerted: 1 },
    ]);
    assert.match(alerts.join(), /^database_restored: the database was restored from the older program's copy of/);
    assert.deepEqual([legacy.bytes(), legacy.beside()], [before, []]);
    assert.deepEqual(one.left(), []);
  });

  test("refuses a copy of the older program that is damaged", async (t) => {
    const one = new Installation(t, "", "old/tasks.db");
    mkdirSync(one.path("old"));
    writeFileSync(one.path("old/tasks.db"), "no database at all");
    await assert.rejects(one.start(), { code: "not_restored", message: /old\/tasks\.db cannot be used: / });
    assert.deepEqual([one.isThere(), one.left()], [false, []]);
  });
});

interface Parted {
  readonly one: Installation;
  readonly first: Made;
  readonly second: Made;
}

/** Three histories of the newest backup: the database is a copy of before it, untouched or not, or another one. */
async function parted(t: TestContext, how: string, onDivergence: string): Promise<Parted> {
  const one = new Installation(t, `on_divergence = "${onDivergence}"`);
  await one.record(1);
  const first = await one.backUp();
  // As it was at that moment: the command that made it has left its entry in the audit log since.
  assert.equal((await one.place.run(["restore", "--to", "earlier"])).code, 0);
  await one.record(2);
  const second = await one.backUp();
  if (how === "foreign") {
    renameSync(one.path("backups"), one.path("backups.away"));
    one.lose();
    await one.record(7);
    renameSync(one.path("backups.away"), one.path("backups"));
  } else one.putBack("earlier");
  // Without the bucket, as a machine that was cut off from it.
  if (how === "diverged") await one.record(3);
  return { one, first, second };
}

const WHY = {
  older: "the backup has all that the database has, and more",
  diverged: "each has something that the other has not",
  foreign: "they are of two instances",
} as const;

for (const how of ["older", "diverged", "foreign"] as const)
  describe(`a start with a database that is ${how}`, () => {
    test("stop: is refused with what each has and the two commands, and nothing is changed", async (t) => {
      const { one, first, second } = await parted(t, how, "stop");
      const tasks = one.tasks();
      await assert.rejects(one.start(), (error: Error & { code?: string }) => {
        assert.equal(error.code, "diverged");
        const [head = "", local = "", remote = ""] = error.message.split("\n");
        assert.ok(head.includes(WHY[how]), head);
        assert.match(local, /^ {2}database {2}\S+tasks\.db: instance \S+, \d+ changes?, last backup /);
        assert.ok(
          local.endsWith(how === "foreign" ? "last backup none" : `${first.id} of ${instant(first.started_at)}`),
          local,
        );
        assert.match(remote, /^ {2}backup {4}\S+backups: instance \S+, \d+ changes, \d+ rows, /);
        assert.ok(remote.endsWith(`${second.id} of ${instant(second.started_at)}`), remote);
        assert.match(error.message, /\n {2}flowlord restore .*kept aside\n {2}flowlord restore --local /);
        return true;
      });
      assert.deepEqual([one.tasks(), one.left(), one.aside(), restores(one)], [tasks, [], [], []]);
      // The first of them.
      assert.equal((await one.place.run(["restore", "--yes"])).code, 0);
      assert.equal(one.tasks(), 2);
      assert.equal((await one.start()).alerts.length, 1);
    });

    test("stop: the database is kept by restore --local, and then it starts", async (t) => {
      const { one, second } = await parted(t, how, "stop");
      const tasks = one.tasks();
      const { code, out, err } = await one.place.run(["restore", "--local"]);
      assert.equal(code, 0, err);
      assert.match(
        out,
        new RegExp(`^The database stays as it is\\. Set aside in \\S+: \\d backups?, the newest ${second.id};`),
      );
      assert.equal((await one.start()).said, "");
      assert.deepEqual([one.tasks(), restores(one)], [tasks, []]);
      assert.match(
        (await one.place.run(["restore", "--local"])).out,
        /knows its newest backup \S+: there is nothing to set aside/,
      );
      const [act] = rows<{ act: string; target: string }>(
        one.database,
        "SELECT act, target FROM audit_log WHERE act LIKE 'restore%'",
      );
      assert.deepEqual(act, { act: "restore.local", target: second.id });
    });

    test("local: goes on, and sets the backup aside", async (t) => {
      const { one } = await parted(t, how, "local");
      const tasks = one.tasks();
      const { said } = await one.start();
      assert.ok(said.includes(WHY[how]));
      assert.match(said, /The database stays, and the backup is set aside/);
      assert.equal((await one.start()).said, "");
      assert.deepEqual([one.tasks(), states(one).at(-1)], [tasks, "set_aside"]);
      const next = await one.backUp();
      one.lose();
      await one.start();
      assert.equal(one.tasks(), tasks, `the next lost one is restored from ${next.id}`);
    });

    test("remote: restores the backup, and keeps the database aside", async (t) => {
      const { one, second } = await parted(t, how, "remote");
      const tasks = one.tasks();
      const { said, alerts } = await one.start();
      assert.ok(said.includes(WHY[how]));
      assert.equal(one.tasks(), 2);
      const [kept = ""] = one.aside();
      assert.equal(one.tasks(one.path(kept)), tasks);
      assert.deepEqual(restores(one), [
        { backup_id: second.id, reason: "remote", kept_aside: one.path(kept), state: "held", alerted: 1 },
      ]);
      assert.ok(alerts[0]?.endsWith(`what was there is kept as ${one.path(kept)}`), alerts[0]);
      assert.equal((await one.start()).said, "");
    });
  });

describe("a start with a database that has all of its newest backup", () => {
  test("goes on without a word, also when the bucket is empty, or names no manifest", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    assert.equal((await one.start()).said, "");
    await one.backUp();
    await one.record(2);
    assert.equal((await one.start()).said, "");
    assert.equal(one.tasks(), 2);
  });

  test("calls a backup good that it took for failed, because it was killed when that was stored", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    await one.backUp();
    const db = openBare(one.database);
    db.exec(
      "UPDATE backup_metadata SET state = 'failed', failure = 'Flowlord ended while it was made.', object = NULL",
    );
    db.close();
    assert.equal((await one.start()).said, "");
    assert.deepEqual(states(one), ["verified"]);
  });

  test("whose newest manifest cannot be read is compared with the next, and says so", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    await one.backUp();
    writeFileSync(one.manifestOf(await one.backUp()), "{");
    const { log } = await one.start();
    assert.equal(log.problems.length, 1);
    assert.match(log.problems[0]?.sentence ?? "", /is no manifest that this version can read/);
  });

  test("with no manifest that can be read counts as unreachable: what the backups have is not known", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    writeFileSync(one.manifestOf(await one.backUp()), '{ "format": 2 }');
    await assert.rejects(one.start(), {
      code: "unreachable",
      message: /The newest manifest there, \S+\.json, cannot be read\./,
    });
    assert.equal(one.tasks(), 1);
  });

  test("reads one manifest of thousands", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const newest = await one.backUp();
    for (let day = 0; day < 3000; day += 1) {
      const name = `snapshots/2020${String(1 + (day % 12)).padStart(2, "0")}01T000000.${String(day % 1000).padStart(3, "0")}Z`;
      const id = `0198a1b2-c3d4-7e5f-8a9b-${String(day).padStart(12, "0")}`;
      writeFileSync(one.path(`backups/${name}-${id}.json`), "{}");
    }
    const read: string[] = [];
    const use: typeof withBackups = (options, signal, body) =>
      withBackups(options, signal, (backups) => {
        const counted: BackupsHere = {
          ...backups,
          list: () => assert.fail("all of them are read"),
          read: (name) => {
            read.push(name.id);
            return backups.read(name);
          },
        };
        return body(counted);
      });
    await one.start({ use });
    assert.deepEqual(read, [newest.id]);
  });
});

const AWAY = new ObjectError("unavailable", "The bucket is away.");

describe("a start whose bucket cannot be read", () => {
  test("stop: is refused; with continue it goes on, with an alert that the next good backup ends", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const unreachable: typeof withBackups = async (options, signal, body) =>
      withBackups(options, signal, (backups) => body({ ...backups, names: () => Promise.reject(AWAY) }));
    await assert.rejects(one.start({ use: unreachable }), {
      code: "unreachable",
      message:
        /^The backups in \S+ cannot be read: The bucket is away\. Mend it, or start without the comparison: --set backup\.on_unreachable=continue\.$/,
    });
    const other = new Installation(t, 'on_unreachable = "continue"');
    await other.record(1);
    const { alerts, said } = await other.start({ use: unreachable });
    assert.match(said, /cannot be read, so the database is not compared with them: The bucket is away\./);
    assert.match(alerts.join(), /^backup_failed: the backups in \S+ could not be read at the start/);
    other.lose();
    await assert.rejects(other.start({ use: unreachable }), {
      code: "unreachable",
      message: /There is no database \S+, and whether there is a backup of it is not known, so no new one is made\./,
    });
    assert.equal(other.isThere(), false);
  });

  test("waits a bounded time, and says that it waits", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    const hangs: typeof withBackups = (options, signal, body) =>
      withBackups(options, signal, (backups) => body({ ...backups, names: () => pause(60_000, [], { ref: false }) }));
    await assert.rejects(one.start({ use: hangs, waitMs: 20 }), {
      code: "unreachable",
      message: /did not answer within 0\.02 s\./,
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(one.start({ use: hangs, signal: stop.signal }), { code: "interrupted" });
  });
});

describe("a command that writes", () => {
  test("makes no empty database where there is a backup of a lost one", async (t) => {
    const one = new Installation(t);
    await one.record(1);
    await one.backUp();
    one.lose();
    const { code, err } = await one.place.run(["trigger", "a", "--at", "2026-01-02"]);
    assert.equal(code, 1);
    assert.match(
      err,
      /^flowlord: There is no database \S+, and there are backups in \S+: start Flowlord, which restores the newest/,
    );
    assert.equal(one.isThere(), false);
  });
});
