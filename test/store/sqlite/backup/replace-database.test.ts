import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  asideName,
  dropReplacement,
  finishReplacement,
  isBeingReplaced,
  replaceDatabase,
  stageReplacement,
} from "../../../../src/store/sqlite/backup/replace-database.ts";
import { openReader } from "../../../../src/store/sqlite/open.ts";
import { NOW } from "../../factories.ts";
import { scratchFolder } from "../scratch.ts";

const folder = scratchFolder();
let made = 0;

/** A database with its `-wal` and `-shm`, and a staged file. */
function staged(): { readonly path: string; readonly aside: string; readonly restored: string } {
  const dir = join(folder, String((made += 1)));
  mkdirSync(dir);
  const path = join(dir, "tasks.db");
  for (const side of ["", "-wal", "-shm"]) writeFileSync(path + side, `old${side}`);
  const restored = stageReplacement(path);
  writeFileSync(restored, "new");
  return { path, aside: asideName(path, NOW), restored };
}

function plan({ path, aside }: { readonly path: string; readonly aside: string }): void {
  writeFileSync(`${path}.restoring/replace`, aside.slice(aside.lastIndexOf("/") + 1));
}

const text = (path: string): string | null => (existsSync(path) ? readFileSync(path, "utf8") : null);
const texts = (path: string): readonly (string | null)[] => ["", "-wal", "-shm"].map((side) => text(path + side));
const OLD = ["old", "old-wal", "old-shm"];
const NEW = ["new", null, null];
const NONE = [null, null, null];

describe("a file that replaces the database", () => {
  it("takes its place, and what was there is kept with what is beside it", () => {
    const one = staged();
    replaceDatabase(one.path, one.aside);
    assert.deepEqual([texts(one.path), texts(one.aside)], [NEW, OLD]);
    assert.equal(existsSync(`${one.path}.restoring`), false);
  });

  it("is forgotten when it was not decided, whatever was written of the plan", () => {
    const one = staged();
    writeFileSync(`${one.path}.restoring/replace.draft`, "tasks.db.rep");
    finishReplacement(one.path);
    assert.deepEqual([texts(one.path), texts(one.aside), existsSync(one.restored)], [OLD, NONE, false]);
    const other = staged();
    dropReplacement(other.path);
    assert.deepEqual([texts(other.path), existsSync(`${other.path}.restoring`)], [OLD, false]);
  });

  // Every state that a kill can leave, in order: what was moved so far.
  for (const moved of [[], ["-wal"], ["-wal", "-shm"], ["-wal", "-shm", ""]])
    it(`is put in its place by the next start, killed when ${moved.length} files were moved aside`, () => {
      const one = staged();
      plan(one);
      for (const side of moved) renameSync(one.path + side, one.aside + side);
      assert.equal(isBeingReplaced(one.path), true);
      dropReplacement(one.path);
      assert.throws(() => openReader(one.path), {
        code: "cannot_open",
        message: /a restore was interrupted; start Flowlord once/,
      });
      finishReplacement(one.path);
      assert.deepEqual([texts(one.path), texts(one.aside)], [NEW, OLD]);
      finishReplacement(one.path);
      assert.deepEqual([texts(one.path), readdirSync(join(one.path, "..")).length], [NEW, 4]);
    });

  it("is not touched again, killed when it was in its place already", () => {
    const one = staged();
    plan(one);
    for (const side of ["-wal", "-shm", ""]) renameSync(one.path + side, one.aside + side);
    renameSync(one.restored, one.path);
    writeFileSync(`${one.path}-wal`, "its own");
    finishReplacement(one.path);
    assert.deepEqual([texts(one.path), texts(one.aside)], [["new", "its own", null], OLD]);
  });

  it("never overwrites: a name that is taken gets a number, and a taken one in a plan is refused", () => {
    const one = staged();
    writeFileSync(`${one.aside}-wal`, "of an earlier one");
    assert.equal(asideName(one.path, NOW), `${one.aside}-2`);
    plan(one);
    assert.throws(() => finishReplacement(one.path), {
      code: "cannot_open",
      message: /is there already: move that file elsewhere/,
    });
    assert.deepEqual([texts(one.path), text(`${one.aside}-wal`)], [OLD, "of an earlier one"]);
  });

  it("is refused with a plan that nobody wrote, which names no file beside it", () => {
    for (const content of ["", "../elsewhere.replaced-1", "tasks.db"]) {
      const one = staged();
      writeFileSync(`${one.path}.restoring/replace`, content);
      assert.throws(() => finishReplacement(one.path), {
        code: "corrupt",
        message: /is not what Flowlord wrote there/,
      });
      assert.deepEqual([texts(one.path), text(one.restored)], [OLD, "new"]);
    }
  });

  it("leaves the old database where it cannot be exchanged", () => {
    const one = staged();
    // What cannot be renamed over: a folder of that name.
    mkdirSync(join(one.aside, "taken"), { recursive: true });
    assert.throws(() => replaceDatabase(one.path, one.aside));
    assert.deepEqual([texts(one.path), existsSync(`${one.path}.restoring`)], [OLD, false]);
  });
});
