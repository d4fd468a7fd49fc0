import assert from "node:assert/strict";
import { test } from "node:test";
import { doneBesideAttack } from "./done-beside-attack.ts";

test(
  "an attack is answered as documented, and every result of a task is recorded meanwhile",
  { timeout: 110_000 },
  async (t) => {
    const { alone, beside, answers, instance } = await doneBesideAttack(t, { sockets: 200, seconds: 3 });
    t.diagnostic(
      `done alone p50 ${alone.p50} p99 ${alone.p99} ms, beside the attack p50 ${beside.p50} p99 ${beside.p99} ms`,
    );
    t.diagnostic([...answers].map(([answer, count]) => `${answer}: ${count}`).join("; "));
    // As documented: a caller who asks too often waits.
    const documented =
      /^(?:search (?:200|429)|login (?:401|429)|bomb (?:415|429)|large (?:413|429)|unknown (?:401|429)|pipelined 16, malformed 400)$/;
    for (const answer of answers.keys()) assert.match(answer, documented);
    for (const kind of ["search 200", "login 4", "bomb 415", "large 413", "unknown 401", "pipelined"])
      assert.ok(
        [...answers.keys()].some((answer) => answer.startsWith(kind)),
        kind,
      );
    assert.deepEqual(instance.process.problems, []);
  },
);
