import assert from "node:assert/strict";
import { once } from "node:events";
import { watch } from "node:fs";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import { BusError } from "../../../src/bus/bus-error.ts";
import type { Bus } from "../../../src/bus/bus.ts";
import { createFileBus, type FileBusOptions, topicPath } from "../../../src/bus/file/file.ts";
import { Inbox, messages } from "../inbox.ts";
import { MemoryOffsets } from "./offset-store.ts";

interface Room {
  readonly dir: string;
  readonly path: string;
  readonly offsets: MemoryOffsets;
  /** A started bus on the folder; the ones still open are stopped at the end. */
  readonly open: (options?: Partial<FileBusOptions>) => Promise<Bus>;
}

async function inFolder(run: (capacity: Room) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-file-bus-"));
  const offsets = new MemoryOffsets();
  const open: Bus[] = [];
  try {
    await run({
      dir,
      path: join(dir, "done.jsonl"),
      offsets,
      open: async (options = {}) => {
        const bus = createFileBus({ dir, offsets, pollMs: 10, storeEveryMs: 1, lingerMs: 0, ...options });
        open.push(bus);
        await bus.start();
        return bus;
      },
    });
  } finally {
    for (const bus of open) await bus.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Subscribes to `done` and acknowledges everything. */
async function listen(bus: Bus, ack = true): Promise<Inbox> {
  const inbox = new Inbox();
  await bus.subscribe("done", { channel: "c", maxInFlight: 10_000 }, (delivery) => {
    inbox.onDelivery(delivery);
    if (ack) delivery.ack();
  });
  return inbox;
}

/** Changes the file and resolves a turn after a watcher like that of the bus was notified. */
async function noticed(path: string, act: () => Promise<void>): Promise<void> {
  const watcher = watch(path);
  const told = once(watcher, "change");
  await act();
  await told;
  watcher.close();
  await setImmediate();
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(2);
}

describe("file bus", () => {
  test("a stop during the first poll of a file leaves no watcher behind", () =>
    inFolder(async ({ open }) => {
      const watchers = (): number =>
        process.getActiveResourcesInfo().filter((resource) => resource === "FSEventWrap").length;
      const before = watchers();
      const asked = Promise.withResolvers<void>();
      const position = Promise.withResolvers<null>();
      const get = (): Promise<null> => {
        asked.resolve();
        return position.promise;
      };
      const bus = await open({ offsets: { get, set: async () => {} } });
      await listen(bus);
      await asked.promise;
      const stopping = bus.stop();
      await setImmediate();
      position.resolve(null);
      await stopping;
      // A handle disappears some turns after it was closed.
      for (let turn = 0; turn < 10 && watchers() !== before; turn++) await setImmediate();
      assert.equal(watchers(), before);
    }));

  test("a topic that is a path names its file", () => {
    assert.equal(topicPath("bus", "done"), join("bus", "done.jsonl"));
    assert.equal(topicPath("bus", "other/done"), "other/done");
    assert.equal(topicPath("bus", "tasks.json"), "tasks.json");
    assert.equal(topicPath("bus", "tasks.jsonl"), "tasks.jsonl");
    assert.equal(topicPath("bus", "a.b"), join("bus", "a.b.jsonl"));
  });

  test("of topics that are paths only those of the configuration are written", () =>
    inFolder(async ({ dir, open }) => {
      const named = join(dir, "named/done.jsonl");
      const bus = await open({ dir: join(dir, "bus"), namedTopics: [named] });
      const topics = [join(dir, "elsewhere/x"), join(dir, "x.json"), "x.jsonl", "../x/y", named, "plain"];
      const results = await Promise.all(bus.publish(topics.map((topic) => ({ key: topic, topic, payload: "{}" }))));
      assert.deepEqual(
        results.map((one) => (one.status === "failed" && one.error instanceof BusError ? one.error.code : one.status)),
        ["refused", "refused", "refused", "refused", "sent", "sent"],
      );
      assert.deepEqual((await readdir(dir)).toSorted(), ["bus", "named"]);
    }));

  test("reads the existing lines at the first start, and waits for a missing file", () =>
    inFolder(async ({ path, open }) => {
      const inbox = await listen(await open());
      await writeFile(path, "1\n\n  \r\n2\r\n");
      await inbox.take(2);
      await appendFile(path, "3\n");
      assert.deepEqual(await inbox.payloads(3), ["1", "2", "3"]);
      assert.deepEqual(
        inbox.deliveries.map((delivery) => delivery.id),
        ["done:1:0", "done:1:7", "done:1:10"],
      );
    }));

  test("waits for the rest of a half-written line", () =>
    inFolder(async ({ path, open }) => {
      await writeFile(path, '1\n{"half":');
      const inbox = await listen(await open());
      await inbox.take(1);
      await noticed(path, () => appendFile(path, "true"));
      assert.equal(inbox.deliveries.length, 1);
      await appendFile(path, "}\n2\n");
      assert.deepEqual(await inbox.payloads(3), ["1", '{"half":true}', "2"]);
    }));

  test("resumes a half-written line after a restart", () =>
    inFolder(async ({ path, open, offsets }) => {
      await writeFile(path, '1\n{"half":');
      const first = await open();
      await (await listen(first)).take(1);
      await first.stop();
      assert.match(offsets.values.get("file_bus:done") ?? "", /"offset":2\b/);
      await appendFile(path, "true}\n");
      const inbox = await listen(await open());
      assert.deepEqual(await inbox.payloads(1), ['{"half":true}']);
      assert.equal(inbox.deliveries[0]?.id, "done:1:2");
    }));

  test("does not append its own line to half a line of a writer that died", () =>
    inFolder(async ({ path, open }) => {
      await writeFile(path, '{"half');
      const bus = await open();
      await Promise.all(bus.publish(messages("done", ["1"])));
      assert.equal(await readFile(path, "utf8"), '{"half\n1\n');
    }));

  test("stores only what is acknowledged without a gap", () =>
    inFolder(async ({ path, open, offsets }) => {
      await writeFile(path, "1\n2\n3\n");
      const bus = await open();
      const inbox = await listen(bus, false);
      const [one, two, three] = await inbox.take(3);
      const stored = (): string => offsets.values.get("file_bus:done") ?? "";
      three?.ack();
      two?.nack(60_000);
      one?.ack();
      await until(() => /"offset":2\b/.test(stored()));
      await bus.stop();
      assert.match(stored(), /"offset":2\b/);
      const again = await listen(await open());
      assert.deepEqual(await again.payloads(2), ["2", "3"]);
      assert.deepEqual(
        again.deliveries.map((delivery) => delivery.id),
        [two?.id, three?.id],
      );
    }));

  test("starts at the beginning of a truncated file, with other ids", () =>
    inFolder(async ({ path, open }) => {
      await writeFile(path, "1\n2\n");
      const inbox = await listen(await open());
      await inbox.take(2);
      await noticed(path, () => truncate(path));
      await appendFile(path, "1\n");
      assert.deepEqual(await inbox.payloads(3), ["1", "2", "1"]);
      assert.equal(inbox.deliveries[2]?.id, "done:2:0");
    }));

  test("notices that a file was truncated and written again, longer than before, also while it was down", () =>
    inFolder(async ({ path, open }) => {
      await writeFile(path, "1\n2\n");
      const bus = await open();
      const inbox = await listen(bus);
      await inbox.take(2);
      await writeFile(path, "3\n4\n5\n");
      assert.deepEqual((await inbox.payloads(5)).slice(2), ["3", "4", "5"]);
      await bus.stop();
      await writeFile(path, "6\n7\n8\n9\n");
      const after = await listen(await open());
      assert.deepEqual(await after.payloads(4), ["6", "7", "8", "9"]);
      assert.equal(after.deliveries[0]?.id, "done:3:0");
    }));

  test("finishes a renamed file, then reads the new one", () =>
    inFolder(async ({ dir, path, open }) => {
      await writeFile(path, "1\n");
      const inbox = await listen(await open({ lingerMs: 60_000 }));
      await inbox.take(1);
      const old = join(dir, "done.jsonl-20260101");
      await rename(path, old);
      await appendFile(old, "2\n");
      await inbox.take(2);
      await writeFile(path, "3\n");
      await inbox.take(3);
      await appendFile(old, "late\n");
      assert.deepEqual(await inbox.payloads(4), ["1", "2", "3", "late"]);
    }));

  test("finds a file that was rotated while it was down, and reads it to its end first", () =>
    inFolder(async ({ path, open }) => {
      await writeFile(path, "1\n2\n");
      const bus = await open();
      const inbox = await listen(bus, false);
      (await inbox.take(2))[0]?.ack();
      await bus.stop();
      await appendFile(path, "3\n");
      await rename(path, `${path}.7`);
      await writeFile(path, "4\n");
      assert.deepEqual(await (await listen(await open())).payloads(3), ["2", "3", "4"]);
    }));

  test("half a line at the end of a renamed file becomes a message of its own", () =>
    inFolder(async ({ path, open }) => {
      await writeFile(path, '1\n{"half');
      const inbox = await listen(await open());
      await inbox.take(1);
      await rename(path, `${path}.old`);
      assert.deepEqual(await inbox.payloads(2), ["1", '{"half']);
    }));

  test("the publisher creates a deleted file again, and it is read", () =>
    inFolder(async ({ path, open }) => {
      const bus = await open();
      const inbox = await listen(bus);
      void bus.publish(messages("done", ["1"]));
      await inbox.take(1);
      await rm(path);
      assert.deepEqual(await Promise.all(bus.publish(messages("done", ["2"]))), [{ status: "sent" }]);
      assert.deepEqual(await inbox.payloads(2), ["1", "2"]);
      assert.equal(await readFile(path, "utf8"), "2\n");
    }));

  test("rotates by size when everything is acknowledged, and loses nothing", () =>
    inFolder(async ({ dir, path, open }) => {
      const bus = await open({ rotateBytes: 2_000 });
      const inbox = await listen(bus);
      const payloads = Array.from({ length: 2_000 }, (_, index) => `{"n":${index}}`);
      for (let at = 0; at < payloads.length; at += 100) {
        await Promise.all(bus.publish(messages("done", payloads.slice(at, at + 100))));
      }
      assert.deepEqual((await inbox.payloads(2_000)).toSorted(), payloads.toSorted());
      await until(async () => (await readdir(dir)).includes("done.jsonl.1"));
      await until(async () => ((await stat(path).catch(() => null))?.size ?? 0) < 2_000);
      assert.equal(new Set(inbox.deliveries.map((delivery) => delivery.id)).size, 2_000);
    }));

  test("does not rotate a file while a line of it is unacknowledged", () =>
    inFolder(async ({ dir, path, open }) => {
      await writeFile(path, "1\n2\n");
      const inbox = await listen(await open({ rotateBytes: 2 }), false);
      const [one, two] = await inbox.take(2);
      two?.ack();
      // When the next line has arrived, the bus has polled the file once more.
      await appendFile(path, "3\n");
      const three = (await inbox.take(3)).at(-1);
      three?.ack();
      assert.deepEqual(await readdir(dir), ["done.jsonl"]);
      one?.ack();
      await until(async () => (await readdir(dir)).includes("done.jsonl.1"));
    }));

  test("a line over the limit is neither kept in memory nor lost: an error text is delivered in its place", () =>
    inFolder(async ({ path, open }) => {
      const bus = await open({ maxLineBytes: 1024 });
      const inbox = await listen(bus);
      await writeFile(path, `1\n{"info":"${"x".repeat(3_000_000)}"}\n2\n`);
      const [, long, two] = await inbox.payloads(3);
      assert.match(
        long ?? "",
        /^line too long: 3000011 bytes from offset 2, but only 1024 are allowed; it begins \{"info":"xxx/,
      );
      assert.ok((long ?? "").length < 1200);
      assert.throws(() => JSON.parse(long ?? ""));
      assert.equal(two, "2");
    }));

  test("answers full while the disk is behind, and reports the drain", () =>
    inFolder(async ({ open }) => {
      const bus = await open({ maxPendingChars: 100 });
      const capacity = new Promise<string>((resolve) => {
        bus.onDrain(resolve);
      });
      const results = await Promise.all(
        bus.publish(
          messages(
            "done",
            Array.from({ length: 20 }, () => "123456789"),
          ),
        ),
      );
      assert.deepEqual(
        results.map((result) => result.status),
        [...Array.from({ length: 10 }, () => "sent"), ...Array.from({ length: 10 }, () => "full")],
      );
      assert.equal(await capacity, "done");
    }));

  test("a folder that cannot be created fails the message, shows in health, and is retried", () =>
    inFolder(async ({ dir, open }) => {
      await writeFile(join(dir, "blocked"), "");
      const bus = await open({ dir: join(dir, "blocked") });
      const inbox = await listen(bus);
      const [result] = await Promise.all(bus.publish(messages("done", ["1"])));
      assert.match(result?.status === "failed" ? result.error.message : "", /^Cannot append to .*done\.jsonl: /);
      await until(() => bus.health().state === "disconnected");
      assert.match(bus.health().reason ?? "", /^Cannot (read|append to) .*done\.jsonl: /);
      await rm(join(dir, "blocked"));
      const [again] = await Promise.all(bus.publish(messages("done", ["1"])));
      assert.equal(again?.status, "sent");
      assert.deepEqual(await inbox.payloads(1), ["1"]);
      await until(() => bus.health().state === "connected");
      assert.equal(bus.health().reconnects, 1);
    }));

  test("a topic that is a folder or a pipe is refused with a clear message", () =>
    inFolder(async ({ dir, open }) => {
      await mkdir(join(dir, "done.jsonl"));
      const bus = await open();
      await listen(bus);
      await until(() => bus.health().state === "disconnected");
      assert.match(bus.health().reason ?? "", /not a regular file/);
    }));

  test("a damaged position is reported, and does not restart from the beginning", () =>
    inFolder(async ({ path, open, offsets }) => {
      await writeFile(path, "1\n");
      offsets.values.set("file_bus:done", '{"last":"x"}');
      const bus = await open();
      const inbox = await listen(bus);
      await until(() => bus.health().state === "disconnected");
      assert.match(bus.health().reason ?? "", /position of topic done is damaged/);
      offsets.values.delete("file_bus:done");
      assert.deepEqual(await inbox.payloads(1), ["1"]);
    }));

  test("a position that cannot be stored shows in health until it can", () =>
    inFolder(async ({ path, open, offsets }) => {
      await writeFile(path, "1\n");
      const bus = await open();
      const inbox = await listen(bus, false);
      const [one] = await inbox.take(1);
      offsets.error = new Error("disk full");
      one?.ack();
      await until(() => bus.health().state === "disconnected");
      assert.match(bus.health().reason ?? "", /^Cannot store how far .* is read: disk full/);
      offsets.error = null;
      await until(() => bus.health().state === "connected");
      assert.match(offsets.values.get("file_bus:done") ?? "", /"offset":2\b/);
    }));

  test("delivers nothing from a file whose first position it cannot store", () =>
    inFolder(async ({ path, open, offsets }) => {
      await writeFile(path, "1\n");
      offsets.error = new Error("disk full");
      const bus = await open();
      const inbox = await listen(bus);
      await until(() => bus.health().state === "disconnected");
      assert.equal(inbox.deliveries.length, 0);
      offsets.error = null;
      assert.deepEqual(await inbox.payloads(1), ["1"]);
    }));

  test("does not read ahead beyond its limit", () =>
    inFolder(async ({ path, open }) => {
      await writeFile(path, "1\n".repeat(300_000));
      const bus = await open();
      const inbox = new Inbox();
      await bus.subscribe("done", { channel: "c", maxInFlight: 1 }, inbox.onDelivery);
      await inbox.take(1);
      await bus.stop();
      assert.equal(inbox.deliveries.length, 1);
      const all = await listen(await open());
      assert.equal((await all.take(300_000)).length, 300_000);
    }));
});
