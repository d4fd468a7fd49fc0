import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, Place } from "../harness.ts";

const CONFIG = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n',
  "flows/a.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n[[phase]]\ntask = "b"\ndependsOn = "a"\n',
};

/** Tasks of `a`, in a terminal. */
async function place(t: TestContext, count = 2): Promise<Place> {
  const at = new Place(t, CONFIG);
  for (let task = 0; task < count; task++) await at.run(["trigger", "a"]);
  at.width = 120;
  return at;
}

async function states(at: Place): Promise<unknown[]> {
  return jsonLines((await at.run(["tasks", "--json"])).out).map(({ state }) => state);
}

for (const [act, question] of [
  [["cancel", "1", "2"], "Cancel 2 tasks? [y/N]"],
  [["mark", "1", "2", "skipped", "--reason", "x"], "Mark as skipped 2 tasks? [y/N]"],
] as const) {
  test(`${act[0]} asks in a terminal, and does nothing without a yes`, async (t) => {
    const at = await place(t);
    for (const answer of ["n\n", "\n", "", "yess\n"]) {
      const no = await at.run(act, answer);
      assert.deepEqual(no, { code: 1, out: "", err: `${question}\nNothing was done.\n` }, JSON.stringify(answer));
    }
    assert.deepEqual(await states(at), ["queued", "queued"]);
    const yes = await at.run(act, " YES\n");
    assert.equal(yes.code, 0);
    assert.match(yes.err, /^.*\[y\/N\]\nNo instance is running/);
    assert.equal((await states(at)).includes("queued"), false);
  });
}

test("retry and its copy are asked about by their own names", async (t) => {
  const at = await place(t, 1);
  assert.match((await at.run(["retry", "1"], "n\n")).err, /^Retry 1 task\? /);
  assert.match((await at.run(["retry", "1", "--info", "x"], "n\n")).err, /^Copy 1 task\? /);
  assert.deepEqual(await states(at), ["queued"]);
});

test("a task that is named twice, or by its run, is one task", async (t) => {
  const at = await place(t, 1);
  const [{ id = "" } = {}] = jsonLines((await at.run(["tasks", "--json"])).out);
  const cancelled = await at.run(["cancel", "1", "1", String(id), "--yes", "--expect", "1", "--json"]);
  assert.deepEqual(jsonLines(cancelled.out), [{ record_id: 1, changed: 1, refused: null }]);
  assert.equal(cancelled.code, 0);
});

test("a run of several records is refused, and they are named", async (t) => {
  const at = await place(t, 1);
  const [{ id = "" } = {}] = jsonLines((await at.run(["tasks", "--json"])).out);
  await at.run(["mark", "1", "complete", "--reason", "x", "--yes"]);
  const { code, err } = await at.run(["cancel", String(id), "--yes"]);
  assert.equal(code, 2);
  assert.match(err, /has 2 records \(1, 2\): name those that are meant; flowlord lineage shows them all\./);
});

test("at most 20 lines are printed, and all with --json", async (t) => {
  const at = await place(t, 21);
  const { out } = await at.run(["cancel", "-q", "type:a", "--yes"]);
  assert.deepEqual(out.trimEnd().split("\n").slice(19), ["record 20 cancelled", "21 tasks cancelled"]);
  const json = await at.run(["cancel", "-q", "type:a", "--yes", "--json"]);
  assert.equal(json.code, 1);
  assert.equal(jsonLines(json.out).length, 21);
  assert.equal(jsonLines(json.out)[20]?.["refused"], "it is cancelled already");
});

test("--children reaches what followed, and says so where the task itself is done", async (t) => {
  const at = await place(t, 1);
  await at.run(["mark", "1", "complete", "--reason", "x", "--yes"]);
  const cancelled = await at.run(["cancel", "1", "--children", "--yes"]);
  assert.equal(cancelled.out, "record 1: 1 task that followed cancelled\n1 task cancelled\n");
  assert.deepEqual(await states(at), ["cancelled", "finished"]);
  const again = await at.run(["cancel", "1", "--children", "--yes"]);
  assert.equal(again.code, 1);
  assert.match(again.err, /record 1: not cancelled: it is finished already, and so is all that followed from it/);
  assert.equal(
    (await at.run(["retry", "1", "--children", "--yes"])).out,
    "record 1 retried as record 3\n1 task retried\n",
  );
  await at.run(["mark", "3", "complete", "--reason", "x", "--yes"]);
  const types = jsonLines((await at.run(["tasks", "--json"])).out).map(({ record_id: id, type }) =>
    [id, type].join(" "),
  );
  assert.deepEqual(types, ["4 b", "3 a", "2 b", "1 a"]);
  const both = await at.run(["cancel", "1", "2", "--children", "--yes", "--json"]);
  assert.deepEqual(jsonLines(both.out)[0], { record_id: 1, changed: null, refused: null, followed: 1 });
  await at.run(["trigger", "a"]);
  assert.equal((await at.run(["cancel", "5", "--children", "--yes"])).out, "record 5 cancelled\n1 task cancelled\n");
});

test("flags that cannot be meant are refused", async (t) => {
  const at = await place(t, 1);
  for (const [args, message] of [
    [["cancel", "1", "--expect", "-1"], /--expect/],
    [["cancel", "1", "--expect", "two"], /--expect/],
    [["retry", "1", "--as", "current", "--info", "x"], /--as current sends what would be made now: choose one/],
    [["retry", "1", "--as", "current", "--meta", "k=v"], /choose one/],
    [["retry", "1", "--as", "new"], /Allowed choices are recorded, current/],
    [["retry", "1", "--to", "x"], /unknown option '--to'/],
    [["mark", "complete", "--reason", "x"], /Name tasks by the numbers/],
    [["mark", "1", "complete", "--reason", ""], /mark needs --reason/],
  ] as const) {
    const { code, out, err } = await at.run([...args, "--yes"]);
    assert.deepEqual([code, out], [2, ""], err);
    assert.match(err, message);
  }
  assert.deepEqual(await states(at), ["queued"]);
});

test("a job says with --json what became of it", async (t) => {
  const at = await place(t, 0);
  const values = Array.from({ length: 1001 }, (_, n) => n).join(",");
  at.write(
    "flows/a.toml",
    `[[phase]]\ntask = "many"\ncron = "@daily"\ntemplate = "?n={meta:n}"\nrule = "meta=n:${values}"\n`,
  );
  await at.run(["trigger", "many"]);
  const cancelled = await at.run(["cancel", "-q", "type:many", "--json"], "y\n");
  assert.equal(cancelled.code, 0);
  assert.deepEqual(jsonLines(cancelled.out), [
    { id: 1, state: "done", total: 1001, changed: 1001, refused: 0, refusals: [] },
  ]);
  const retried = await at.run(["retry", "-q", "type:many", "--yes", "--expect", "1001"]);
  assert.deepEqual([retried.code, retried.out], [0, "1,001 tasks retried\n"]);
});
