import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { reviewJoins } from "../../../src/engine/joins/review-joins.ts";
import { queryWhyNot } from "../../../src/engine/query-why-not.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import { codes, fireAt, phase, report, rigWith, schedule, takeOne, takeSent } from "../rig/drive.ts";
import { openRig, type Rig } from "../rig/rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const CRON = { cron: "0 5 * * *" };
const A = phase("a", CRON);
const B = phase("b", CRON);
const JOIN = { dependsOn: "a, b", join: "all" };

async function tick(rig: Rig, at = FIVE): Promise<Readonly<Record<string, TaskMessage>>> {
  const sent = await fireAt(rig, await schedule(rig), at);
  return Object.fromEntries(sent.map((task) => [task.type, task]));
}

async function done(rig: Rig, task: TaskMessage | undefined, result = "complete"): Promise<string[]> {
  assert.ok(task !== undefined);
  await report(rig, task, result);
  return takeSent(rig)
    .filter(({ meta }) => !meta.includes("retry=failed"))
    .map(({ type }) => type);
}

async function edit(rig: Rig, flow: string, isDown = false): Promise<string[]> {
  await rig.write("flow.toml", flow);
  const { rejoined } = isDown ? await rig.reopen() : await rig.reload();
  await reviewJoins(rejoined, rig.context);
  return takeSent(rig).map(({ type }) => type);
}

