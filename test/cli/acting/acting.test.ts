import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { test, type TestContext } from "node:test";
import { jsonLines, Place, type Ran } from "../harness.ts";

const CONFIG = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n',
  "flows/a.toml":
    '[[phase]]\ntask = "a"\ncron = "@daily"\n[[phase]]\ntask = "b"\ndependsOn = "a"\n[[phase]]\ntask = "c"\ncron = "@daily"\n',
};

const NOT_RUNNING = "No instance is running: what must be sent is sent at the next start.\n";

/** Two tasks of `a`, one of `c`, of which record 1 has failed. */
async function place(t: TestContext): Promise<Place> {
  const at = new Place(t, CONFIG);
  for (const task of ["a", "a", "c"]) await at.run(["trigger", task]);
  const failed = await at.run(["mark", "1", "error", "--reason", "no disk", "--yes"]);
  assert.deepEqual(failed, { code: 0, out: "record 1 marked error\n1 task marked error\n", err: NOT_RUNNING });
  return at;
}

async function states(at: Place): Promise<unknown[]> {
  const { out } = await at.run(["tasks", "--json"]);
  return jsonLines(out).map(({ record_id: id, state, result }) => [id, state, result].join(" "));
}

function usage(ran: Ran): string {
  assert.deepEqual([ran.code, ran.out], [2, ""], ran.err);
  return ran.err;
}

test("retry runs a failed task once more, and why says who did it", async (t) => {
  const at = await place(t);
  const retried = await at.run(["retry", "1", "--yes", "--reason", "disk replaced"]);
  assert.deepEqual(retried, { code: 0, out: "record 1 retried as record 4\n1 task retried\n", err: NOT_RUNNING });
  const why = await at.run(["why", "4"]);
  assert.match(why.out, /attempt 2 of the same task, retried by hand \(.+: disk replaced\): record 1 was error/);
  const again = await at.run(["retry", "1", "99", "--yes", "--json"]);
  assert.equal(again.code, 1, "no such record");
  const refused = await at.run(["retry", "1", "2", "--yes", "--json"]);
  assert.equal(refused.code, 1);
  assert.deepEqual(
    jsonLines(refused.out).map(({ record_id: id, changed }) => [id, changed]),
    [
      [1, null],
      [2, null],
    ],
  );
});

test("trigger says in why who did it, and why", async (t) => {
  const at = await place(t);
  const ran = await at.run(["trigger", "a", "--reason", "the source was late"]);
  assert.equal(ran.code, 0, ran.err);
  const { username } = userInfo();
  assert.match((await at.run(["why", "4"])).out, new RegExp(`created by hand \\(${username}: the source was late\\)`));
  assert.match((await at.run(["why", "1"])).out, new RegExp(`created by hand \\(${username}\\)`));
  assert.equal((await at.run(["trigger", "a", "--reason"])).code, 2);
});

test("retry with --info makes an edited copy", async (t) => {
  const at = await place(t);
  const copied = await at.run(["retry", "1", "--info", "x", "--meta", "k=v", "--yes"]);
  assert.equal(copied.out, "record 1 copied as record 4\n1 task copied\n");
  const [copy] = jsonLines((await at.run(["tasks", "--json", "-n", "1"])).out);
  assert.deepEqual([copy?.["info"], copy?.["origin"]], ["x", "manual"]);
  assert.match(String(copy?.["meta"]), /k=v/);
  assert.match((await at.run(["why", "4"])).out, /as an edited copy of record 1/);
});

test("retry shows where the task would be another now, and makes it so with --as current", async (t) => {
  const at = await place(t);
  at.write(
    "flows/a.toml",
    '[[phase]]\ntask = "a"\ncron = "@daily"\ntemplate = "?x=1"\n[[phase]]\ntask = "c"\ncron = "@daily"\n',
  );
  const asWas = await at.run(["retry", "1", "--yes"]);
  assert.match(
    asWas.err,
    /^record 1 would be another task now; it is sent as it was:\n {2}info was \n {2}info now \?x=1\n/,
  );
  assert.equal(asWas.code, 0);
  await at.run(["cancel", "1", "--yes"]);
  assert.match((await at.run(["retry", "1", "--yes", "--as", "current"])).err, /it is sent as it would be now:/);
  const [now] = jsonLines((await at.run(["tasks", "--json", "-n", "1"])).out);
  assert.deepEqual([now?.["info"], now?.["attempt"]], ["?x=1", 2]);
});

