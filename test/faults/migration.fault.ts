import assert from "node:assert/strict";
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { damageOf, describeContent } from "../../src/store/sqlite/backup/snapshot.ts";
import { readMigrations } from "../../src/store/sqlite/database/migrate.ts";
import { contentOf, writeOldDatabase } from "../store/sqlite/database/old-database.ts";
import { openScratch, scratchFolder } from "../store/sqlite/scratch.ts";
import { randomFrom, SEED } from "../support/seed.ts";
import { randomMoment, Victim } from "./killed/victim.ts";

const KILLS = 100;
/** In each table: the copy, and the migrations that write tables anew, take a while. */
const ROWS = 300;
const CHILD = new URL("./killed/migration-child.ts", import.meta.url);

/** Of each table but the one in which a start notes that it was one. */
function rowsOf(path: string): Readonly<Record<string, number>> {
  const { instance_state: _, ...rows } = describeContent(path).rows;
  return rows;
}

test(`${KILLS} kills while a database is copied and migrated`, { timeout: 600_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const folder = scratchFolder();
  const newest = readMigrations().length;
  const versions = [1, 7, 17, 22, newest - 1].map((version) => {
    const original = join(folder, `schema-${version}.db`);
    writeOldDatabase(original, version, ROWS);
    return { version, original, before: contentOf(original) };
  });
  const path = join(folder, "tasks.db");
  const put = (original: string): void => {
    for (const name of readdirSync(folder)) if (name.startsWith("tasks.db")) rmSync(join(folder, name));
    copyFileSync(original, path);
  };
  const copies = (): readonly string[] =>
    readdirSync(folder).filter((name) => /\.before-migration-.*-schema-\d+$/.test(name));
  // What the same start makes of it when nobody kills it.
  const whole = new Map<
    number,
    { readonly rows: Readonly<Record<string, number>>; readonly steps: ReadonlyMap<string, number> }
  >();
  for (const { version, original } of versions) {
    put(original);
    const steps = await new Victim(CHILD, [path]).finish();
    assert.deepEqual([...steps.keys()], ["open", "migrate"]);
    whole.set(version, { rows: rowsOf(path), steps });
  }
  const found = { copying: 0, old: 0, between: 0, newest: 0 };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { version, original, before } = versions[kill % versions.length] ?? assert.fail();
    const { rows, steps } = whole.get(version) ?? assert.fail();
    put(original);
    const { step, after } = randomMoment(steps, random);
    await new Victim(CHILD, [path]).killAt(step, after);

    const { schemaVersion } = describeContent(path);
    assert.ok(schemaVersion >= version && schemaVersion <= newest);
    assert.deepEqual(damageOf(path), []);
    if (schemaVersion === version) assert.deepEqual(contentOf(path), before, "the old one, as it was");
    if (schemaVersion === newest) assert.deepEqual(rowsOf(path), rows, "the new one");
    // Nothing is migrated before there is a good copy of it.
    const [copy] = copies();
    if (schemaVersion > version) assert.ok(copy !== undefined);
    if (copy !== undefined) {
      assert.match(copy, new RegExp(`-schema-${version}$`));
      assert.deepEqual(contentOf(join(folder, copy)), before);
    }
    const state =
      copy === undefined
        ? "copying"
        : schemaVersion === version
          ? "old"
          : schemaVersion === newest
            ? "newest"
            : "between";
    found[state] += 1;

    await (await openScratch(path)).close();
    assert.deepEqual(rowsOf(path), rows, "the next start goes on");
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".partial")),
      [],
      "and leaves no half of a copy",
    );
  }
  t.diagnostic(`found ${JSON.stringify(found)}`);
  assert.ok(found.copying > 0 && found.old + found.between > 0, "it was killed in the copy and in the migrations");
});
