import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  alerts,
  codes,
  dataOf,
  deliver,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  takeOne,
  takeSent,
} from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

const SECOND_DAY = "workflow=flow.toml&cron=2026-11-25T00";

/** The records whose results a join combined. */
function joined(rig: Rig): number[] {
  return rig.stored
    .relationships()
    .filter(({ kind }) => kind === "join")
    .map((row) => row.parent_id);
}

describe("a child", () => {
  it("has the run's id, the parent's time and meta in its text, and a meta of its own", async (t) => {
    const next = { dependsOn: "root", template: "?d={yyyy}-{mm}-{dd}&r={meta:region}&x={meta:gone}" };
    const rig = await rigWith(t, phase("root") + phase("next:daily", next));
    await report(rig, rootTask(rig), "complete", { meta: "workflow=flow.toml&cron=2026-11-24T05&region=eu" });
    assert.deepEqual(takeOne(rig), {
      ...rootTask(rig),
      type: "next",
      job: "daily",
      info: "?d=2026-11-24&r=eu&x=",
      meta: "workflow=flow.toml&cron=2026-11-24T05&job=daily",
    });
    const child = rig.stored.tasks().find(({ type }) => type === "next");
    assert.partialDeepStrictEqual(child, { parent_id: 1, task_time: Date.UTC(2026, 10, 24, 5), origin: "child" });
    assert.deepEqual(dataOf(rig, "child_started"), { parent: "root" });
  });

  it("follows its parent's type with any job, or one job alone, in the same workflow", async (t) => {
    const flow = phase("any", { dependsOn: "root" }) + phase("one", { dependsOn: "root:x" });
    const rig = await rigWith(t, flow, { workflows: { "flow.toml": flow, "other.toml": flow } });
    await report(rig, rootTask(rig, { job: "x" }), "complete");
    await report(rig, rootTask(rig, { job: "y" }), "complete");
    assert.deepEqual(
      takeSent(rig).map(({ type, meta }) => `${type} ${meta.slice(0, 18)}`),
      ["any workflow=flow.toml", "one workflow=flow.toml", "any workflow=flow.toml"],
    );
    await report(rig, rootTask(rig, { id: "nowhere" }), "complete", { meta: "" });
    assert.deepEqual(takeSent(rig), []);
  });

  it("inherits the parent's meta only on request, without the keys of one attempt", async (t) => {
    const flow = phase("plain", { dependsOn: "root" }) + phase("rich", { dependsOn: "root", inherit_meta: true });
    const rig = await rigWith(t, flow);
    const meta = "workflow=flow.toml&cron=2026-11-24T05&job=j&retry=1&retried=2&delayed=3s&region=a%26b&y=1&y=2";
    await report(rig, rootTask(rig), "complete", { meta });
    assert.deepEqual(
      takeSent(rig).map((one) => one.meta),
      ["workflow=flow.toml&cron=2026-11-24T05", "workflow=flow.toml&cron=2026-11-24T05&region=a%26b&y=1"],
    );
  });

  it("does not take type, job, template or workflow from its rule", async (t) => {
    const rule = "Task=evil&Job=evil&Template=evil&Workflow=evil&job=mine";
    const rig = await rigWith(t, phase("next", { dependsOn: "root", template: "?ok", rule }));
    await report(rig, rootTask(rig), "complete");
    const { type, job, info, meta } = takeOne(rig);
    assert.deepEqual(
      [type, job, info, meta],
      ["next", "mine", "?ok", "workflow=flow.toml&cron=2026-11-24T00&job=mine"],
    );
  });

  it("waits for the meta that it requires", async (t) => {
    const rig = await rigWith(t, phase("next", { dependsOn: "root", rule: "require={meta:a}&require={meta:b}" }));
    for (const [id, extra] of [
      ["none", ""],
      ["half", "&a=1"],
      ["empty", "&a=1&b="],
      ["whole", "&a=1&b=2"],
    ] as const)
      await report(rig, rootTask(rig, { id }), "complete", { meta: `workflow=flow.toml${extra}` });
    assert.equal(takeOne(rig).id, "whole");
    assert.deepEqual(
      rig.stored.decisions("require_missing").map(({ data }) => data),
      [
        { parent: "root", missing: ["a", "b"], has: ["workflow"], version: 1 },
        { parent: "root", missing: ["b"], has: ["workflow", "a"], version: 1 },
        { parent: "root", missing: ["b"], has: ["workflow", "a"], version: 1 },
      ],
    );
    assert.deepEqual(dataOf(rig, "child_started"), { parent: "root", require: { a: "1", b: "2" } });
  });
});

