import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test, type TestContext } from "node:test";
import { type Bucket, eachObject, PAGE_OBJECTS, PART_BYTES } from "../../../src/objects/buckets/bucket.ts";

/** Opens an empty bucket of the adapter; null: the test was told to skip. */
export type OpenBucket = (t: TestContext) => Promise<Bucket | null>;

/** What every adapter of the port promises. */
export function bucketContract(open: OpenBucket): void {
  function promises(what: string, check: (bucket: Bucket) => Promise<void>): void {
    test(what, async (t) => {
      const bucket = await open(t);
      if (bucket === null) return;
      t.after(() => bucket.close());
      await check(bucket);
    });
  }

  promises("gives back what it was given, and says what it has", async (bucket) => {
    assert.equal(await bucket.find("a/b.txt"), null);
    const made = await bucket.create("a/b.txt", pieces("first ", "second"));
    assert.deepEqual([made.key, made.size], ["a/b.txt", 12]);
    assert.ok(Math.abs(Date.now() - made.modifiedAt) < 60_000, "the time is now");
    assert.equal(await text(bucket, "a/b.txt"), "first second");
    assert.deepEqual(await bucket.find("a/b.txt"), made);
    assert.equal((await bucket.create("empty", pieces())).size, 0);
    assert.equal(await text(bucket, "empty"), "");
  });

  promises("never overwrites: the second of two writers is told so", async (bucket) => {
    await bucket.create("one", pieces("first"));
    await assert.rejects(bucket.create("one", pieces("second")), { code: "exists" });
    assert.equal(await text(bucket, "one"), "first");
    const both = await Promise.allSettled([bucket.create("two", pieces("a")), bucket.create("two", pieces("b"))]);
    const won = both.findIndex(({ status }) => status === "fulfilled");
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    assert.equal(await text(bucket, "two"), won === 0 ? "a" : "b");
  });

  promises("stores an object of several parts in small memory, and refuses to overwrite that too", async (bucket) => {
    const size = 2 * PART_BYTES + 12_345;
    const hash = createHash("sha256");
    const made = await bucket.create("large", noise(size, hash));
    assert.equal(made.size, size);
    const read = createHash("sha256");
    for await (const piece of bucket.read("large")) read.update(piece);
    assert.equal(read.digest("hex"), hash.digest("hex"));
    await assert.rejects(bucket.create("large", noise(size, createHash("sha256"))), { code: "exists" });
  });

  promises("leaves nothing when the content breaks off, and passes its error on", async (bucket) => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* noise(PART_BYTES + 1, createHash("sha256"));
      throw new Error("the disk is gone");
    }
    await assert.rejects(bucket.create("broken", broken()), /the disk is gone/);
    assert.equal(await bucket.find("broken"), null);
    assert.deepEqual(await keys(bucket, ""), []);
    await bucket.create("broken", pieces("whole"));
  });

  promises("lists by prefix, in the order of bytes, in pages", async (bucket) => {
    const names = ["b", "a/2", "a/10", "a/Ü", "a/é", "a.b", "a/sub/x"];
    for (const name of names) await bucket.create(name, pieces(name));
    const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(await keys(bucket, ""), sorted);
    assert.deepEqual(
      await keys(bucket, "a/"),
      sorted.filter((name) => name.startsWith("a/")),
    );
    assert.deepEqual(await keys(bucket, "a/1"), ["a/10"]);
    assert.deepEqual(await keys(bucket, "none/"), []);
    const { objects, cursor } = await bucket.list("");
    assert.deepEqual([objects[0]?.size, cursor], [3, null]);
  });

  promises("has more than one page where there are many", async (bucket) => {
    const names = Array.from({ length: PAGE_OBJECTS + 3 }, (_, at) => `many/${String(at).padStart(5, "0")}`);
    for (let at = 0; at < names.length; at += 50)
      await Promise.all(names.slice(at, at + 50).map((name) => bucket.create(name, pieces(name))));
    const first = await bucket.list("many/");
    assert.equal(first.objects.length, PAGE_OBJECTS);
    assert.notEqual(first.cursor, null);
    assert.deepEqual(await keys(bucket, "many/"), names);
  });

  promises("removes, and does nothing where there is nothing", async (bucket) => {
    await bucket.create("x", pieces("x"));
    await bucket.remove("x");
    await bucket.remove("x");
    assert.equal(await bucket.find("x"), null);
    await assert.rejects(text(bucket, "x"), { code: "not_found" });
    await bucket.create("x", pieces("again"));
    assert.equal(await text(bucket, "x"), "again");
  });

  promises("stops when it is told to", async (bucket) => {
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; ; piece += 1) {
        if (piece === 20) stop.abort();
        yield new Uint8Array(64 * 1024);
      }
    }
    await assert.rejects(bucket.create("endless", endless(), { signal: stop.signal }), { code: "interrupted" });
    assert.equal(await bucket.find("endless"), null);
    await assert.rejects(bucket.create("later", pieces("x"), { signal: stop.signal }), { code: "interrupted" });
    await bucket.create("here", pieces("x"));
    await assert.rejects(text(bucket, "here", stop.signal), { code: "interrupted" });
  });

  promises("takes names that need care in an address", async (bucket) => {
    const names = ["with space", "plus+and&", "100%", "50%41", "question?x=1#y", "ü/日本", "a:b"];
    for (const name of names) await bucket.create(name, pieces(name));
    for (const name of names) assert.equal(await text(bucket, name), name);
    assert.deepEqual((await keys(bucket, "")).toSorted(), names.toSorted());
  });
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const each of texts) yield Buffer.from(each);
}

/** The same bytes each time, none of which compress. */
async function* noise(size: number, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  let block = createHash("sha512").update("noise").digest();
  for (let left = size; left > 0;) {
    const blocks: Buffer[] = [];
    for (let at = 0; at < 2048; at += 1) {
      block = createHash("sha512").update(block).digest();
      blocks.push(block);
    }
    const piece = Buffer.concat(blocks).subarray(0, left);
    left -= piece.length;
    hash.update(piece);
    yield piece;
  }
}

async function text(bucket: Bucket, key: string, signal?: AbortSignal): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const piece of bucket.read(key, signal === undefined ? {} : { signal })) read.push(piece);
  return Buffer.concat(read).toString();
}

async function keys(bucket: Bucket, prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of eachObject(bucket, prefix)) found.push(key);
  return found;
}
