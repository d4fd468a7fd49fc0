import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Bus, Delivery } from "../../../src/bus/bus.ts";
import { createFileBus } from "../../../src/bus/file/file.ts";
import type { RestoredOffsets } from "../../../src/bus/file/file-position.ts";
import { MemoryOffsets } from "./offset-store.ts";

/** Offsets of a database that may have been restored. */
class RestoredStore extends MemoryOffsets {
  restore: RestoredOffsets | null = null;

  async restored(): Promise<RestoredOffsets | null> {
    return this.restore;
  }
}

class Scene {
  readonly dir: string;
  readonly offsets = new RestoredStore();
  #bus: Bus | null = null;

  constructor(dir: string) {
    this.dir = dir;
  }

  async write(...lines: readonly string[]): Promise<void> {
    await appendFile(join(this.dir, "done.jsonl"), lines.map((line) => `${line}\n`).join(""));
  }

  /** A bus that has delivered, and got acknowledged, so many lines; `again` marks what may have been handled before. */
  async reads(count: number, dir = this.dir): Promise<string[]> {
    const bus = createFileBus({ dir, offsets: this.offsets, pollMs: 5, storeEveryMs: 1, lingerMs: 0 });
    this.#bus = bus;
    await bus.start();
    const found: string[] = [];
    const onDelivery = (delivery: Delivery): void => {
      found.push(`${delivery.payload}${delivery.reread === true ? " again" : ""}`);
      delivery.ack();
    };
    await bus.subscribe("done", { channel: "c", maxInFlight: 100 }, onDelivery);
    while (found.length < count) await setTimeout(2);
    return found;
  }

  async stop(): Promise<void> {
    await this.#bus?.stop();
    this.#bus = null;
  }
}

async function scene(t: TestContext): Promise<Scene> {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-restored-bus-"));
  const made = new Scene(dir);
  t.after(async () => {
    await made.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return made;
}

async function sent(bus: Bus, topic: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of bus.sent?.(topic) ?? []) lines.push(line);
  return lines;
}

describe("the file bus of a restored database", () => {
  test("marks what was there at its first start, and nothing that comes later", async (t) => {
    const at = await scene(t);
    await at.write("one");
    await at.reads(1);
    await at.stop();
    const before = new Map(at.offsets.values);
    await at.write("two");
    await at.reads(1);
    await at.stop();
    // The database goes back to the time before the second line.
    for (const [key, value] of before) at.offsets.values.set(key, value);
    at.offsets.restore = { id: "r1", isOpen: true };
    await at.write("three");
    assert.deepEqual(await at.reads(2), ["two again", "three again"]);
    await at.write("four");
    await setTimeout(50);
    await at.stop();
    assert.deepEqual(await at.reads(0), []);
    await at.write("five");
    await at.stop();
    assert.deepEqual(await at.reads(1), ["five"]);
  });

  test("a second start, before all was read, marks the same lines and not the newer ones", async (t) => {
    const at = await scene(t);
    at.offsets.restore = { id: "r1", isOpen: true };
    await at.write("one", "two");
    const bus = createFileBus({ dir: at.dir, offsets: at.offsets, pollMs: 5, storeEveryMs: 1 });
    await bus.start();
    const first: string[] = [];
    await bus.subscribe("done", { channel: "c", maxInFlight: 1 }, ({ payload }) => void first.push(payload));
    while (first.length < 1) await setTimeout(2);
    await bus.stop();
    await at.write("three");
    assert.deepEqual(await at.reads(3), ["one again", "two again", "three"]);
  });

  test("a file that was rotated, and one that no position knows, may have been read too", async (t) => {
    const at = await scene(t);
    await at.write("one");
    await at.reads(1);
    await at.stop();
    await at.write("two");
    await rename(join(at.dir, "done.jsonl"), join(at.dir, "done.jsonl.1"));
    await at.write("three");
    at.offsets.restore = { id: "r1", isOpen: true };
    assert.deepEqual(await at.reads(2), ["two again", "three again"]);
  });

  test("a file that comes only after the first start is new", async (t) => {
    const at = await scene(t);
    at.offsets.restore = { id: "r1", isOpen: true };
    await at.reads(0);
    await setTimeout(50);
    await at.write("one");
    await at.stop();
    assert.deepEqual(await at.reads(1), ["one"]);
  });

  test("a topic that is first read when all was decided is new", async (t) => {
    const at = await scene(t);
    at.offsets.restore = { id: "r1", isOpen: false };
    await at.write("one");
    assert.deepEqual(await at.reads(1), ["one"]);
  });

  test("tells what was sent to a topic, also what was rotated away", async (t) => {
    const at = await scene(t);
    await at.write("one", "two");
    await rename(join(at.dir, "done.jsonl"), join(at.dir, "done.jsonl.1"));
    await at.write("three");
    const bus = createFileBus({ dir: at.dir, offsets: at.offsets });
    t.after(() => bus.stop());
    assert.deepEqual((await sent(bus, "done")).toSorted(), ["one", "three", "two"]);
    assert.deepEqual(await sent(bus, "nothing"), []);
  });
});

describe("the folder of a file bus that is copied elsewhere", () => {
  test("is read on from where it was", async (t) => {
    const at = await scene(t);
    await at.write("one", "two");
    await at.reads(2);
    await at.stop();
    await at.write("three");
    const moved = await mkdtemp(join(tmpdir(), "flowlord-moved-bus-"));
    t.after(() => rm(moved, { recursive: true, force: true }));
    await cp(at.dir, moved, { recursive: true });
    assert.deepEqual(await at.reads(1, moved), ["three"]);
  });

  test("also when a file of it was rotated in between", async (t) => {
    const at = await scene(t);
    const moved = await mkdtemp(join(tmpdir(), "flowlord-moved-bus-"));
    t.after(() => rm(moved, { recursive: true, force: true }));
    // Both begin with the same bytes.
    const begin = "x".repeat(200);
    await at.write(begin, "one");
    await at.reads(2);
    await at.stop();
    await at.write("two");
    await rename(join(at.dir, "done.jsonl"), join(at.dir, "done.jsonl.1"));
    await at.write(begin, "three", "four");
    await cp(at.dir, moved, { recursive: true });
    assert.deepEqual(await at.reads(4, moved), ["two", begin, "three", "four"]);
  });

  test("a file with other content is new, though it begins the same", async (t) => {
    const at = await scene(t);
    const begin = "x".repeat(200);
    await at.write(begin, "one");
    await at.reads(2);
    await at.stop();
    const path = join(at.dir, "done.jsonl");
    const text = await readFile(path, "utf8");
    await rename(path, join(at.dir, "elsewhere"));
    await writeFile(path, `${text.replace("one", "two")}more\n`);
    assert.deepEqual(await at.reads(3), [begin, "two", "more"]);
  });
});
