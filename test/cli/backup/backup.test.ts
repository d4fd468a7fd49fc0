import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { generateIdentity } from "age-encryption";
import { rows } from "../../e2e/flowlord.ts";
import { jsonLines, Place } from "../harness.ts";

const FLOW = '[[phase]]\ntask = "a"\ncron = "0 5 * * *"\ntemplate = "?d={yyyy}-{mm}-{dd}"\n';
const CONFIG =
  'workflow = "flow.toml"\ntimezone = "UTC"\n[bus]\nbus = "null"\n[sqlite]\nlocal_path = "tasks.db"\nbackup_path = "backups"\n';

/** A configuration, a database with one task, and no instance. */
async function setting(t: TestContext, key = ""): Promise<Place> {
  const place = new Place(t, {
    "flow.toml": FLOW,
    "flowlord.toml": `${CONFIG}[backup]\nkey = "${key}"\n`,
  });
  place.now = Date.now();
  assert.equal((await place.run(["trigger", "a", "--at", "2026-01-02"])).code, 0);
  return place;
}

interface Made {
  readonly id: string;
  readonly object: string;
  readonly started_at: string;
}

async function made(place: Place): Promise<Made> {
  const { code, out, err } = await place.run(["backup", "now", "--json"]);
  assert.equal(code, 0, err);
  return jsonLines(out)[0] as unknown as Made;
}

function manifestOf(place: Place, { object }: Made): string {
  return join(place.dir, "backups", object.replace(/\.db\.zst(?:\.age)?$/, ".json"));
}

function changeManifest(place: Place, backup: Made, change: object): void {
  const path = manifestOf(place, backup);
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), ...change }));
}