describe("rows of a child's own rule", () => {
  const next = { dependsOn: "root", template: "?x={meta:x}&y={meta:y}&z={meta:z}" };

  it("create a child each, merged over the parent's meta", async (t) => {
    const rig = await rigWith(t, phase("next", { ...next, meta: "x:1,2|y:a,b", inherit_meta: true }));
    await report(rig, rootTask(rig), "complete", { meta: "workflow=flow.toml&x=0&z=9" });
    assert.deepEqual(
      takeSent(rig).map(({ info, meta }) => `${info} ${meta}`),
      ["?x=1&y=a&z=9 workflow=flow.toml&x=1&z=9&y=a", "?x=2&y=b&z=9 workflow=flow.toml&x=2&z=9&y=b"],
    );
  });

  it("come from a meta-file too, reloaded for each group", async (t) => {
    const rig = await rigWith(t, phase("next", { ...next, "meta-file": "<dir>/workflows/rows.csv" }), {
      workflows: {
        "flow.toml": phase("next", { ...next, "meta-file": "<dir>/workflows/rows.csv" }),
        "rows.csv": "x,y\n1,a\n",
      },
    });
    await report(rig, rootTask(rig), "complete");
    assert.equal(takeOne(rig).info, "?x=1&y=a&z=");
    await rig.write("rows.csv", "x\n7\n8\n");
    await report(rig, rootTask(rig, { id: "run-2" }), "complete");
    assert.deepEqual(
      takeSent(rig).map(({ info }) => info),
      ["?x=7&y=&z=", "?x=8&y=&z="],
    );
  });

  it("that are unusable create no child, and the history says why", async (t) => {
    const rig = await rigWith(
      t,
      phase("a", { ...next, "meta-file": "<dir>/none.json" }) +
        phase("b", { ...next, meta: "x:1,2|y:1" }) +
        phase("c", { ...next, "meta-file": "<dir>/empty.json" }) +
        phase("d", { ...next, meta: "x:1", "meta-file": "<dir>/empty.json" }),
      { files: { "empty.json": "\n" } },
    );
    await report(rig, rootTask(rig), "complete");
    assert.deepEqual(takeSent(rig), []);
    const told = (): string[] => alerts(rig).map(({ type, task_type, state }) => `${type} ${task_type} ${state}`);
    assert.deepEqual(told(), ["workflow_invalid a open", "workflow_invalid b open", "workflow_invalid d open"]);
    const reasons = rig.stored.decisions().filter((decision) => decision.record_id === 1);
    assert.match(JSON.stringify(reasons[1]?.data), /none\.json/);
    assert.match(JSON.stringify(reasons[2]?.data), /x has 2, y has 1/);
    assert.match(JSON.stringify(reasons[4]?.data), /meta and meta-file are both given/);
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ["external_task", "no_rows", "no_rows", "batch_empty", "no_rows", "result_recorded"],
    );
    await writeFile(join(rig.dir, "none.json"), '{"x":"1"}\n');
    await report(rig, rootTask(rig, { id: "run-2" }), "complete");
    assert.equal(takeOne(rig).type, "a");
    assert.deepEqual(told(), ["workflow_invalid a resolved", "workflow_invalid b open", "workflow_invalid d open"]);
  });

  it("with `by` and `for` on a child change nothing", async (t) => {
    const rig = await rigWith(t, phase("next", { ...next, for: "72h", by: "day" }));
    await report(rig, rootTask(rig), "complete");
    assert.equal(takeOne(rig).type, "next");
  });
});

describe("a circle of phases", () => {
  it("ends where a phase would follow from itself for the same task time", async (t) => {
    const rig = await rigWith(
      t,
      phase("root", { dependsOn: "b" }) + phase("a", { dependsOn: "root" }) + phase("b", { dependsOn: "a" }),
    );
    await report(rig, rootTask(rig), "complete");
    await report(rig, takeOne(rig), "complete");
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.equal(codes(rig).at(-2), "cycle");
    assert.deepEqual(records(rig).length, 3);
  });

  it("of one phase does not even begin, also when the first task came from outside", async (t) => {
    const rig = await rigWith(t, phase("root", { dependsOn: "root" }));
    await report(rig, rootTask(rig), "complete");
    assert.deepEqual([takeSent(rig), codes(rig)], [[], ["external_task", "cycle", "result_recorded"]]);
  });

  it("goes on over retries, and still stops", async (t) => {
    const rig = await rigWith(
      t,
      phase("root", { dependsOn: "a", retry: 1 }) + phase("a", { dependsOn: "root", retry: 1 }),
    );
    for (const round of [0, 1]) {
      const task = round === 0 ? rootTask(rig) : takeOne(rig);
      await report(rig, task, "error");
      rig.now += 60_000;
      rig.sent.length = 0;
      await rig.sweep();
      await report(rig, takeOne(rig), "complete");
    }
    assert.deepEqual(takeSent(rig), []);
    assert.equal(codes(rig).filter((code) => code === "cycle").length, 1);
  });

  it("that a require guards goes on as long as the meta meets it", async (t) => {
    const rig = await rigWith(t, phase("root", { dependsOn: "root", require: "{meta:more}" }));
    await report(rig, rootTask(rig), "complete", { meta: "workflow=flow.toml&more=1" });
    const second = takeOne(rig);
    await report(rig, second, "complete", { meta: `${second.meta}&more=1` });
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.equal(codes(rig).at(-2), "require_missing");
  });
});

