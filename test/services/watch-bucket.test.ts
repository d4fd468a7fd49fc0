import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BucketScene, POLL, START } from "./bucket-scene.ts";

describe("watching a bucket", () => {
  test("announces each object once, page by page, with path, size and time", async (t) => {
    const scene = new BucketScene(t);
    for (const name of ["a.csv", "b.csv", "x/c.csv", "x/d.csv"]) scene.bucket.put(name, START - 1000);
    const watcher = scene.watcher();
    assert.equal(await scene.listing(watcher), START + POLL);
    assert.deepEqual(scene.names, ["a.csv", "b.csv", "x/c.csv", "x/d.csv"]);
    assert.deepEqual(
      scene.bucket.asked.map(({ cursor }) => cursor),
      [null, "x/c.csv"],
    );
    const [{ id, event } = {}] = scene.events;
    assert.equal(id, "gs://b/in/a.csv#v1", "as a notification names it");
    assert.deepEqual([event?.path, event?.size, event?.created], ["gs://b/in/a.csv", 5, START - 1000]);
    await scene.nextListing(watcher);
    assert.equal(scene.events.length, 4);
  });

  test("asks for nothing between two listings", async (t) => {
    const scene = new BucketScene(t);
    const watcher = scene.watcher();
    await scene.listing(watcher);
    scene.now += POLL - 1;
    assert.equal(await watcher.runOnce(), START + POLL);
    assert.equal(scene.bucket.asked.length, 1);
    // A clock that is set back by an hour.
    scene.now -= 3_600_000;
    await watcher.runOnce();
    assert.equal(scene.bucket.asked.length, 2);
  });

  test("finds what comes before the names that it knows, and behind the cursor of a listing that goes on", async (t) => {
    const scene = new BucketScene(t);
    for (const name of ["m1", "m2", "m3", "m4", "m5"]) scene.bucket.put(name, START);
    const watcher = scene.watcher();
    scene.bucket.onList = (cursor) => {
      if (cursor !== null) scene.bucket.put("a-behind", START);
    };
    await scene.listing(watcher);
    assert.equal(scene.names.includes("a-behind"), false);
    await scene.nextListing(watcher);
    assert.deepEqual(scene.names.slice(5), ["a-behind"]);
  });

  test("an overwritten object is a new event, also with the same bytes; a deleted one is none until it comes again", async (t) => {
    const scene = new BucketScene(t);
    scene.bucket.put("a", START, "etag");
    const watcher = scene.watcher();
    await scene.listing(watcher);
    scene.bucket.put("a", START + 5000, "etag");
    await scene.nextListing(watcher);
    scene.bucket.put("a", START + 5000, "other");
    await scene.nextListing(watcher);
    assert.deepEqual(scene.names, ["a", "a", "a"]);
    scene.bucket.objects.delete("a");
    await scene.nextListing(watcher);
    assert.equal(scene.events.length, 3);
    scene.bucket.put("a", START + 9000, "other");
    await scene.nextListing(watcher);
    assert.equal(scene.events.length, 4);
  });

  test("says nothing twice after a restart, and finds what came meanwhile", async (t) => {
    const scene = new BucketScene(t);
    for (let at = 0; at < 10; at += 1) scene.bucket.put(`o${at}`, START);
    const first = scene.watcher();
    await scene.listing(first);
    await first.stop();
    assert.equal(scene.bucket.isClosed, true);
    scene.bucket.put("b", START + 1);
    await scene.listing(scene.watcher());
    assert.equal(scene.events.length, 11);
    assert.equal(scene.names.at(-1), "b");
  });

  test("killed between event and mark, it sends the same event with the same id", async (t) => {
    const scene = new BucketScene(t);
    scene.bucket.put("a", START);
    scene.seen.error = new Error("killed");
    await assert.rejects(scene.watcher().runOnce(), /killed/);
    scene.seen.error = null;
    await scene.listing(scene.watcher());
    assert.equal(scene.events.length, 2);
    assert.deepEqual(scene.events[0], scene.events[1]);
  });

  test("an event that is not taken is sent again, and the listing goes on from its page", async (t) => {
    const scene = new BucketScene(t);
    for (const name of ["a", "b", "c", "d"]) scene.bucket.put(name, START);
    const watcher = scene.watcher();
    await watcher.runOnce();
    scene.emitError = new Error("no space");
    await assert.rejects(watcher.runOnce(), /Cannot send the events of arrived files: no space/);
    assert.deepEqual(scene.told, ["up"], "the bucket is well");
    scene.emitError = null;
    await scene.listing(watcher);
    assert.deepEqual(scene.names, ["a", "b", "c", "d"]);
    assert.deepEqual(
      scene.bucket.asked.map(({ cursor }) => cursor),
      [null, "c", "c"],
    );
  });

  test("only objects that match count, and what all matches begin with is all that is listed", async (t) => {
    const scene = new BucketScene(t);
    const names = ["2026/a.csv", "2026/a.txt", "2026/.hidden.csv", "2026/x.csv.tmp", "2025/b.csv", "2026/01/c.csv"];
    for (const name of names) scene.bucket.put(name, START);
    await scene.listing(scene.watcher({ pattern: "2026/**/*.csv" }));
    assert.deepEqual(scene.names, ["2026/01/c.csv", "2026/a.csv"]);
    assert.equal(
      scene.bucket.asked.every(({ prefix }) => prefix === "2026/"),
      true,
    );
  });

  test("goes on where a page failed, later each time, and says once that the bucket is away, and that it is back", async (t) => {
    const scene = new BucketScene(t);
    for (const name of ["a", "b", "c", "d", "e", "f", "g"]) scene.bucket.put(name, START);
    const watcher = scene.watcher();
    await watcher.runOnce();
    scene.bucket.failure = "unavailable";
    for (let second = 0; second < 100; second += 10) {
      await assert.rejects(watcher.runOnce(), { code: "unavailable" });
      scene.now += 10_000;
    }
    assert.deepEqual(scene.told, ["up", "down: gs://b/in: it says no"]);
    scene.bucket.failure = null;
    scene.bucket.asked.length = 0;
    await scene.listing(watcher);
    assert.deepEqual(scene.bucket.asked[0], { prefix: "", cursor: "c" });
    assert.deepEqual(scene.names, ["a", "b", "c", "d", "e", "f", "g"]);
    assert.deepEqual(scene.told, ["up", "down: gs://b/in: it says no", "up"]);
    await scene.nextListing(watcher);
    assert.equal(scene.told.length, 3);
  });

  test("begins a listing anew when the storage does not take its cursor any more", async (t) => {
    const scene = new BucketScene(t);
    for (const name of ["a", "b", "c", "d"]) scene.bucket.put(name, START);
    const watcher = scene.watcher();
    await watcher.runOnce();
    scene.bucket.failure = "unreadable";
    await assert.rejects(watcher.runOnce(), { code: "unreadable" });
    scene.bucket.failure = null;
    scene.bucket.asked.length = 0;
    await scene.listing(watcher);
    assert.deepEqual(scene.names, ["a", "b", "c", "d"]);
    assert.deepEqual(
      scene.bucket.asked.map(({ cursor }) => cursor),
      [null, "c"],
    );
  });

  test("a bucket that cannot be opened is opened later", async (t) => {
    const scene = new BucketScene(t);
    scene.bucket.put("a", START);
    let opened = 0;
    const watcher = scene.watcher({
      open: async () => {
        opened += 1;
        if (opened === 1) throw new Error("no client");
        return scene.bucket as never;
      },
    });
    await assert.rejects(watcher.runOnce(), /no client/);
    await scene.listing(watcher);
    await scene.nextListing(watcher);
    assert.deepEqual([scene.names, opened], [["a"], 2]);
  });

  test("a stop waits neither for a storage that is silent nor for an event that nobody takes", async (t) => {
    const scene = new BucketScene(t);
    scene.bucket.put("a", START);
    const listing = Promise.withResolvers<void>();
    scene.bucket.onList = () => {
      listing.resolve();
      return new Promise<void>(() => {});
    };
    const silent = scene.watcher();
    silent.start();
    await listing.promise;
    await silent.stop();
    scene.bucket.onList = () => undefined;
    const sending = Promise.withResolvers<void>();
    const untaken = scene.watcher({
      emit: () => {
        sending.resolve();
        return new Promise<void>(() => {});
      },
    });
    untaken.start();
    await sending.promise;
    await untaken.stop();
    assert.deepEqual([scene.problems, scene.seen.rows.size], [[], 0]);
  });

  test("rests as long as a listing took, and says so when that is longer than it should", async (t) => {
    const scene = new BucketScene(t);
    for (let at = 0; at < 6; at += 1) scene.bucket.put(`o${at}`, START);
    const watcher = scene.watcher();
    scene.bucket.onList = () => {
      scene.now += 50_000;
    };
    assert.equal(await scene.listing(watcher), START + 200_000);
    assert.match(
      watcher.degraded ?? "",
      /^gs:\/\/b\/in has 6 objects, which take 100 s to list: they are listed every 200 s/,
    );
    scene.bucket.onList = () => undefined;
    scene.now += 100_000;
    await scene.listing(watcher);
    assert.equal(watcher.degraded, null);
  });
});