test("cancel by a query acts on what it finds, and names what it left", async (t) => {
  const at = await place(t);
  const cancelled = await at.run(["cancel", "-q", "type:a", "--yes", "--reason", "wrong day"]);
  assert.equal(cancelled.code, 1);
  assert.equal(cancelled.out, "record 2 cancelled\n1 task cancelled\n");
  assert.match(cancelled.err, /^record 1: not cancelled: it is finished already\n/);
  assert.deepEqual(await states(at), ["3 queued ", "2 cancelled ", "1 finished error"]);
  assert.match((await at.run(["why", "2"])).out, /cancelled by hand \(.+: wrong day\): it was queued/);
});

test("mark complete starts the children", async (t) => {
  const at = await place(t);
  assert.equal((await at.run(["mark", "1", "complete", "--reason", "by hand", "--yes"])).code, 0);
  const [child] = jsonLines((await at.run(["tasks", "--json", "-n", "1"])).out);
  assert.equal(child?.["type"], "b");
  const late = await at.run(["mark", "1", "skipped", "--reason", "x", "--yes"]);
  assert.equal(late.err, `record 1: not marked skipped: it is complete, and what follows from it has started\n`);
  assert.equal(late.code, 1);
  assert.equal((await at.run(["mark", "-q", "type:c", "skipped", "--reason", "no data", "--yes"])).code, 0);
  assert.match((await states(at)).join("\n"), /3 finished skipped/);
});

test("nothing is done without a yes, or with another number than expected", async (t) => {
  const at = await place(t);
  const before = await states(at);
  assert.match(usage(await at.run(["cancel", "-q", "type:a"])), /cancel 2 tasks\? Say --yes, or --yes --expect 2/);
  assert.match(
    usage(await at.run(["cancel", "-q", "type:a", "--yes", "--expect", "3"])),
    /Nothing was done: it would be 2 tasks, and --expect says 3/,
  );
  assert.deepEqual(await states(at), before);
  assert.equal((await at.run(["cancel", "-q", "type:a", "--yes", "--expect", "2"])).code, 1);
});

test("what cannot be meant is refused with what can", async (t) => {
  const at = await place(t);
  assert.match(usage(await at.run(["retry"])), /Name tasks by the numbers of their records/);
  assert.match(usage(await at.run(["retry", "1", "-q", "type:a"])), /or all that a query finds/);
  for (const unknown of ["99", "run-9"]) {
    const { code, err } = await at.run(["cancel", unknown, "--yes"]);
    assert.deepEqual(
      [code, err],
      [1, `flowlord: No task has the record number or run id "${unknown}"; flowlord tasks lists the newest ones.\n`],
    );
  }
  assert.match(
    usage(await at.run(["mark", "1", "--reason", "x"])),
    /mark ends with the result: complete, error or skipped/,
  );
  assert.match(usage(await at.run(["mark", "1", "failed", "--reason", "x"])), /"failed" is called error here/);
  assert.match(usage(await at.run(["mark", "1", "complete"])), /--reason/);
  assert.match(usage(await at.run(["retry", "-q", "tipe:a"])), /tipe/);
  const none = await at.run(["cancel", "-q", "type:zzz", "--yes"]);
  assert.deepEqual([none.code, none.err], [0, "No task matches.\n"]);
});

test("more than 1,000 tasks are a job, done at once when no instance runs", async (t) => {
  const at = await place(t);
  const values = Array.from({ length: 1200 }, (_, n) => n).join(",");
  at.write(
    "flows/a.toml",
    `[[phase]]\ntask = "many"\ncron = "@daily"\ntemplate = "?n={meta:n}"\nrule = "meta=n:${values}"\n`,
  );
  await at.run(["trigger", "many"]);
  const { code, out, err } = await at.run(["cancel", "-q", "type:many", "--yes", "--expect", "1200"]);
  assert.deepEqual([code, out], [0, "1,200 tasks cancelled\n"]);
  assert.equal(err, `job 1: it goes on when this command is stopped\n${NOT_RUNNING}`);
  const again = await at.run(["cancel", "-q", "type:many", "--yes"]);
  assert.equal(again.code, 1);
  assert.match(again.err, /it is cancelled already\n… 1,200 tasks not cancelled\n$/);
});
