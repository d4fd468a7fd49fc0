import assert from "node:assert/strict";
import { appendFile, mkdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { linkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { inScene, SETTLE, until } from "./watch-scene.ts";

describe("watching a folder", () => {
  test("announces what is there, once, with path, size and time", () =>
    inScene(async (scene) => {
      await mkdir(scene.file("2026/01"), { recursive: true });
      await writeFile(scene.file("a.csv"), "12345");
      await writeFile(scene.file("2026/01/b.csv"), "1");
      const watcher = scene.watcher();
      await scene.settle(watcher);
      assert.deepEqual(scene.names, ["2026/01/b.csv", "a.csv"]);
      const a = scene.events.find(({ event }) => event.path === scene.file("a.csv"));
      assert.match(a?.id ?? "", /^watch:[0-9a-f]{32}$/);
      const { mtimeMs } = await stat(scene.file("a.csv"));
      assert.deepEqual(a?.event, {
        path: scene.file("a.csv"),
        size: 5,
        linecnt: 0,
        bytecnt: 0,
        checksum: "",
        created: Math.trunc(mtimeMs),
        isDir: false,
        files: 0,
        bucket: "",
        etag: "",
        generation: "",
        md5: "",
        crc32c: "",
        updated: null,
      });
      await scene.settle(watcher);
      assert.equal(scene.events.length, 2);
    }));

  test("says nothing of it after a restart, but of what came meanwhile", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("a.csv"), "1");
      const first = scene.watcher();
      await scene.settle(first);
      await first.stop();
      await writeFile(scene.file("b.csv"), "1");
      await scene.settle(scene.watcher());
      assert.deepEqual(scene.names, ["a.csv", "b.csv"]);
    }));

  test("waits for a growing file", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("a.csv"), "1");
      const watcher = scene.watcher();
      for (let count = 0; count < 5; count += 1) {
        await watcher.runOnce();
        await appendFile(scene.file("a.csv"), "1");
        scene.now += SETTLE;
      }
      await watcher.runOnce();
      assert.equal(scene.events.length, 0);
      scene.now += SETTLE;
      await watcher.runOnce();
      assert.deepEqual(
        scene.events.map(({ event }) => event.size),
        [6],
      );
    }));

  test("announces changed content again, with another id", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("a.csv"), "one");
      const watcher = scene.watcher();
      await scene.settle(watcher);
      await writeFile(scene.file("a.csv"), "two");
      await utimes(scene.file("a.csv"), 1, 1);
      await scene.settle(watcher);
      assert.deepEqual(scene.names, ["a.csv", "a.csv"]);
      assert.notEqual(scene.events[0]?.id, scene.events[1]?.id);
    }));

  test("with a checksum, tells content by it", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("a.csv"), "one");
      const watcher = scene.watcher({ checksum: true });
      await scene.settle(watcher);
      assert.equal(scene.events[0]?.event.checksum, "f97c5d29941bfb1b2fdab0874906ab82");
      await utimes(scene.file("a.csv"), 1, 1);
      await scene.settle(watcher);
      assert.equal(scene.events.length, 1);
      await writeFile(scene.file("a.csv"), "two");
      await scene.settle(watcher);
      assert.equal(scene.events[1]?.event.checksum, "b8a9f715dbb64fd5c56e7783c6820a61");
      await writeFile(scene.file("a.csv"), "one");
      await utimes(scene.file("a.csv"), 2, 2);
      await scene.settle(watcher);
      assert.equal(scene.events[2]?.event.checksum, scene.events[0]?.event.checksum);
      assert.equal(new Set(scene.events.map(({ id }) => id)).size, 3);
    }));

  test("with checksums, finds new content of the same size and time, and not the same content again", () =>
    inScene(async (scene) => {
      const watcher = scene.watcher({ checksum: true });
      const replace = async (content: string): Promise<void> => {
        await writeFile(scene.file("next"), content);
        await utimes(scene.file("next"), 1, 1);
        await rename(scene.file("next"), scene.file("a.csv"));
        await scene.settle(watcher);
      };
      for (const content of ["one", "one", "two", "one"]) await replace(content);
      assert.equal(scene.events.length, 3);
      assert.equal(new Set(scene.events.map(({ id }) => id)).size, 3);
    }));

  test("is well again when an unreadable file is gone", { skip: process.platform !== "linux" }, () =>
    inScene(async (scene) => {
      const watcher = scene.watcher({ rescanMs: 1_000_000 });
      const odd = Buffer.concat([Buffer.from(scene.file("caf")), Buffer.from([0xe9])]);
      await symlink("loop", scene.file("loop"));
      await writeFile(odd, "1");
      await scene.settle(watcher);
      assert.equal(scene.problems.length, 2);
      assert.notEqual(watcher.currentError, null);
      await rm(scene.file("loop"));
      await rename(odd, scene.file("cafe"));
      scene.now += 1_000;
      await watcher.runOnce();
      assert.equal(watcher.currentError, null);
    }),
  );

  test("notices files at once where the folder is a link, also after the link leads elsewhere", () =>
    inScene(async (scene) => {
      await mkdir(scene.file("one/sub"), { recursive: true });
      await mkdir(scene.file("two"));
      await symlink("one", scene.file("in"));
      const watcher = scene.watcher({ path: scene.file("in"), settleMs: 1, rescanMs: 1_000_000, now: Date.now });
      watcher.start();
      await until(() => watcher.lastRunAt !== null);
      await writeFile(scene.file("one/sub/a.csv"), "1");
      await until(() => scene.events.length === 1);
      await writeFile(scene.file("two/b.csv"), "1");
      await symlink("two", scene.file("next"));
      await rename(scene.file("next"), scene.file("in"));
      await until(() => scene.events.length === 2);
      assert.deepEqual(scene.names, ["in/b.csv", "in/sub/a.csv"]);
    }));

  test("says nothing of a file that is deleted before it has settled", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("a.csv"), "1");
      const watcher = scene.watcher();
      await watcher.runOnce();
      await rm(scene.file("a.csv"));
      await scene.settle(watcher);
      assert.deepEqual(scene.events, []);
      assert.deepEqual(scene.problems, []);
    }));

  test("tries an event again that could not be sent, and tells why", () =>
    inScene(async (scene) => {
      for (const name of ["a", "b", "c"]) await writeFile(scene.file(name), "1");
      const watcher = scene.watcher();
      scene.emitError = new Error("no broker");
      await scene.settle(watcher);
      assert.deepEqual(scene.problems, ["Cannot send the events of arrived files: no broker"]);
      assert.equal(watcher.currentError, scene.problems[0]);
      scene.emitError = null;
      await scene.settle(watcher);
      assert.deepEqual(scene.names, ["a", "b", "c"]);
      assert.equal(watcher.currentError, null);
    }));

  test("after a crash between event and mark, the same event comes again under the same id", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("a"), "1");
      scene.seen.error = new Error("killed");
      const watcher = scene.watcher();
      await scene.settle(watcher);
      assert.equal(scene.events.length, 1);
      await watcher.stop();
      scene.seen.error = null;
      await scene.settle(scene.watcher());
      assert.equal(scene.events.length, 2);
      assert.deepEqual(scene.events[0], scene.events[1]);
    }));

  test("passes over folders, hidden and unfinished files, and announces a file when it gets its name", () =>
    inScene(async (scene) => {
      await mkdir(scene.file("folder.csv"));
      await writeFile(scene.file(".hidden"), "1");
      await writeFile(scene.file("a.csv.tmp"), "1");
      await writeFile(scene.file("b.csv.part"), "1");
      const watcher = scene.watcher();
      await scene.settle(watcher);
      assert.deepEqual(scene.events, []);
      await rename(scene.file("a.csv.tmp"), scene.file("a.csv"));
      await scene.settle(watcher);
      assert.deepEqual(scene.names, ["a.csv"]);
    }));

  test("without `existing`, only what comes after the first start counts", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("old.csv"), "1");
      const first = scene.watcher({ existing: false });
      await scene.settle(first);
      assert.deepEqual(scene.events, []);
      await first.stop();
      await writeFile(scene.file("new.csv"), "1");
      await scene.settle(scene.watcher({ existing: false }));
      assert.deepEqual(scene.names, ["new.csv"]);
    }));

  test("says why a folder cannot be watched, and watches it when it can", () =>
    inScene(async (scene) => {
      const path = scene.file("later");
      const watcher = scene.watcher({ path });
      await assert.rejects(
        watcher.runOnce(),
        /^Error: Cannot watch the folder .*later: it does not exist\. Flowlord keeps checking for it\.$/,
      );
      await writeFile(path, "");
      await assert.rejects(watcher.runOnce(), /later: it is not a folder/);
      await rm(path);
      await mkdir(path);
      await writeFile(join(path, "a.csv"), "1");
      await scene.settle(watcher);
      assert.deepEqual(scene.names, ["later/a.csv"]);
    }));

  test("a stop does not wait for an event that nobody takes", () =>
    inScene(async (scene) => {
      await writeFile(scene.file("a.csv"), "1");
      const asked = Promise.withResolvers<void>();
      const watcher = scene.watcher({
        now: Date.now,
        settleMs: 1,
        emit: () => {
          asked.resolve();
          return new Promise<void>(() => {});
        },
      });
      watcher.start();
      await asked.promise;
      await watcher.stop();
      assert.equal(scene.seen.rows.size, 0);
    }));

  test("ten thousand files dropped at once: each announced once", () =>
    inScene(async (scene) => {
      const path = scene.file("in");
      await mkdir(path);
      await writeFile(scene.file("content"), "x");
      const watcher = scene.watcher({ path, now: Date.now, settleMs: 20, rescanMs: 60_000 });
      watcher.start();
      await until(() => watcher.lastRunAt !== null);
      const names = Array.from({ length: 10_000 }, (_, index) => `in/file-${index}.csv`);
      // Links come much faster than written files: more at once than the system's queue of notices holds.
      for (const name of names) linkSync(scene.file("content"), scene.file(name));
      await until(() => scene.events.length >= names.length);
      assert.deepEqual(scene.names, names.toSorted());
    }));

  test("files in a subfolder that comes with them, and one that comes later", () =>
    inScene(async (scene) => {
      const watcher = scene.watcher({ now: Date.now, settleMs: 10, rescanMs: 60_000 });
      watcher.start();
      await until(() => watcher.lastRunAt !== null);
      await mkdir(scene.file("2026/02"), { recursive: true });
      await writeFile(scene.file("2026/02/a.csv"), "1");
      await until(() => scene.events.length === 1);
      await writeFile(scene.file("2026/02/b.csv"), "1");
      await until(() => scene.events.length === 2);
      assert.deepEqual(scene.names, ["2026/02/a.csv", "2026/02/b.csv"]);
    }));

  test("watches a folder that takes the place of the one it watched", () =>
    inScene(async (scene) => {
      const path = scene.file("in");
      await mkdir(path);
      const watcher = scene.watcher({ path, now: Date.now, settleMs: 10, rescanMs: 60_000 });
      watcher.start();
      await until(() => watcher.lastRunAt !== null);
      await rm(path, { recursive: true });
      await until(() => watcher.currentError !== null);
      assert.match(watcher.currentError ?? "", /does not exist/);
      await mkdir(path);
      await until(() => watcher.currentError === null);
      await writeFile(join(path, "a.csv"), "1");
      await until(() => scene.events.length === 1);
    }));
});