describe("a bucket of which only what comes later counts", () => {
  test("what is older than the first start is no arrival, over a restart in the middle of the first listing", async (t) => {
    const scene = new BucketScene(t);
    for (const name of ["a", "b", "c", "d", "e"]) scene.bucket.put(name, START - 60_000);
    const first = scene.watcher({ existing: false });
    await first.runOnce();
    await first.stop();
    scene.now += 60_000;
    // Made after the first start: one where the first listing was, one where it was not.
    scene.bucket.put("a2", START + 1);
    scene.bucket.put("e2", START + 1);
    const second = scene.watcher({ existing: false });
    await scene.listing(second);
    assert.deepEqual(scene.names, ["a2", "e2"]);
    scene.bucket.put("b", START + 70_000);
    await scene.nextListing(second);
    assert.deepEqual(scene.names, ["a2", "e2", "b"]);
    // The clock of a storage may be behind: after the first listing what was not in it has come.
    scene.bucket.put("late", START - 5000);
    await scene.nextListing(scene.watcher({ existing: false }));
    assert.deepEqual(scene.names, ["a2", "e2", "b", "late"]);
  });

  test("what comes while the bucket is away at the first start has arrived", async (t) => {
    const scene = new BucketScene(t);
    scene.bucket.put("old", START - 1000);
    scene.bucket.failure = "unavailable";
    const watcher = scene.watcher({ existing: false });
    await assert.rejects(watcher.runOnce());
    scene.now += 600_000;
    scene.bucket.put("new", START + 300_000);
    scene.bucket.failure = null;
    await scene.listing(watcher);
    assert.deepEqual(scene.names, ["new"]);
  });

  test("takes nothing from another watch of the same objects, and each is one event", async (t) => {
    for (const firstIsNew of [true, false]) {
      const scene = new BucketScene(t);
      for (const name of ["a.csv", "b.csv"]) scene.bucket.put(name, START - 1000);
      const watchers = [scene.watcher({ pattern: "*.csv", existing: false }), scene.watcher()];
      if (!firstIsNew) watchers.reverse();
      for (const watcher of watchers) await scene.listing(watcher);
      assert.deepEqual(scene.names, ["a.csv", "b.csv"]);
      scene.bucket.put("c.csv", START + 1000);
      for (const watcher of watchers) await scene.nextListing(watcher);
      assert.deepEqual(scene.names, ["a.csv", "b.csv", "c.csv"]);
    }
  });

  test("two watches that list at the same moment send events of one id", async (t) => {
    const scene = new BucketScene(t);
    scene.bucket.put("a", START);
    await Promise.all([scene.watcher(), scene.watcher({ pattern: "*" })].map((watcher) => scene.listing(watcher)));
    assert.equal(new Set(scene.events.map(({ id }) => id)).size, 1);
  });
});
