import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Connection } from "../../../../src/store/sqlite/database/connection.ts";
import { rescue } from "../../../../src/store/sqlite/database/rescue.ts";
import { openBare, scratchFolder } from "../scratch.ts";

const folder = scratchFolder();
let count = 0;

function freshPath(): string {
  const own = join(folder, `rescue-${(count += 1)}`);
  mkdirSync(own);
  return join(own, "tasks.db");
}

function opened(t: TestContext, path: string): Connection {
  const db = openBare(path);
  t.after(() => db.close());
  return db;
}

/** A connection whose copies fail when begun, each with the next reason, after some of the file was written. */
function failing(reasons: readonly string[]): { db: Connection; targets: string[] } {
  const targets: string[] = [];
  const backup = (target: string): Promise<never> => {
    writeFileSync(target, "half");
    writeFileSync(`${target}-journal`, "half");
    targets.push(target);
    return Promise.reject(new Error(reasons[targets.length - 1]));
  };
  return { db: { backup } as unknown as Connection, targets };
}

test("a rescue never replaces a file", async (t) => {
  const path = freshPath();
  const db = opened(t, path);
  assert.equal(await rescue(db, path), `${path}.rescued`);
  assert.equal(await rescue(db, path), `${path}.rescued-2`);
  assert.equal(await rescue(db, path), `${path}.rescued-3`);
});

test("a rescue goes to a folder of its own among the temporary files when its own fails", async (t) => {
  const path = join(folder, "no-such-folder", "tasks.db");
  const db = opened(t, freshPath());
  const saved = await rescue(db, path);
  t.after(() => rmSync(dirname(saved), { recursive: true }));
  assert.ok(saved.startsWith(join(tmpdir(), "flowlord-")), saved);
  assert.deepEqual(readdirSync(dirname(saved)), ["tasks.db.rescued"]);
});

test("a rescue that fails leaves no half a database, and tells the first reason", async (t) => {
  const path = freshPath();
  const { db, targets } = failing(["the disk is full", "it is full, too"]);
  await assert.rejects(rescue(db, path), { message: "the disk is full" });
  assert.equal(targets.length, 2);
  for (const target of targets) assert.deepEqual([target, `${target}-journal`].filter(existsSync), []);
  t.after(() => rmSync(dirname(targets[1] ?? ""), { recursive: true }));
});

test("a rescue copies in small pieces, so that the process answers meanwhile", async () => {
  let pages: unknown = null;
  const backup = (_target: string, { progress }: { progress: () => number }): Promise<void> => {
    pages = progress();
    return Promise.resolve();
  };
  await rescue({ backup } as unknown as Connection, freshPath());
  assert.equal(pages, 200);
});