/** A bit in the middle of what is stored. */
function damage(place: Place, { object }: Made): void {
  const path = join(place.dir, "backups", object);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function scratchOf(place: Place): readonly string[] {
  return existsSync(join(place.dir, "tasks.db.scratch")) ? readdirSync(join(place.dir, "tasks.db.scratch")) : [];
}

describe("backup now and backup list", () => {
  test("one is made while no instance runs, and listed", async (t) => {
    const place = await setting(t);
    assert.equal((await place.run(["backup", "list"])).out, "There are no backups. flowlord backup now makes one.\n");
    assert.equal((await place.run(["backup", "list", "--json"])).out, "");
    const { code, out, err } = await place.run(["backup", "now"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(
      out,
      /^backup [0-9a-f-]{36} {2}\S+\/backups\/snapshots\/\S+\.db\.zst {2}[\d.]+ kB of [\d.]+ kB: stored, brought back and checked\n$/,
    );
    const listed = await place.run(["backup", "list"]);
    assert.match(
      listed.out,
      /^ID +STATE +BEGUN +BY +SIZE +WHERE.*\n[0-9a-f-]{36} +verified +\d{4}-.* hand +[\d.]+ kB +\S+snapshots\/\S+\n$/,
    );
    assert.equal((await place.run(["backup"])).out, listed.out, "without a command it lists");
    const [row] = jsonLines((await place.run(["backup", "list", "--json"])).out);
    assert.deepEqual(
      [row?.["state"], row?.["encrypted"], (row?.["rows"] as Record<string, number> | undefined)?.["task_records"]],
      ["verified", false, 1],
    );
    await made(place);
    assert.equal(jsonLines((await place.run(["backup", "list", "-n", "1", "--json"])).out).length, 1);
    assert.deepEqual(
      rows(join(place.dir, "tasks.db"), "SELECT DISTINCT act FROM audit_log WHERE act LIKE 'backup%'").length,
      1,
    );
  });

  test("why one failed is said, and the record has it", async (t) => {
    const place = await setting(t);
    writeFileSync(join(place.dir, "backups"), "a file where the folder should be");
    const { code, out, err } = await place.run(["backup", "now"]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /^flowlord: the backup [0-9a-f-]{36} failed: .*backups/);
    assert.match((await place.run(["backup", "list"])).out, / failed +\d/);
    const json = await place.run(["backup", "now", "--json"]);
    assert.deepEqual([json.code, jsonLines(json.out)[0]?.["state"]], [1, "failed"]);
  });

  test("without a place for backups there is none, and a sentence says what to set", async (t) => {
    const place = await setting(t);
    place.write("flowlord.toml", CONFIG.replace(/backup_path.*\n/, ""));
    for (const line of [
      ["backup", "now"],
      ["backup", "verify"],
      ["restore", "--list"],
      ["restore", "--to", "x.db"],
    ]) {
      const { code, err } = await place.run(line);
      assert.deepEqual(
        [code, err],
        [1, "flowlord: No place for backups is configured: set sqlite.backup_path.\n"],
        line.join(" "),
      );
    }
  });
});

describe("backup verify", () => {
  test("says what is good, and why others are not", async (t) => {
    const place = await setting(t);
    const none = await place.run(["backup", "verify"]);
    assert.equal(none.code, 1);
    assert.match(none.err, /There is no backup in \S+backups; flowlord restore --list shows/);
    const [first, second, third] = [await made(place), await made(place), await made(place)];
    rmSync(join(place.dir, "tasks.db"));
    const newest = await place.run(["backup", "verify"]);
    assert.equal(newest.code, 0, newest.err);
    assert.match(newest.out, new RegExp(`^good .* ${third.id} {2}[\\d.]+ kB\\n$`));

    damage(place, third);
    const older = await place.run(["backup", "verify"]);
    assert.equal(older.code, 1);
    assert.match(older.out, new RegExp(`^not good .* ${third.id} .*\\ngood .* ${second.id} .*\\n$`));
    writeFileSync(manifestOf(place, second), "{}");
    rmSync(join(place.dir, "backups", first.object));
    const all = await place.run(["backup", "verify", "--all", "--json"]);
    assert.equal(all.code, 1);
    assert.deepEqual(
      jsonLines(all.out).map((line) => [line["id"], line["is_good"]]),
      [
        [third.id, false],
        [second.id, false],
        [first.id, false],
      ],
    );
    assert.match(
      String(jsonLines(all.out)[1]?.["problem"]),
      /is no manifest that this version can read \(format is not as it should be\)/,
    );
    const one = await place.run(["backup", "verify", first.id]);
    assert.equal(one.code, 1);
    assert.match(one.out, /^not good .* does not exist/);
    assert.match((await place.run(["backup", "verify", "nothing"])).err, /There is no backup nothing in/);
    assert.deepEqual(scratchOf(place), []);
  });

  test("is about this machine, and takes one or all", async (t) => {
    const place = await setting(t);
    for (const line of [
      ["backup", "verify", "--server", "http://localhost:1"],
      ["backup", "--server", "http://localhost:1", "verify"],
      ["backup", "verify", "x", "--all"],
      ["backup", "verify", "x", "y"],
      ["backup", "nothing"],
    ])
      assert.equal((await place.run(line)).code, 2, line.join(" "));
    assert.match(
      (await place.run(["backup", "verify", "--server", "http://localhost:1"])).err,
      /flowlord backup verify is about this machine/,
    );
  });
});

describe("restore", () => {
  test("lists the bucket, and writes the newest, or that of a time, without the database", async (t) => {
    const place = await setting(t);
    assert.match((await place.run(["restore", "--list"])).out, /^There are no backups in /);
    const first = await made(place);
    assert.equal((await place.run(["trigger", "a", "--at", "2026-01-03"])).code, 0);
    const second = await made(place);
    for (const name of ["tasks.db", "tasks.db-wal", "tasks.db-shm"]) rmSync(join(place.dir, name), { force: true });
    const { out } = await place.run(["restore", "--list"]);
    assert.match(out, new RegExp(`^TIME \\(UTC\\).*\\n.* no +${second.id}\\n.* no +${first.id}\\n$`));
    const [json] = jsonLines((await place.run(["restore", "--list", "--json"])).out);
    assert.deepEqual([json?.["id"], json?.["encrypted"], json?.["problem"]], [second.id, false, null]);

    const newest = await place.run(["restore", "--to", "new.db"]);
    assert.equal(newest.code, 0, newest.err);
    assert.match(newest.out, new RegExp(`/new\\.db: the backup ${second.id} of .* \\(UTC\\), [\\d.]+ kB, checked\\n$`));
    const earlier = await place.run(["restore", "--to", "old.db", "--at", first.started_at, "--json"]);
    assert.deepEqual([earlier.code, jsonLines(earlier.out)[0]?.["id"]], [0, first.id], earlier.err);
    const counts = ["new.db", "old.db"].map(
      (name) => rows(join(place.dir, name), "SELECT id FROM task_records").length,
    );
    assert.deepEqual(counts, [2, 1]);
    assert.deepEqual(
      readdirSync(place.dir).filter((name) => name.includes("restore-")),
      [],
    );

    // What it wrote is a database: by hand it takes the place of the lost one.
    renameSync(join(place.dir, "new.db"), join(place.dir, "tasks.db"));
    assert.equal(jsonLines((await place.run(["tasks", "--json"])).out).length, 2);
  });

  test("never overwrites, and says what is there when nothing fits", async (t) => {
    const place = await setting(t);
    await made(place);
    place.write("there.db", "precious");
    const { code, err } = await place.run(["restore", "--to", "there.db"]);
    assert.equal(code, 1);
    assert.match(err, /there\.db is there already, and stays as it is/);
    assert.equal(readFileSync(join(place.dir, "there.db"), "utf8"), "precious");
    const before = await place.run(["restore", "--to", "x.db", "--at", "2020-01-01"]);
    assert.equal(before.code, 1);
    assert.match(before.err, /there is no backup of 2020-01-01 00:00:00 or before it/);
    const nowhere = await place.run(["restore", "--to", "no/such/folder/x.db"]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.err, /no\/such\/folder/);
  });

  test("refuses what is damaged, of a newer version or unreadable, and names the next", async (t) => {
    const place = await setting(t);
    const [first, second] = [await made(place), await made(place)];
    const whole = readFileSync(manifestOf(place, second));
    const spoil: readonly (readonly [RegExp, () => void])[] = [
      [
        /with schema 9999; this one knows schemas up to \d+/,
        () => changeManifest(place, second, { schema_version: 9999 }),
      ],
      [
        /is no manifest that this version can read \(it is of another backup\)/,
        () => changeManifest(place, second, { id: first.id }),
      ],
      [
        /is no manifest that this version can read \(it is no JSON\)/,
        () => writeFileSync(manifestOf(place, second), "{"),
      ],
      [/damaged|is not what was stored/, () => damage(place, second)],
    ];
    for (const [why, how] of spoil) {
      writeFileSync(manifestOf(place, second), whole);
      how();
      const { code, out, err } = await place.run(["restore", "--to", "x.db"]);
      assert.deepEqual([code, out], [1, ""], String(why));
      assert.match(err, why);
      assert.match(err, new RegExp(`\\nThe next one before it that looks good: ${first.id}, with --at \\S+Z\\n$`));
      assert.equal(existsSync(join(place.dir, "x.db")), false);
    }
    const at = / --at (\S+)/.exec((await place.run(["restore", "--to", "x.db"])).err)?.[1] ?? "";
    assert.equal((await place.run(["restore", "--to", "x.db", "--at", at])).code, 0, "what it names can be said");
    rmSync(join(place.dir, "backups", first.object));
    assert.match((await place.run(["restore", "--to", "y.db"])).err, /\nNo older one can be restored here either\.\n$/);
  });

  test("of an encrypted one needs its key", async (t) => {
    const [old, key] = [await generateIdentity(), await generateIdentity()];
    const place = await setting(t, old);
    const first = await made(place);
    const withKey = (name: string): void => place.write("flowlord.toml", `${CONFIG}[backup]\nkey = "${name}"\n`);
    withKey(key);
    const second = await made(place);
    assert.match((await place.run(["restore", "--list"])).out, new RegExp(` yes +${second.id}\\n`));
    assert.equal((await place.run(["restore", "--to", "good.db"])).code, 0);
    withKey(old);
    const wrong = await place.run(["restore", "--to", "x.db"]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /cannot be decrypted with this key/);
    assert.match(wrong.err, new RegExp(`looks good: ${first.id},`));
    assert.equal((await place.run(["backup", "verify", "--all"])).code, 1);
    withKey("");
    const none = await place.run(["restore", "--to", "x.db"]);
    assert.match(none.err, /is encrypted: give its key in backup\.key/);
    assert.match(none.err, /No older one can be restored here either/);
    withKey(await generateIdentity());
    assert.match((await place.run(["restore", "--to", "x.db"])).err, /No older one can be restored here either/);
    assert.doesNotMatch(none.err + wrong.err, /AGE-SECRET/);
  });

  test("takes flags that go together", async (t) => {
    const place = await setting(t);
    for (const line of [
      ["restore", "--list", "--to", "x.db"],
      ["restore", "--list", "--at", "2d"],
      ["restore", "--list", "--plain-copy"],
      ["restore", "--local", "--at", "2d"],
      ["restore", "--local", "--to", "x.db"],
      ["restore", "--plain-copy", "--at", "2d"],
      ["restore", "--plain-copy", "--to", "x.db"],
      ["restore", "--to", ""],
      ["restore", "--to", "gs://bucket/x.db"],
      ["restore", "--to", "x.db", "--at", "soon"],
      ["restore", "--at", "soon"],
      ["restore", "--list", "--server", "http://localhost:1"],
      ["restore", "--server", "http://localhost:1"],
    ])
      assert.equal((await place.run(line)).code, 2, line.join(" "));
  });
});
