import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Process, until } from "../e2e/flowlord.ts";
import { doneMessage, isLong, Pipeline } from "./pipeline.ts";
import { randomFrom, SEED } from "../support/seed.ts";
import { RefusingNsqd } from "./refusing-nsqd.ts";

const DONES = 5000;
const STOPS = isLong ? 10 : 2;
const messages = Array.from({ length: DONES }, (_, number) => doneMessage(number));

describe("what nsqd answers", { concurrency: 2 }, () => {
  test(
    `a tenth of FIN and TOUCH refused, and each REQ of ${STOPS} stops in the middle`,
    { timeout: 180_000 },
    async (t) => {
      t.diagnostic(`seed ${SEED}`);
      const random = randomFrom(SEED);
      const refuses = (command: string): boolean => /^(FIN|TOUCH) /.test(command) && random() < 0.1;
      const isRefused = (command: string): boolean => command.startsWith("REQ ") || refuses(command);
      let front: RefusingNsqd | null = null;
      const pipeline = await Pipeline.open(t, {
        msgTimeout: "1s",
        through: async (nsqd) => (front = await RefusingNsqd.start(t, nsqd, isRefused)).address,
      });
      if (pipeline === null) return;
      await pipeline.feed(messages);
      for (let stop = 1; stop <= STOPS; stop += 1) {
        const process: Process = pipeline.start();
        await until(() => pipeline.recorded() >= (DONES * stop) / (2 * STOPS), 1);
        await process.says("Ctrl-C");
        process.child.kill("SIGTERM");
        assert.equal((await process.ended).code, 0, process.err);
      }
      pipeline.start();
      await pipeline.settles(t, DONES);
      const refused = refusals(front);
      t.diagnostic(`refused: ${JSON.stringify(refused)}`);
      assert.ok((refused["FIN"] ?? 0) > DONES / 20 && (refused["REQ"] ?? 0) > 0);
    },
  );

  test("slow: a FIN takes longer than msg_timeout, so nsqd refuses it", { timeout: 180_000 }, async (t) => {
    const pipeline = await Pipeline.open(t, { proxied: true, msgTimeout: "1s" });
    if (pipeline === null) return;
    await pipeline.feed(messages);
    pipeline.proxy?.delay(600);
    const process = pipeline.start();
    await until(() => pipeline.nsqd.process.log.includes("E_FIN_FAILED"));
    await pause(3000);
    assert.ok(process.running);
    t.diagnostic(`${pipeline.recorded()} recorded when it became quick again`);
    pipeline.proxy?.delay(0);
    await pipeline.settles(t, DONES);
  });
});

function refusals(front: RefusingNsqd | null): Readonly<Record<string, number>> {
  return Object.fromEntries(front?.refused ?? []);
}
