import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { inScene, until } from "./watch-scene.ts";

describe("links below a watched folder", () => {
  test("are followed, to files and into folders, but not in a loop nor to nothing", () =>
    inScene(async (scene) => {
      await mkdir(scene.file("in/real"), { recursive: true });
      await mkdir(scene.file("out/deep"), { recursive: true });
      await writeFile(scene.file("in/real/a.csv"), "123");
      await writeFile(scene.file("out/deep/b.csv"), "123");
      await symlink("real/a.csv", scene.file("in/link.csv"));
      await symlink(scene.file("out"), scene.file("in/out"));
      // Two loops: to the folder above, and by way of the other link.
      await symlink(scene.file("in"), scene.file("in/real/loop"));
      await symlink(scene.file("in"), scene.file("out/back"));
      await symlink("nothing", scene.file("in/broken.csv"));
      const watcher = scene.watcher({ path: scene.file("in") });
      await scene.settle(watcher);
      assert.deepEqual(scene.names, ["in/link.csv", "in/out/deep/b.csv", "in/real/a.csv"]);
      assert.equal(scene.problems.length, 2, scene.problems.join());
      for (const problem of scene.problems) assert.match(problem, /Cannot follow the link .*: it leads back to /);
      await scene.settle(watcher);
      assert.equal(scene.problems.length, 2, "told once");
      await rm(scene.file("in/real/loop"));
      await rm(scene.file("out/back"));
      await scene.settle(watcher);
      assert.equal(watcher.currentError, null);
    }));

  test("a link to a folder is noticed at once, and so is what changes behind it, also after it leads elsewhere", () =>
    inScene(async (scene) => {
      for (const name of ["in", "one", "two/sub"]) await mkdir(scene.file(name), { recursive: true });
      await writeFile(scene.file("one/a.csv"), "1");
      await writeFile(scene.file("two/sub/c.csv"), "1");
      const watcher = scene.watcher({
        path: scene.file("in"),
        pattern: "**/*.csv",
        settleMs: 1,
        rescanMs: 1_000_000,
        now: Date.now,
      });
      watcher.start();
      await until(() => watcher.lastRunAt !== null);
      await symlink(scene.file("one"), scene.file("in/now"));
      await until(() => scene.events.length === 1);
      await writeFile(scene.file("one/b.csv"), "1");
      await until(() => scene.events.length === 2);
      await symlink(scene.file("two"), scene.file("in/next"));
      await rename(scene.file("in/next"), scene.file("in/now"));
      await until(() => scene.names.includes("in/now/sub/c.csv"));
      assert.deepEqual(watcher.currentError, null);
    }));
});
