import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../e2e/flowlord.ts";
import { topicStats } from "../servers/nsq.ts";
import { doneMessage, isLong, Pipeline } from "./pipeline.ts";
import { randomFrom, SEED } from "../support/seed.ts";

const DONES = 5000;
const KILLS = isLong ? 100 : 10;
const RESTARTS = isLong ? 20 : 3;
/** Enough that each of the kills finds work to interrupt: a group takes 200 at a time. */
const KILL_DONES = isLong ? 40_000 : DONES;
/** Each message costs nsqd a sync of the disk there. */
const LOST_DONES = isLong ? DONES : 1000;
const messages = Array.from({ length: KILL_DONES }, (_, number) => doneMessage(number));

describe("processes ended", { concurrency: 3 }, () => {
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

  test(`nsqd killed ${RESTARTS} times: what it lost is sent again`, { timeout: 600_000 }, async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const random = randomFrom(SEED);
    // Everything on disk at once: else a killed nsqd loses also what it has confirmed, the children among it.
    const pipeline = await Pipeline.open(t, { nsqdFlags: ["-mem-queue-size=0", "-sync-every=1"] });
    if (pipeline === null) return;
    const fed = messages.slice(0, LOST_DONES);
    let again = 0;
    await pipeline.feed(fed);
    const process = pipeline.start();
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      const mark = pipeline.recorded() + (random() * LOST_DONES) / RESTARTS;
      await until(() => pipeline.recorded() >= Math.min(mark, LOST_DONES) || !process.running, 1);
      await pipeline.nsqd.process.kill();
      await pipeline.nsqd.process.restart();
      // nsqd keeps no trace of what was in flight, and who sent it cannot tell: all that is not recorded comes again.
      const recorded = pipeline.recordedIds();
      const unknown = fed.filter((_, number) => !recorded.has(`run-${number}`));
      again += unknown.length;
      await pipeline.feed(unknown);
    }
    t.diagnostic(`${again} results sent again`);
    await pipeline.settles(t, LOST_DONES);
  });

  for (const [name, isFrozen] of [
    ["on their way", false],
    ["while nothing that it says reaches nsqd", true],
  ] as const) {
    test(`SIGTERM with 1,000 in flight ${name}`, { timeout: 120_000 }, async (t) => {
      const pipeline = await Pipeline.open(t, { proxied: true, msgTimeout: "5s" });
      if (pipeline === null) return;
      await pipeline.feed(messages.slice(0, DONES));
      const process = pipeline.start();
      await until(() => pipeline.recorded() > 0, 1);
      await freezeFull(pipeline);
      if (!isFrozen) pipeline.proxy?.thaw();
      const stopped = performance.now();
      process.child.kill("SIGTERM");
      const { code } = await process.ended;
      const took = performance.now() - stopped;
      t.diagnostic(`stopped after ${Math.round(took)} ms with code ${code}, ${pipeline.recorded()} recorded`);
      assert.ok(took < 10_000, "within ten seconds");
      assert.equal(code, 0, process.err);
      pipeline.proxy?.thaw();
      pipeline.start();
      await pipeline.settles(t, DONES);
    });
  }
});

/** Stops what it says to nsqd with 1,000 in flight. It asks for fewer while it is busy: frozen in such a moment nsqd gives no more. */
async function freezeFull({ proxy, nsqd }: Pipeline): Promise<void> {
  for (;;) {
    proxy?.freeze("up");
    for (let look = 0; look < 50; look += 1) {
      if ((await topicStats(nsqd.http, "done")).inFlight === 1000) return;
      await pause(20);
    }
    proxy?.thaw();
    await pause(20);
  }
}
