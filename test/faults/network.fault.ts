import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../e2e/flowlord.ts";
import { doneMessage, isLong, Pipeline } from "./pipeline.ts";
import { randomFrom, SEED } from "../support/seed.ts";

const DONES = 5000;
const CUTS = isLong ? 50 : 8;
const messages = Array.from({ length: DONES }, (_, number) => doneMessage(number));

describe("connections to nsqd", { concurrency: 3 }, () => {
  test(`the connections cut ${CUTS} times, in the middle of a frame`, { timeout: 300_000 }, async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const random = randomFrom(SEED);
    const pipeline = await Pipeline.open(t, { proxied: true });
    if (pipeline === null) return;
    await pipeline.feed(messages);
    pipeline.start();
    for (let cut = 0; cut < CUTS && pipeline.recorded() < DONES; cut += 1) {
      const mark = pipeline.recorded() + (random() * DONES) / CUTS;
      await until(() => pipeline.recorded() >= Math.min(mark, DONES), 1);
      pipeline.proxy?.cutAfter(1 + Math.floor(random() * 5000));
    }
    await pipeline.settles(t, DONES);
  });

  for (const [name, directions] of [
    ["frozen for longer than msg_timeout", ["up", "down"]],
    ["frozen one way: nothing comes from nsqd", ["down"]],
    ["frozen one way: nothing reaches nsqd", ["up"]],
  ] as const) {
    test(`connections ${name}`, { timeout: 180_000 }, async (t) => {
      const pipeline = await Pipeline.open(t, { proxied: true, msgTimeout: "2s" });
      if (pipeline === null) return;
      await pipeline.feed(messages);
      pipeline.start();
      await until(() => pipeline.recorded() > DONES / 10, 1);
      pipeline.proxy?.freeze(...directions);
      await pause(4000);
      const during = pipeline.recorded();
      assert.ok(pipeline.flowlord.running);
      t.diagnostic(`${during} recorded when it thawed`);
      pipeline.proxy?.thaw();
      await pipeline.settles(t, DONES);
    });
  }

  test("garbage on the connections", { timeout: 180_000 }, async (t) => {
    const random = randomFrom(SEED);
    const pipeline = await Pipeline.open(t, { proxied: true });
    if (pipeline === null) return;
    await pipeline.feed(messages);
    pipeline.start();
    for (let time = 1; time <= 5; time += 1) {
      await until(() => pipeline.recorded() >= (DONES * time) / 8, 1);
      pipeline.proxy?.inject(Uint8Array.from({ length: 200 }, () => Math.floor(random() * 256)));
    }
    await pipeline.settles(t, DONES);
  });

  test("connections half-open: nsqd has seen their end, Flowlord has not", { timeout: 180_000 }, async (t) => {
    const pipeline = await Pipeline.open(t, { proxied: true });
    if (pipeline === null) return;
    await pipeline.feed(messages);
    pipeline.start();
    for (const share of [0.1, 0.5]) {
      await until(() => pipeline.recorded() > DONES * share, 1);
      pipeline.proxy?.halfOpen();
    }
    await pipeline.settles(t, DONES);
  });
});
