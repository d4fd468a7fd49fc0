import assert from "node:assert/strict";
import { test } from "node:test";
import { assertDocumented, doneBesideAttack } from "./done-beside-attack.ts";

test(
  "an attack is answered as documented, and every result of a task is recorded meanwhile",
  { timeout: 110_000 },
  async (t) => {
    const { alone, beside, answers, instance } = await doneBesideAttack(t, { sockets: 200, seconds: 3 });
    t.diagnostic(
      `done alone p50 ${alone.p50} p99 ${alone.p99} ms, beside the attack p50 ${beside.p50} p99 ${beside.p99} ms`,
    );
    t.diagnostic([...answers].map(([answer, count]) => `${answer}: ${count}`).join("; "));
    assertDocumented(answers);
    assert.deepEqual(instance.process.problems, []);
  },
);
