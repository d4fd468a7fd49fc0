import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTaskQuery } from "../../../src/contract/query/task-query-parser.ts";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { queryClock } from "../../../src/core/time/query-clock.ts";
import { markTasks, retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { fc, tries } from "../../support/seed.ts";
import { deliver, phase, report, rigWith, rootTask, takeOne, takeSent } from "../rig/drive.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import type { StoredTask } from "../rig/reader.ts";

const ANN = { by: "ann", reason: "" };
const RETRY = { ...ANN, withChildren: false, edit: null };
/** Two files with phases of the same names. */
const FLOW = phase("root") + phase("next", { dependsOn: "root" });
const FLOWS = { "flow.toml": FLOW, "other.toml": FLOW };

async function found(rig: Rig, query: string): Promise<readonly number[]> {
  const parsed = parseTaskQuery(query, queryClock(rig.now, "UTC"));
  const page = await rig.store.reads.searchTasks({ query: parsed, before: null, limit: 1000 });
  return page.rows.map((row) => row.record_id).toReversed();
}

const unresolved = (rig: Rig): Promise<readonly number[]> => found(rig, "unresolved:true");

/** The messages come one after the other. */
async function later(rig: Rig, task: TaskMessage, result: string, more: Partial<TaskMessage> = {}): Promise<void> {
  rig.now += 1000;
  await report(rig, task, result, more);
}

describe("an unresolved failure", () => {
  it("is the last attempt of its task, and none once that is complete", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1, retry_delay: "1s" }));
    const root = rootTask(rig);
    await later(rig, root, "error");
    assert.deepEqual(await unresolved(rig), [], "another attempt is on its way");
    rig.now += 5000;
    await rig.sweep();
    const again = takeSent(rig).find(({ type }) => type === "root") ?? root;
    await later(rig, again, "error", { msg: "no rows" });
    assert.deepEqual(await unresolved(rig), [2]);
    takeSent(rig);
    await retryTasks([2], RETRY, rig.context);
    assert.deepEqual(await unresolved(rig), [], "somebody retried it");
    await later(rig, takeOne(rig), "error");
    assert.deepEqual(await unresolved(rig), [3]);
    await later(rig, root, "error");
    assert.deepEqual(await unresolved(rig), [3], "a repeated message of an earlier attempt");
    assert.deepEqual(await found(rig, "unresolved:false"), [1, 2]);
    await markTasks([3], { ...ANN, result: "skipped" }, rig.context);
    assert.deepEqual([await unresolved(rig), await found(rig, "unresolved:*")], [[], [1, 2]]);
  });

  it("is resolved when a copy of it is complete, not when the copy is made", async (t) => {
    const rig = await rigWith(t, FLOW);
    await later(rig, rootTask(rig), "error");
    takeSent(rig);
    await retryTasks([1], { ...RETRY, edit: { info: "?day=2026-11-25", meta: "" } }, rig.context);
    assert.deepEqual(await unresolved(rig), [1]);
    const copy = takeOne(rig);
    await later(rig, copy, "error");
    assert.deepEqual(await unresolved(rig), [1, 2]);
    takeSent(rig);
    await retryTasks([2], RETRY, rig.context);
    await later(rig, takeOne(rig), "complete");
    assert.deepEqual(await unresolved(rig), []);
  });

  it("is resolved by the same work that completes later, in the same workflow, for the same time and info", async (t) => {
    const rig = await rigWith(t, FLOW, { workflows: FLOWS });
    const root = rootTask(rig);
    await later(rig, { ...root, id: "early" }, "complete");
    await later(rig, { ...root, id: "failed" }, "error");
    const [failed = 0] = await unresolved(rig);
    assert.ok(failed > 0);
    await later(rig, { ...root, id: "early" }, "complete");
    await later(rig, { ...root, id: "x1", meta: "workflow=other.toml&cron=2026-11-24T00" }, "complete");
    await later(rig, { ...root, id: "x2", meta: "workflow=flow.toml&cron=2026-11-25T00" }, "complete");
    await later(rig, { ...root, id: "x3", info: "?day=2026-11-24&part=2" }, "complete");
    await later(rig, { ...root, id: "x4" }, "warn");
    assert.deepEqual(await unresolved(rig), [failed]);
    await later(rig, { ...root, id: "same" }, "complete");
    assert.deepEqual(await unresolved(rig), []);
    await later(rig, { ...root, id: "failed" }, "error");
    assert.deepEqual(await unresolved(rig), [], "a repeated message");
  });

  it("stays resolved when what made it well is deleted", async (t) => {
    const rig = await rigWith(t, FLOW);
    const root = rootTask(rig);
    await later(rig, { ...root, id: "failed" }, "error");
    await later(rig, { ...root, id: "same" }, "complete");
    rig.stored.forgetTask(2);
    assert.deepEqual(await unresolved(rig), []);
    assert.deepEqual(await found(rig, "unresolved:false"), [1]);
  });

  it("has the fingerprint of every message that differs in numbers, ids, paths and times alone", async (t) => {
    const rig = await rigWith(t, FLOW);
    const root = rootTask(rig);
    const messages = ["cannot read gs://in/a.csv: row 3", "cannot read /data/in/b.csv: row 417", "no rows", ""];
    for (const [at, msg] of messages.entries())
      await later(rig, { ...root, id: `run-${at}`, info: `?n=${at}` }, "error", { msg });
    const { groups } = await rig.store.reads.views.failures(parseTaskQuery("", queryClock(rig.now, "UTC")), 10);
    assert.deepEqual(
      groups.map(({ count, example }) => [count, example.msg]),
      [
        [2, messages[1]],
        [1, ""],
        [1, "no rows"],
      ],
    );
    const [most] = groups;
    const of = await found(rig, `fingerprint:${most?.fingerprint}`);
    assert.equal(of.length, 2);
  });

  it("is what its definition says, whatever happened, also of failures of an earlier version", async () => {
    const act = fc.record({
      kind: fc.nat(5),
      at: fc.nat(30),
      result: fc.constantFrom("complete", "error", "alert", "warn"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
        const rig = await openRig({ workflows: FLOWS });
        try {
          await perform(rig, acts);
          const tasks = rig.stored.tasks();
          const copies = new Map(
            rig.stored.decisions("copied_by_hand").map((one) => [one.record_id, Number(one.data["copy"])]),
          );
          const wanted = tasks.filter((one) => isUnresolved(one, tasks, copies)).map(({ id }) => id);
          assert.deepEqual(await unresolved(rig), wanted);
          rig.stored.forgetFailures();
          while ((await rig.store.indexSearch(100)).isMore);
          assert.deepEqual(await unresolved(rig), wanted, "read from the history");
        } finally {
          await rig.close();
        }
      }),
      tries(60),
    );
  });
});

