import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { InstanceFile } from "../../../src/contract/api/instance-api.ts";
import { randomFrom, SEED } from "../../support/seed.ts";
import { freePort, Place, type Process, rows, until } from "../flowlord.ts";

const ROUNDS = 12;
/** By then most requests are done. */
const MOST_MS = 25;

it("a request that is sent again after a kill in its middle is done once", { timeout: 300_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const port = await freePort();
  const place = new Place(t, {
    "flowlord.toml": `workflow = "{config_dir}/flow"
status_port = ${port}
data = "{config_dir}/data"
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/tasks.db"
`,
    "flow/main.toml": '[[phase]]\ntask = "load"\nrule = "cron=@yearly"\ntemplate = "?n={meta:n}"\n',
  });
  const database = place.path("tasks.db");
  const start = async (): Promise<Process> => {
    const process = place.flowlord(["serve"]);
    await until(async () => (await fetch(`http://127.0.0.1:${port}/status`).catch(() => null))?.ok === true);
    return process;
  };
  const made = (round: number): number =>
    rows<{ n: number }>(database, "SELECT count(*) AS n FROM task_records WHERE info = ?", `?n=${round}`)[0]?.n ?? 0;

  /** The status of the answer, and its code; null: none came. */
  async function send(round: number, key: string): Promise<{ status: number; text: string } | null> {
    const { token } = JSON.parse(readFileSync(`${database}.instance`, "utf8")) as InstanceFile;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": key };
    const body = JSON.stringify({ type: "load", info: `?n=${round}` });
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/tasks`, { method: "POST", headers, body });
      return { status: answer.status, text: await answer.text() };
    } catch {
      // It was killed meanwhile.
      return null;
    }
  }

  let flowlord = await start();
  const seen = { answered: 0, lost: 0, committed: 0, unknown: 0, notDone: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const sent = send(round, `key-${round}`);
    // Half of them as soon as the task is there, before or while the answer is written; the others at any time.
    if (round % 2 === 0) await until(() => made(round) > 0, 1);
    else await pause(random() * MOST_MS);
    await flowlord.kill();
    const first = await sent;
    const before = made(round);
    seen[first === null ? "lost" : "answered"] += 1;
    if (first === null && before > 0) seen.committed += 1;

    flowlord = await start();
    const again = await send(round, `key-${round}`);
    assert.ok(again !== null);
    if (again.status === 409) {
      // It was begun, and nobody knows whether it was done: it is looked at, and sent with another key if not.
      assert.match(again.text, /"code":"idempotency_unknown"/);
      assert.equal(first, null, "what was answered is known");
      assert.equal(made(round), before);
      seen.unknown += 1;
      if (before === 0) assert.equal((await send(round, `other-${round}`))?.status, 200);
    } else {
      assert.equal(again.status, 200, again.text);
      if (first === null && before === 0) seen.notDone += 1;
    }
    assert.equal(made(round), 1, `round ${round}`);
    if (first?.status === 200) assert.deepEqual(again, first, "the same answer");
  }
  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen.lost > 0, "some kills came before the answer");
  assert.equal(rows(database, "SELECT 1 FROM task_records").length, ROUNDS);
});
