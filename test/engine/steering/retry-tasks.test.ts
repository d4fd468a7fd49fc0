import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RetryOptions } from "../../../src/core/decide/by-hand/retry-task.ts";
import { MAX_NOTES, type NamedTarget } from "../../../src/contract/note-target.ts";
import { parseTaskQuery } from "../../../src/contract/query/task-query-parser.ts";
import { queryClock } from "../../../src/core/time/query-clock.ts";
import { noteControl, notesOn } from "../../../src/engine/notes/note-control.ts";
import { compareTasks, retryAsCurrent, retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { selectTasks } from "../../../src/engine/tasks/select-tasks.ts";
import {
  codes,
  dataOf,
  fireAt,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  schedule,
  takeOne,
  takeSent,
} from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const CRON = { cron: "0 5 * * *" };

function options(more: Partial<RetryOptions> = {}): RetryOptions {
  return { by: "ann", reason: "", withChildren: false, edit: null, ...more };
}

/** Ids of what was made, or why nothing was. */
async function retry(rig: Rig, ids: readonly number[], more: Partial<RetryOptions> = {}) {
  const results = await retryTasks(ids, options(more), rig.context);
  return results.map(({ changed, refused }) => changed ?? refused);
}

function idOf(rig: Rig, type: string): number {
  return rig.stored.tasks().findLast((one) => one.type === type)?.id ?? 0;
}

describe("retry by hand", () => {
  it("sends the task once more as it was sent, as the next attempt, and its completion starts the children once", async (t) => {
    const rig = await rigWith(t, phase("root") + phase("next", { dependsOn: "root" }));
    const root = rootTask(rig);
    await report(rig, root, "error", { meta: `${root.meta}&rows=0` });
    takeSent(rig);
    assert.deepEqual(await retry(rig, [1]), [2]);
    const again = takeOne(rig);
    assert.deepEqual([again.id, again.info, again.type], [root.id, root.info, root.type]);
    assert.match(again.meta, /retry=1/);
    await report(rig, again, "complete");
    assert.equal(takeOne(rig).type, "next");
    await report(rig, again, "complete");
    await report(rig, { ...root, created: root.created }, "complete");
    assert.deepEqual(takeSent(rig), [], "each child once");
  });

  it("keeps the meta that was sent, whatever the worker sent back", async (t) => {
    const rig = await rigWith(t, phase("a", CRON));
    const [sent = rootTask(rig)] = await fireAt(rig, await schedule(rig), FIVE);
    await report(rig, sent, "error", { meta: "workflow=flow.toml&cron=2020-01-01T00&rows=7" });
    takeSent(rig);
    await retry(rig, [1]);
    const again = takeOne(rig);
    assert.equal(again.meta, "cron=2026-11-25T05&retry=1&workflow=flow.toml");
  });

  it("is refused while an attempt is under way, names it, and takes any record of the task", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1, retry_delay: "10m" }));
    await report(rig, rootTask(rig), "error");
    assert.deepEqual(await retry(rig, [1, 99]), [
      "record 2 of it is waiting and has no result yet; cancel it first, or mark it",
      "there is no such record",
    ]);
    rig.now += 3_600_000;
    await rig.sweep();
    await report(rig, takeOne(rig), "error");
    takeSent(rig);
    assert.deepEqual(await retry(rig, [1]), [3], "the attempt after the last");
    assert.deepEqual(records(rig), ["root finished error 0", "root finished error 1", "root queued - 2"]);
  });

  it("of a complete task starts its children again only when asked to", async (t) => {
    const rig = await rigWith(t, phase("root") + phase("next", { dependsOn: "root" }));
    await report(rig, rootTask(rig), "complete");
    await report(rig, takeOne(rig), "complete");
    await retry(rig, [1]);
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.ok(codes(rig).includes("child_exists"));
    await retry(rig, [1], { withChildren: true });
    assert.equal(dataOf(rig, "retried_by_hand")["children"], true);
    const anew = takeOne(rig);
    assert.match(anew.meta, /retry=2/);
    await report(rig, anew, "complete");
    await report(rig, anew, "complete");
    assert.equal(takeOne(rig).type, "next");
    assert.deepEqual(await retry(rig, [1]), [6], "the attempt after the one that began anew");
    assert.match(takeOne(rig).meta, /retry=3/);
  });

  it("with its children leaves it one task: to a query, to the list of its attempts, and to their logs", async (t) => {
    const rig = await rigWith(t, phase("root") + phase("next", { dependsOn: "root" }));
    await report(rig, rootTask(rig), "complete");
    for (let times = 0; times < 2; times++) {
      await retry(rig, [1], { withChildren: true });
      const again = takeSent(rig).find(({ type }) => type === "root") ?? rootTask(rig);
      await report(rig, again, "complete");
    }
    const { reads } = rig.store;
    const query = parseTaskQuery("type:root", queryClock(rig.now, "UTC"));
    assert.deepEqual(await selectTasks(query, reads, null), [5], "its newest record");
    const ids = [1, 3, 5];
    for (const id of ids) {
      assert.deepEqual(
        (await reads.views.attempts(id)).map((row) => row.record_id),
        ids,
      );
      const [record] = await reads.logs.tasks(String(id));
      const attempts = await reads.logs.attempts(record?.first_attempt_id ?? 0);
      assert.deepEqual(
        attempts.map((row) => row.record_id),
        ids,
      );
    }
    assert.deepEqual(await reads.views.firstAttempts([5, 4, 99]), [1, 4, 99]);
  });

  it("with its children leaves it one list of notes, whichever of its attempts is named, and found with each", async (t) => {
    const rig = await rigWith(t, phase("root") + phase("next", { dependsOn: "root" }));
    const control = noteControl(rig.context);
    const on = (record: number): NamedTarget => ({ kind: "task", key: String(record), workflow: null });
    await report(rig, rootTask(rig), "complete");
    await control.add({ target: on(1), text: "disk was full", by: "ann" });
    for (let times = 0; times < 2; times++) {
      await retry(rig, [1], { withChildren: true });
      await report(rig, takeSent(rig).find(({ type }) => type === "root") ?? rootTask(rig), "complete");
    }
    await control.add({ target: on(5), text: "moved to B", by: "bob" });
    const { store } = rig;
    const parts = { reads: store.reads, graph: rig.context.graph(), now: rig.now, zone: "UTC" };
    const texts = async (record: number) => (await notesOn(on(record), parts)).notes.map(({ text }) => text);
    for (const id of [1, 3, 5]) {
      assert.deepEqual(await texts(id), ["disk was full", "moved to B"]);
      const rows = await store.reads.notes.of("task", [1, 3, id]);
      assert.equal(rows.filter((row) => row.target_id === id).length, 2, "in lists by the attempt that they name");
    }
    const found = async (text: string) => {
      const query = parseTaskQuery(text, queryClock(rig.now, "UTC"));
      const { rows } = await store.reads.searchTasks({ query, before: null, limit: 10 });
      return rows.map((row) => row.record_id);
    };
    assert.deepEqual(await found("note:disk"), [5, 3, 1]);
    assert.deepEqual(await found("note:moved OR note:nothing"), [5, 3, 1]);
    assert.deepEqual(await found("-note:*"), [6, 4, 2]);
    await control.remove({ target: on(3), id: 2, by: "ann", reason: "" });
    assert.deepEqual(await texts(1), ["disk was full"]);
    for (let more = 1; more < MAX_NOTES; more++) await control.add({ target: on(5), text: "x", by: "ann" });
    await assert.rejects(control.add({ target: on(1), text: "x", by: "ann" }), /has 100 notes already/);
  });

  it("with its children leaves a run of this one task, which a note may name by its id", async (t) => {
    const rig = await rigWith(t, phase("root"));
    const sent = rootTask(rig);
    await report(rig, sent, "complete");
    await retry(rig, [1], { withChildren: true });
    const target: NamedTarget = { kind: "task", key: sent.id, workflow: null };
    assert.equal((await noteControl(rig.context).add({ target, text: "x", by: "ann" })).target, "root, record 2");
  });

  const joined =
    phase("a", CRON) +
    phase("b", CRON) +
    phase("sum", { dependsOn: "a, b", join: "all", template: "?a={meta:a.x}&b={meta:b.x}" });

  it("meets a join that waits only for it, once", async (t) => {
    const rig = await rigWith(t, joined);
    for (const task of await fireAt(rig, await schedule(rig), FIVE))
      await report(rig, task, task.type === "a" ? "error" : "complete");
    takeSent(rig);
    await retry(rig, [idOf(rig, "a")]);
    const again = takeOne(rig);
    await report(rig, again, "complete", { meta: `${again.meta}&x=2` });
    assert.equal(takeOne(rig).info, "?a=2&b={meta:b.x}");
    await retry(rig, [idOf(rig, "a")]);
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(takeSent(rig), [], "the join was met");
  });

  it("with its children starts a join anew, with what it has of the others", async (t) => {
    const rig = await rigWith(t, joined + phase("end", { dependsOn: "sum, b", join: "all" }));
    for (const task of await fireAt(rig, await schedule(rig), FIVE))
      await report(rig, task, "complete", { meta: `${task.meta}&x=1` });
    const sum = takeOne(rig);
    assert.equal(sum.info, "?a=1&b=1");
    await report(rig, sum, "complete");
    assert.equal(takeOne(rig).type, "end");
    const a = rig.stored.tasks().find(({ type }) => type === "a")?.id ?? 0;
    await retry(rig, [a], { withChildren: true });
    const again = takeOne(rig);
    assert.deepEqual(takeSent(rig), []);
    await rig.reopen();
    rig.sent.length = 0;
    await report(rig, again, "complete", { meta: `${again.meta}&x=2` });
    const anew = takeOne(rig);
    assert.deepEqual([anew.type, anew.info], ["sum", "?a=2&b=1"]);
    await report(rig, anew, "complete");
    assert.equal(takeOne(rig).type, "end");
    assert.deepEqual(takeSent(rig), []);
  });

  it("of one row retries that row alone, and waits for a slot of its phase", async (t) => {
    const rig = await rigWith(
      t,
      phase("a", { ...CRON, rule: "meta=region:eu,us", template: "?r={meta:region}", max_active: 1 }),
    );
    for (let sent = await fireAt(rig, await schedule(rig), FIVE); sent.length > 0; sent = takeSent(rig))
      for (const task of sent) await report(rig, task, "error");
    takeSent(rig);
    assert.equal((await retry(rig, [1, 2])).length, 2);
    const first = takeOne(rig);
    assert.equal(first.info, "?r=eu");
    await report(rig, first, "complete");
    assert.equal(takeOne(rig).info, "?r=us");
  });

  it("as an edited copy is a root of its own, linked both ways", async (t) => {
    const rig = await rigWith(t, phase("root") + phase("next", { dependsOn: "root" }));
    const root = rootTask(rig);
    await report(rig, root, "error");
    takeSent(rig);
    assert.deepEqual(await retry(rig, [1], { edit: { info: "?day=2026-11-23", meta: "region=eu" } }), [2]);
    const copy = takeOne(rig);
    assert.equal(copy.info, "?day=2026-11-23");
    assert.match(copy.meta, /region=eu/);
    assert.notEqual(copy.id, root.id);
    assert.deepEqual(dataOf(rig, "created_by_hand"), { by: "ann", reason: "", copy_of: 1 });
    assert.deepEqual(dataOf(rig, "copied_by_hand"), { by: "ann", copy: 2 });
    await report(rig, copy, "complete");
    assert.equal(takeOne(rig).type, "next");
  });

  it("as current makes info and meta anew for the same task time and row, and says where they differ", async (t) => {
    const batch = (template: string) =>
      phase("a", { ...CRON, rule: "meta=region:eu,us", template }) +
      phase("b", { dependsOn: "a", template: template.replace("r=", "b=") }) +
      phase("sum", { dependsOn: "a, b", join: "all" });
    const rig = await rigWith(t, batch("?day={yyyy}-{mm}-{dd}&r={meta:region}"));
    for (const task of await fireAt(rig, await schedule(rig), FIVE)) await report(rig, task, "complete");
    for (const task of takeSent(rig)) await report(rig, task, "complete");
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(
      (await compareTasks([1, 2, 3], rig.context)).filter(({ recorded, current }) => {
        assert.deepEqual(current, recorded);
        return false;
      }),
      [],
    );
    rig.now += 48 * 3_600_000;
    await rig.write("flow.toml", batch("?at={yyyy}{mm}{dd}&r={meta:region}"));
    await rig.reload();
    const [, us, child] = await compareTasks([1, 2, 3], rig.context);
    assert.deepEqual(us?.recorded.info, "?day=2026-11-25&r=us");
    assert.partialDeepStrictEqual(us?.current, { info: "?at=20261125&r=us" });
    assert.match(typeof child?.current === "string" ? "" : (child?.current.info ?? ""), /^\?at=20261125&b=/);
    const [made] = await retryAsCurrent([2], options(), rig.context);
    assert.equal(made?.refused, null);
    assert.equal(takeOne(rig).info, "?at=20261125&r=us");
    assert.equal(dataOf(rig, "retried_by_hand")["as"], "current");
    const sum = rig.stored.tasks().find(({ type }) => type === "sum")?.id ?? 0;
    const [refused] = await retryAsCurrent([sum], options(), rig.context);
    assert.equal(refused?.refused, "a join has started it, with the meta of several parents");
    await rig.write("flow.toml", phase("c", CRON));
    await rig.reload();
    assert.equal(
      (await retryAsCurrent([1], options(), rig.context))[0]?.refused,
      "its phase is in no workflow file any more",
    );
  });

  it("of an overdue task makes a late result of the old attempt count once", async (t) => {
    const rig = await rigWith(t, phase("a", { ...CRON, timeout: "1m" }) + phase("next", { dependsOn: "a" }));
    const { checkIncomplete } = await import("../../../src/engine/check-incomplete.ts");
    const [late = rootTask(rig)] = await fireAt(rig, await schedule(rig), FIVE);
    rig.now += 3_600_000;
    await checkIncomplete(rig.context);
    await retry(rig, [1]);
    assert.deepEqual(records(rig), ["a cancelled - 0", "a queued - 1"], "its slot goes to the new attempt");
    const again = takeOne(rig);
    await report(rig, late, "complete");
    await report(rig, again, "complete");
    assert.equal(takeOne(rig).type, "next");
  });
});