async function perform(
  rig: Rig,
  acts: readonly { readonly kind: number; readonly at: number; readonly result: string }[],
): Promise<void> {
  const known = ["a", "b", "c"].flatMap((id) => [
    rootTask(rig, { id }),
    rootTask(rig, { id, info: "?day=2026-11-25" }),
    rootTask(rig, { id, meta: "workflow=other.toml&cron=2026-11-24T00" }),
    rootTask(rig, { id, info: "", meta: "" }),
  ]);
  for (const { kind, at, result } of acts) {
    rig.now += 1000;
    known.push(...takeSent(rig).filter(({ type }) => type === "root" || type === "next"));
    const ids = rig.stored.tasks().map(({ id }) => id);
    const named = ids.length === 0 ? [] : [ids[at % ids.length] ?? 0];
    const edit = kind === 4 ? { info: "?day=2026-11-26", meta: "" } : null;
    if (kind <= 2) await deliver(rig, [{ ...(known[at % known.length] ?? rootTask(rig)), result }]);
    else if (kind <= 4) await retryTasks(named, { ...RETRY, withChildren: at % 2 === 0, edit }, rig.context);
    else await markTasks(named, { ...ANN, result: at % 2 === 0 ? "skipped" : "error" }, rig.context);
  }
}

/** As docs/query-language.md defines it, from all that is recorded. */
function isUnresolved(
  task: StoredTask,
  tasks: readonly StoredTask[],
  copies: ReadonlyMap<number | null, number>,
): boolean {
  if (task.result !== "error" && task.result !== "alert") return false;
  const isAnew = (one: StoredTask): boolean =>
    one.origin === "retry" &&
    one.first_attempt_id === one.id &&
    firstOf(one.parent_id, tasks) === task.first_attempt_id;
  const hasLater = tasks.some(
    (one) => (one.first_attempt_id === task.first_attempt_id && one.attempt > task.attempt) || isAnew(one),
  );
  const isSameWork = (one: StoredTask): boolean =>
    one.id !== task.id &&
    (["type", "job", "workflow", "info", "task_time"] as const).every((key) => one[key] === task[key]);
  const copy = copies.get(task.id) ?? null;
  const isDone = tasks.some(
    (one) =>
      one.result === "complete" &&
      (one.finished_at ?? 0) > (task.finished_at ?? 0) &&
      (isSameWork(one) || (copy !== null && originOf(one, tasks) === copy)),
  );
  return !hasLater && !isDone;
}

function firstOf(id: number | null, tasks: readonly StoredTask[]): number | null {
  return tasks.find((one) => one.id === id)?.first_attempt_id ?? null;
}

/** The first attempt of the task, also of one that began anew. */
function originOf(task: StoredTask, tasks: readonly StoredTask[]): number {
  const first = tasks.find(({ id }) => id === task.first_attempt_id) ?? task;
  if (first.attempt === 0 || first.parent_id === null) return first.id;
  const parent = tasks.find(({ id }) => id === first.parent_id);
  return parent === undefined ? first.id : originOf(parent, tasks);
}
