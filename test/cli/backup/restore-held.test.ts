import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { connect } from "../../../src/store/sqlite/database/connection.ts";
import { jsonLines, Place } from "../harness.ts";

const CONFIG = 'workflow = "flow.toml"\ntimezone = "UTC"\n[bus]\nbus = "null"\n[sqlite]\nlocal_path = "tasks.db"\n';
const FLOW = '[[phase]]\ntask = "a"\ncron = "0 5 * * *"\ntemplate = "?d={yyyy}-{mm}-{dd}"\n';
const DAY = 86_400_000;

/** A database of three days ago with two tasks that wait, which was just restored; `isStarted`: and started once. */
async function setting(t: TestContext, isStarted = true): Promise<Place> {
  const place = new Place(t, { "flow.toml": FLOW, "flowlord.toml": CONFIG });
  place.now = Date.now();
  for (const day of ["2026-01-02", "2026-01-03"])
    assert.equal((await place.run(["trigger", "a", "--at", day])).code, 0);
  const db = connect(join(place.dir, "tasks.db"), { readonly: false, cacheKib: 256 });
  const then = place.now - 3 * DAY;
  db.prepare(
    `INSERT INTO restores (id, backup_id, data_at, restored_at, reason, kept_aside, state)
     VALUES ('r1', 'b1', ?, ?, 'hand', '/var/lib/tasks.db.replaced', 'held')`,
  ).run(then, place.now);
  db.prepare(
    "INSERT INTO schedules (phase_id, kind, cursor_at, spec, updated_at) VALUES (1, 'cron', ?, '0 5 * * * UTC', 0)",
  ).run(then);
  db.close();
  // Any command that writes starts on it.
  if (isStarted) assert.equal((await place.run(["note", "day:today", "restored"])).code, 0);
  return place;
}

describe("restore status, accept and drop", () => {
  test("say that nothing was restored, and do nothing", async (t) => {
    const place = new Place(t, { "flow.toml": FLOW, "flowlord.toml": CONFIG });
    place.now = Date.now();
    await place.run(["trigger", "a", "--at", "2026-01-02"]);
    for (const act of ["status", "accept", "drop"])
      assert.match((await place.run(["restore", act])).out, /^This database was not restored/);
    const { code, out } = await place.run(["restore", "accept", "--yes"]);
    assert.deepEqual([code, out.startsWith("This database was not restored")], [0, true]);
    assert.equal((await place.run(["restore", "status", "--messages"])).out, "No messages are held by a restore.\n");
  });

  test("list what is held, with counts, and do nothing without --yes", async (t) => {
    const place = await setting(t);
    const { out } = await place.run(["restore", "status"]);
    assert.match(out, /^Restored at .* \(UTC\) to .*; what it replaced is \/var\/lib\/tasks\.db\.replaced\.\n/);
    assert.match(out, /\nTOPIC +WAITED +DECIDED AGAIN\na +2 +0\n/);
    assert.match(out, /\na +flow\.toml +3 /);
    const messages = await place.run(["restore", "status", "--messages", "-n", "1", "--json"]);
    assert.partialDeepStrictEqual(jsonLines(messages.out), [{ topic: "a", cause: "waited", record_id: 1 }]);
    assert.match((await place.run(["restore", "status", "--messages"])).out, /\n2 +a +waited /);
    for (const act of ["accept", "drop"]) {
      const dry = await place.run(["restore", act]);
      assert.equal(dry.code, 0);
      assert.match(dry.out, new RegExp(`Nothing was done: flowlord restore ${act} --yes`));
    }
    const [json] = jsonLines((await place.run(["restore", "drop", "--json"])).out);
    assert.partialDeepStrictEqual(json, { messages: 2, ticks: 3, deciding: false });
  });

  test("accept, while no instance runs, lets the next start send", async (t) => {
    const place = await setting(t);
    const { code, out, err } = await place.run(["restore", "accept", "--yes", "--reason", "never sent"]);
    assert.equal(code, 0, err);
    assert.equal(
      out,
      "Accepted: 2 messages and 3 ticks; what was waiting goes on, and catchup has decided about the ticks.\n",
    );
    assert.match(
      (await place.run(["why", "1"])).out,
      /sent: what the restore of the database held was accepted \(.*: never sent\)/,
    );
    assert.match((await place.run(["restore", "status"])).out, /Nothing is held: what was, was accepted\./);
    const again = await place.run(["restore", "accept", "--yes"]);
    assert.deepEqual([again.code, again.out.includes("Nothing is held")], [0, true]);
  });

  test("drop cancels, and why says so", async (t) => {
    const place = await setting(t);
    const { code, out } = await place.run(["restore", "drop", "--yes", "--reason", "it ran", "--json"]);
    assert.equal(code, 0);
    assert.partialDeepStrictEqual(jsonLines(out), [
      {
        messages: 0,
        ticks: 0,
        restore: { state: "dropped", decided_messages: 2, decided_ticks: 3, decision_reason: "it ran" },
      },
    ]);
    assert.match((await place.run(["why", "2"])).out, /cancelled: what the restore of the database held was dropped/);
  });

  test("refuse words and flags that they do not have", async (t) => {
    const place = await setting(t, false);
    for (const args of [["accept", "now"], ["drop", "--list"], ["status", "-n", "0"], ["nothing"]])
      assert.equal((await place.run(["restore", ...args])).code, 2, args.join(" "));
    assert.equal((await place.run(["restore", "--list", "--server", "http://localhost:1"])).code, 2);
    assert.equal((await place.run(["restore", "status", "--server", "http://localhost:1"])).code, 1);
  });
});
