import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createStdioBus, type StdioBusOptions } from "../../src/bus/stdio.ts";
import { busContract } from "./contract.ts";
import { Inbox, messages } from "./inbox.ts";

const OPTIONS: StdioBusOptions = {
  name: "stdio",
  input: null,
  output: null,
  inTopic: null,
  maxLineBytes: 16 * 1024 * 1024,
  now: Date.now,
};

busContract(
  "stdio",
  async () => ({
    open: async () => {
      const pipe = new PassThrough();
      const bus = createStdioBus({ ...OPTIONS, input: pipe, output: pipe });
      await bus.start();
      return bus;
    },
    cleanUp: async () => {},
  }),
  { capacity: false, topics: false, restart: false },
);

/** Collects writes; with `hold` the first write does not finish before `release`. */
class Collector extends Writable {
  text = "";
  release: () => void = () => {};
  readonly #hold: boolean;

  constructor(hold = false) {
    super();
    this.#hold = hold;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.#hold) this.release = done;
    else done();
  }
}

describe("stdio", () => {
  test("writes each message as a line without its topic", async () => {
    const output = new Collector();
    const bus = createStdioBus({ ...OPTIONS, output });
    await bus.start();
    const results = await Promise.all(
      bus.publish([...messages("a", ['{"n":1}']), ...messages("b", ['{\n  "n": 2\r\n}']), ...messages("c", [" "])]),
    );
    assert.deepEqual(
      results.map((result) => result.status),
      ["sent", "sent", "failed"],
    );
    assert.equal(output.text, '{"n":1}\n{   "n": 2 }\n');
    await bus.stop();
  });

  test("delivers the lines of its input to one topic, also a last one without a newline", async () => {
    const input = new PassThrough();
    const bus = createStdioBus({ ...OPTIONS, input, inTopic: "done" });
    await bus.start();
    const [files, done] = [new Inbox(), new Inbox()];
    await bus.subscribe("files", { channel: "c", maxInFlight: 10 }, files.onDelivery);
    await bus.subscribe("done", { channel: "c", maxInFlight: 10 }, done.onDelivery);
    input.write('{"n":1}\r\n\n  \n{"n":');
    input.write("2}\n");
    input.end('{"n":3}');
    assert.deepEqual(await done.payloads(3), ['{"n":1}', '{"n":2}', '{"n":3}']);
    assert.equal(done.deliveries[0]?.topic, "done");
    assert.equal(done.deliveries[0]?.id, null);
    assert.equal(files.deliveries.length, 0);
    assert.equal(bus.health().state, "connected");
    await bus.stop();
  });

  test("pauses its input while consumers are behind", async () => {
    const input = new PassThrough();
    const bus = createStdioBus({ ...OPTIONS, input });
    await bus.start();
    const inbox = new Inbox();
    await bus.subscribe("done", { channel: "c", maxInFlight: 1 }, inbox.onDelivery);
    const text = "1\n".repeat(1_500);
    input.write(text);
    await inbox.take(1);
    assert.equal(input.isPaused(), true);
    for (let count = 1; count <= 1_500; count += 1) (await inbox.take(count)).at(-1)?.ack();
    assert.equal(input.isPaused(), false);
    await bus.stop();
  });

  test("answers full while its output is blocked, and reports the drain", async () => {
    const output = new Collector(true);
    const bus = createStdioBus({ ...OPTIONS, output });
    await bus.start();
    const rooms: string[] = [];
    bus.onDrain((topic) => rooms.push(topic));
    const [first] = bus.publish(messages("a", ["x".repeat(16 * 1024 * 1024)]));
    const [second] = bus.publish(messages("a", ["y"]));
    assert.deepEqual(await second, { status: "full" });
    output.release();
    assert.deepEqual(await first, { status: "sent" });
    while (rooms.length === 0) await setImmediate();
    assert.deepEqual(rooms, ["a"]);
    await bus.stop();
  });

  test("a broken output fails the message and shows in health", async () => {
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(new Error("broken pipe")),
    });
    const bus = createStdioBus({ ...OPTIONS, name: "stdout", output });
    await bus.start();
    const [result] = await Promise.all(bus.publish(messages("a", ["1"])));
    assert.equal(result?.status, "failed");
    await setImmediate();
    assert.equal(bus.health().state, "disconnected");
    assert.match(bus.health().reason ?? "", /broken pipe/);
    await bus.stop();
  });

  test("a bus without output refuses to publish and says what to do", async () => {
    const bus = createStdioBus({ ...OPTIONS, name: "stdin", input: new PassThrough() });
    await bus.start();
    const [result] = await Promise.all(bus.publish(messages("a", ["1"])));
    assert.match(result?.status === "failed" ? result.error.message : "", /only receives.*out_bus/);
    await bus.stop();
  });
});