async function whyNot(rig: Rig): Promise<readonly string[]> {
  const sources = { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" };
  const [answer] = await queryWhyNot(
    { type: "sum", job: null, workflow: null, taskTime: { kind: "instant", at: FIVE } },
    sources,
  );
  return answer?.findings.flatMap((one) => [one.sentence, one.why_not?.reason ?? ""]) ?? [];
}

describe("a join whose file is edited", () => {
  it("leaves the slots of its parents as they are", async (t) => {
    const rows = phase("a", { ...CRON, rule: "meta=n:1,2,3", template: "?n={meta:n}", max_active: 1 });
    const rig = await rigWith(t, rows + B + phase("sum", JOIN));
    const { b } = await tick(rig);
    assert.deepEqual(await done(rig, b), []);
    assert.deepEqual(await edit(rig, rows + phase("sum", { ...JOIN, dependsOn: "a" })), []);
    assert.deepEqual(
      rig.stored.tasks().flatMap(({ type, state }) => (type === "a" ? [state] : [])),
      ["queued", "waiting", "waiting"],
    );
  });

  for (const isDown of [false, true]) {
    it(`starts at the ${isDown ? "next start" : "reload"} when what is left of it is complete, once`, async (t) => {
      const rig = await rigWith(t, A + B + phase("sum", JOIN));
      const { a, b } = await tick(rig);
      assert.deepEqual(await done(rig, a), []);
      const left = A + phase("sum", { ...JOIN, dependsOn: "a" });
      assert.deepEqual(await edit(rig, left, isDown), ["sum"]);
      assert.deepEqual(await edit(rig, `${left}\n`), []);
      await rig.reopen();
      assert.deepEqual(await done(rig, b), [], "b is nobody's parent");
      assert.deepEqual(await done(rig, a), []);
    });
  }

  for (const isLost of [false, true]) {
    it(`starts after a restart when the program was killed ${isLost ? "while the edit was saved" : "before it was decided"}`, async (t) => {
      const rig = await rigWith(t, A + B + phase("sum", JOIN));
      const { a } = await tick(rig);
      await done(rig, a);
      const left = A + phase("sum", { ...JOIN, dependsOn: "a" });
      await rig.write("flow.toml", left);
      const save = t.mock.method(rig.store, "saveWorkflows", () => Promise.reject(new Error("killed")), { times: 1 });
      if (isLost) await assert.rejects(rig.reload(), /killed/);
      else save.mock.restore();
      await (isLost ? rig.reopen() : rig.reload());
      // Another edit before the joins are decided starts no less.
      await rig.write("flow.toml", `${left}\n`);
      await rig.reload();
      assert.deepEqual(takeSent(rig), []);
      const { rejoined } = await rig.reopen();
      await reviewJoins(rejoined, rig.context);
      assert.deepEqual(
        takeSent(rig).map(({ type }) => type),
        ["sum"],
      );
    });
  }

  it("does not wait for what a phase left behind that led to a parent", async (t) => {
    const clean = phase("clean", { dependsOn: "b" });
    const rig = await rigWith(t, A + B + clean + phase("sum", { ...JOIN, dependsOn: "a, clean" }));
    const { a } = await tick(rig);
    assert.deepEqual(await edit(rig, A + phase("clean", CRON) + phase("sum", { ...JOIN, dependsOn: "a, clean" })), []);
    assert.deepEqual(await done(rig, a), []);
    const [task] = await createTask(
      { type: "clean", job: "", at: FIVE, workflow: "", info: null, meta: "", by: "test" },
      rig.context,
    );
    assert.equal(task?.type, "clean");
    assert.deepEqual(await done(rig, takeOne(rig)), ["sum"]);
  });

  it("stays as it is when it waits for longer than a day, or was not started for another reason", async (t) => {
    const rig = await rigWith(t, A + B + phase("sum", { ...JOIN, require: "rows" }));
    const first = await tick(rig);
    await done(rig, first["a"]);
    const second = await tick(rig, FIVE + DAY);
    await done(rig, second["a"]);
    await done(rig, second["b"]);
    assert.ok(codes(rig).includes("require_missing"));
    rig.now += HOUR;
    assert.deepEqual(await edit(rig, A + phase("sum", { ...JOIN, dependsOn: "a" })), []);
  });

  it("lets go what a failed task held, when it is to start all the same", async (t) => {
    const rig = await rigWith(t, A + B + phase("sum", JOIN));
    const { a, b } = await tick(rig);
    await done(rig, a, "error");
    await done(rig, b);
    takeSent(rig);
    assert.deepEqual(await edit(rig, A + B + phase("sum", { ...JOIN, join_when: "all_done" })), ["sum"]);
  });

  it("belongs to its own file, also where another has the same phases", async (t) => {
    const flow = A + B + phase("sum", JOIN);
    const rig = await openRig({ workflows: { "x.toml": flow, "y.toml": flow } });
    t.after(() => rig.close());
    const sent = await fireAt(rig, await schedule(rig), FIVE);
    const of = (type: string, name: string) =>
      sent.find((one) => one.type === type && one.meta.includes(`workflow=${name}`));
    assert.deepEqual(await done(rig, of("a", "x.toml")), []);
    assert.deepEqual(await done(rig, of("b", "y.toml")), []);
    await rig.write("y.toml", A + B);
    await rig.write("z.toml", phase("sum", JOIN));
    const { rejoined } = await rig.reload();
    await reviewJoins(rejoined, rig.context);
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(await done(rig, of("b", "x.toml")), ["sum"]);
    assert.deepEqual(await done(rig, of("a", "y.toml")), [], "its join is in another file now");
  });
});

describe("a join", () => {
  it("whose child is paused goes on at the resume, once for each instance", async (t) => {
    const paused = { ...JOIN, paused: true };
    const rig = await rigWith(t, A + B + phase("sum", paused));
    for (const at of [FIVE, FIVE + DAY]) {
      const { a, b } = await tick(rig, at);
      assert.deepEqual([await done(rig, a), await done(rig, b)], [[], []]);
    }
    await rig.reopen();
    assert.equal(await releaseHeld(rig.context), false);
    assert.deepEqual(await edit(rig, A + B + phase("sum", JOIN)), []);
    while (await releaseHeld(rig.context));
    assert.deepEqual(
      takeSent(rig).map(({ meta }) => meta),
      ["workflow=flow.toml&cron=2026-11-25T05", "workflow=flow.toml&cron=2026-11-26T05"],
    );
  });

  it("of a tick that `overlap = skip` left out says so", async (t) => {
    const rig = await rigWith(t, A + phase("b", { ...CRON, overlap: "skip" }) + phase("sum", JOIN));
    await createTask(
      { type: "b", job: "", at: FIVE - DAY, workflow: "", info: null, meta: "", by: "test" },
      rig.context,
    );
    takeSent(rig);
    const { a } = await tick(rig);
    assert.deepEqual(await done(rig, a), []);
    const [reason, , missing, because] = await whyNot(rig);
    assert.equal(reason, "`join=all` waits for `b` (not started); `a` (record 2) completed");
    assert.equal(missing, "its parent `b` has no task for 2026-11-25T05 (UTC)");
    assert.match(because ?? "", /^not started at 2026-11-25 05:00:00Z: `overlap = skip`/);
  });
});