describe("a phase with several parents", () => {
  const any = phase("next", { dependsOn: "a, b:x" });
  const all = phase("next", { dependsOn: "a, b:x", join: "all", template: "?d={dd}" });

  it("starts after any of them", async (t) => {
    const rig = await rigWith(t, any);
    await report(rig, rootTask(rig, { type: "a" }), "complete");
    await report(rig, rootTask(rig, { type: "b", job: "x" }), "complete");
    await report(rig, rootTask(rig, { type: "b", job: "y" }), "complete");
    assert.equal(takeSent(rig).length, 2);
  });

  it("with join = all starts once, when all are complete for the same task time", async (t) => {
    const rig = await rigWith(t, all);
    await report(rig, rootTask(rig, { type: "a" }), "complete");
    await report(rig, rootTask(rig, { type: "b", job: "x", id: "day-2", meta: SECOND_DAY }), "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(dataOf(rig, "join_waiting"), {
      parent: "b:x",
      waiting_for: ["a"],
      arrived: { "b:x": null },
      version: 1,
    });
    await rig.reopen();
    await report(rig, rootTask(rig, { type: "b", job: "x", id: "other-run" }), "complete");
    const next = takeOne(rig);
    assert.deepEqual([next.id, next.info], ["other-run", "?d=24"]);
    assert.deepEqual(dataOf(rig, "child_started"), { parent: "b:x", join: { a: 1, "b:x": null } });
    assert.deepEqual(joined(rig), [1, 3]);
    await report(rig, rootTask(rig, { type: "a", id: "day-2", meta: SECOND_DAY }), "complete");
    assert.equal(takeOne(rig).info, "?d=25");
  });

  it("joins by run where the parents have no time", async (t) => {
    const rig = await rigWith(t, all);
    const untimed = { info: "", meta: "workflow=flow.toml" };
    await report(rig, rootTask(rig, { type: "a", ...untimed, id: "one" }), "complete");
    await report(rig, rootTask(rig, { type: "b", job: "x", ...untimed, id: "two" }), "complete");
    assert.deepEqual(takeSent(rig), []);
    await report(rig, rootTask(rig, { type: "b", job: "x", ...untimed, id: "one" }), "complete");
    assert.equal(takeOne(rig).id, "one");
  });

  it("waits for a parent that fails until a retry completes", async (t) => {
    const rig = await rigWith(t, phase("a", { retry: 1 }) + all);
    await report(rig, rootTask(rig, { type: "b", job: "x" }), "complete");
    await report(rig, rootTask(rig, { type: "a" }), "error");
    rig.now += 60_000;
    await rig.sweep();
    await report(rig, takeOne(rig), "complete");
    assert.equal(takeOne(rig).type, "next");
  });

  it("that was complete starts over when its parents run again", async (t) => {
    const rig = await rigWith(t, all);
    const a = rootTask(rig, { type: "a" });
    const b = rootTask(rig, { type: "b", job: "x" });
    await deliver(rig, [
      { ...a, result: "complete" },
      { ...b, result: "complete" },
    ]);
    takeOne(rig);
    await deliver(rig, [
      { ...a, result: "complete" },
      { ...b, result: "complete" },
    ]);
    assert.deepEqual(takeSent(rig), [], "repeats are no new run");
    await report(rig, { ...b, id: "again" }, "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(dataOf(rig, "join_waiting"), {
      parent: "b:x",
      waiting_for: ["a"],
      arrived: { "b:x": null },
      version: 1,
    });
    await report(rig, { ...a, id: "again" }, "complete");
    assert.equal(takeOne(rig).id, "again");
  });

  it("uses the latest result of a parent that finished twice before it was complete", async (t) => {
    const rig = await rigWith(t, all);
    for (const id of ["first", "second"]) await report(rig, rootTask(rig, { type: "a", id }), "complete");
    await report(rig, rootTask(rig, { type: "b", job: "x" }), "complete");
    takeOne(rig);
    assert.deepEqual(joined(rig), [2, 3]);
  });
});

describe("the workflow named in meta", () => {
  it("decides which rules retry, alert and follow a task", async (t) => {
    const rig = await rigWith(t, "", {
      workflows: {
        "a.toml": phase("root", { retry: 5 }) + phase("next-a", { dependsOn: "root" }),
        "b.toml": phase("root", { no_alert: true }) + phase("next-b", { dependsOn: "root" }),
      },
    });
    await report(rig, rootTask(rig, { id: "fails" }), "error", { meta: "workflow=b.toml" });
    assert.deepEqual([rig.sent.splice(0).length, alerts(rig)], [1, []]);
    await report(rig, rootTask(rig, { id: "works" }), "complete", { meta: "workflow=b.toml" });
    assert.equal(takeOne(rig).type, "next-b");
    await report(rig, rootTask(rig, { id: "unnamed" }), "error", { meta: "" });
    assert.notEqual(await rig.store.nextDueAt([]), null, "the first file in path order has a retry");
  });
});
