import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../e2e/flowlord.ts";
import { doneMessage, isLong, Pipeline, randomFrom, SEED } from "./pipeline.ts";

const DONES = 5000;
const KILLS = isLong ? 100 : 10;
const RESTARTS = isLong ? 20 : 3;
/** Enough that each of the kills finds work to interrupt: a group takes 200 at a time. */
const KILL_DONES = isLong ? 40_000 : DONES;
const messages = Array.from({ length: KILL_DONES }, (_, number) => doneMessage(number));

test(`Flowlord killed ${KILLS} times`, { timeout: 900_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const pipeline = await Pipeline.open(t);
  if (pipeline === null) return;
  await pipeline.feed(messages);
  let busy = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const process = pipeline.start();
    // Most moments lie in the work: after so many more results; each fifth is one of the start.
    const mark = pipeline.recorded() + random() * ((1.6 * KILL_DONES) / KILLS);
    if (kill % 5 === 4) await pause(random() * 700);
    else await until(() => pipeline.recorded() >= Math.min(mark, KILL_DONES) || !process.running, 1);
    assert.ok(process.running, `it ran until it was killed:\n${process.err}`);
    await process.kill();
    if (pipeline.recorded() < KILL_DONES) busy += 1;
  }
  t.diagnostic(`${busy} of ${KILLS} kills came while there was work`);
  pipeline.start();
  await pipeline.settles(t, KILL_DONES);
});

test(`nsqd stopped and started ${RESTARTS} times`, { timeout: 600_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const pipeline = await Pipeline.open(t);
  if (pipeline === null) return;
  await pipeline.feed(messages.slice(0, DONES));
  const process = pipeline.start();
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    const mark = pipeline.recorded() + (random() * DONES) / RESTARTS;
    await until(() => pipeline.recorded() >= Math.min(mark, DONES) || !process.running, 1);
    await pipeline.nsqd.process.restart();
  }
  await pipeline.settles(t, DONES);
});

test("SIGTERM with 1,000 in flight", { timeout: 120_000 }, async (t) => {
  const pipeline = await Pipeline.open(t);
  if (pipeline === null) return;
  await pipeline.feed(messages.slice(0, DONES));
  const process = pipeline.start();
  await until(() => pipeline.recorded() > 0, 1);
  const stopped = performance.now();
  process.child.kill("SIGTERM");
  assert.equal((await process.ended).code, 0);
  const took = performance.now() - stopped;
  t.diagnostic(`stopped after ${Math.round(took)} ms, ${pipeline.recorded()} recorded`);
  assert.ok(took < 10_000, "within ten seconds");
  pipeline.start();
  await pipeline.settles(t, DONES);
});
