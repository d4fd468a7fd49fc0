import assert from "node:assert/strict";
import { test } from "node:test";
import { untilSilent } from "../../../src/objects/buckets/silence.ts";

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

test("what goes on comes through, with its errors", async () => {
  async function* pieces(fails: boolean): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a");
    yield Buffer.from("b");
    if (fails) throw new Error("broken off");
  }
  assert.equal(await collected(untilSilent(pieces(false), "x")), "ab");
  await assert.rejects(collected(untilSilent(pieces(true), "x")), /broken off/);
});

test("what falls silent is given up, and told to end", async () => {
  let isEnded = false;
  const silent: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: async () => {
        isEnded = true;
        return { done: true, value: undefined };
      },
    }),
  };
  await assert.rejects(collected(untilSilent(silent, "gs://bucket/x", 20)), {
    code: "unavailable",
    message: "gs://bucket/x stopped answering for 0.02 seconds.",
  });
  assert.ok(isEnded);
});
