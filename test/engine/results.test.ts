import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { handleDone } from "../../src/engine/handle-done.ts";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import {
  alerts,
  arrive,
  codes,
  deliver,
  fireAt,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  schedule,
  takeOne,
  takeSent,
} from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

async function deadLetters(rig: Rig): Promise<string[]> {
  const rows = await rig.store.reads.deadLetters({ limit: 50, before: null, includeRedriven: true });
  return rows.map(({ code, topic }) => `${topic} ${code}`).toReversed();
}

const FLOW = phase("root") + phase("next", { dependsOn: "root" });

describe("results", () => {
  it("alert raises an alert at once; warn is only recorded", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig), "alert", { msg: "look here" });
    await report(rig, rootTask(rig, { id: "run-2" }), "warn");
    assert.deepEqual(
      alerts(rig).map(({ type, at_once, message, record_id }) => [type, at_once, message, record_id]),
      [["alert_result", 1, "look here", 1]],
    );
    assert.deepEqual([takeSent(rig), records(rig)], [[], ["root finished alert 0", "root finished warn 0"]]);
  });

  it("that are unknown are recorded, and stored as dead letters too", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig), "Complete");
    await report(rig, rootTask(rig, { id: "run-2" }), "");
    assert.deepEqual(records(rig), ["root finished Complete 0", "root finished - 0"]);
    assert.deepEqual(await deadLetters(rig), ["done unknown_result", "done unknown_result"]);
    assert.deepEqual(codes(rig, "external_task"), ["result_unknown", "result_unknown"]);
    assert.deepEqual(takeSent(rig), []);
  });

  it("that are missing leave a queued task unchanged", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig), "complete");
    const next = takeOne(rig);
    await report(rig, next, "");
    assert.deepEqual(records(rig), ["root finished complete 0", "next queued - 0"]);
    assert.deepEqual(await deadLetters(rig), ["done unknown_result"]);
    await report(rig, next, "complete");
    await report(rig, next, "");
    assert.deepEqual(records(rig)[1], "next finished complete 0");
    assert.equal(codes(rig).at(-1), "duplicate_ignored");
  });

  it("stay: only complete replaces another one, and a known one replaces an unknown", async (t) => {
    for (const [first, second, kept] of [
      ["complete", "error", "complete"],
      ["complete", "alert", "complete"],
      ["error", "warn", "error"],
      ["warn", "alert", "warn"],
      ["error", "complete", "complete"],
      ["alert", "complete", "complete"],
      ["strange", "warn", "warn"],
      ["warn", "strange", "warn"],
      ["strange", "stranger", "strange"],
    ] as const) {
      const rig = await rigWith(t, phase("root"));
      await deliver(rig, [rootTask(rig, { result: first }), rootTask(rig, { result: second })]);
      assert.deepEqual(records(rig), [`root finished ${kept} 0`], `${first}, then ${second}`);
      assert.equal(codes(rig).includes("duplicate_ignored"), kept === first);
    }
  });

  it("keep the worker's times and message", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig), "complete", {
      msg: "42 rows",
      started: "2026-11-24T12:00:01.5+01:00",
      ended: "2026-11-24T12:00:03+01:00",
    });
    const started = Date.UTC(2026, 10, 24, 11, 0, 1, 500);
    const expected = { msg: "42 rows", started, ended: started + 1500, finished_at: rig.now };
    assert.partialDeepStrictEqual(rig.stored.tasks()[0], expected);
  });

  it("of tasks that differ in info, time or attempt are records of their own", async (t) => {
    const rig = await rigWith(t, phase("root"));
    const root = rootTask(rig, { result: "complete" });
    await deliver(rig, [
      root,
      { ...root, info: "?day=2026-11-25" },
      { ...root, created: "2026-11-24T12:00:09Z" },
      { ...root, meta: `${root.meta}&retry=1` },
      root,
    ]);
    assert.equal(records(rig).length, 4);
  });
});

describe("a group", () => {
  it("stores invalid tasks as dead letters, each with its reason, and handles the others", async (t) => {
    const rig = await rigWith(t, FLOW);
    const good = JSON.stringify(rootTask(rig, { result: "complete" }));
    const bad = [
      "not json",
      "null",
      "[]",
      '"text"',
      '{"type":5}',
      '{"info":"?"}',
      '{"type":"a\\u0000b","result":"complete"}',
      JSON.stringify({ type: "root", msg: "x".repeat(17_000_000) }),
    ];
    await handleDone(
      [...bad.slice(0, 4), good, ...bad.slice(4)].map((payload) => ({ topic: "done", payload })),
      rig.context,
    );
    assert.deepEqual(
      (await deadLetters(rig)).map((one) => one.replace("done ", "")),
      ["bad_json", "not_an_object", "not_an_object", "not_an_object", "wrong_type", "no_type", "bad_type", "too_large"],
    );
    assert.deepEqual(records(rig), ["root finished complete 0", "next queued - 0"]);
  });

  it("ignores `__proto__` and other odd keys", async (t) => {
    const rig = await rigWith(t, FLOW);
    const odd = '{"__proto__":{"result":"error"},"constructor":"x","type":"root","id":"r","result":"complete",';
    const payload = `${odd}"meta":"workflow=flow.toml&__proto__=1&cron=2026-11-24T00"}`;
    await handleDone([{ topic: "done", payload }], rig.context);
    assert.deepEqual(records(rig), ["root finished complete 0", "next queued - 0"]);
    assert.equal(takeOne(rig).meta, "workflow=flow.toml&cron=2026-11-24T00");
  });

  it("sees the effects of its earlier messages", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }) + phase("next", { dependsOn: "root" }));
    const root = rootTask(rig);
    await deliver(rig, [
      { ...root, result: "error" },
      { ...root, result: "error" },
      { ...root, result: "complete" },
      { ...root, result: "complete" },
    ]);
    assert.deepEqual(records(rig), ["root finished complete 0", "root cancelled - 1", "next queued - 0"]);
  });

  it("that arrives again as a whole, also after a restart, changes nothing", async (t) => {
    const rig = await rigWith(t, FLOW);
    const group = ["a", "b", "c"].map((id) => rootTask(rig, { id, result: "complete" }));
    await deliver(rig, group);
    const before = rig.stored.tasks();
    await deliver(rig, group);
    await rig.reopen();
    await deliver(rig, group.toReversed());
    assert.deepEqual(rig.stored.tasks(), before);
    // Unconfirmed messages are sent again, and nothing else.
    rig.sent.length = 0;
    await rig.sweep();
    assert.equal(takeSent(rig).length, 3);
  });

  it("that the database cannot store fails as a whole", async (t) => {
    const rig = await rigWith(t, FLOW);
    const fails = { ...rig.context, store: { ...rig.store, ingestDone: () => Promise.reject(new Error("disk full")) } };
    const payload = JSON.stringify(rootTask(rig, { result: "complete" }));
    await assert.rejects(handleDone([{ topic: "done", payload }], fails), /disk full/);
    assert.deepEqual(records(rig), []);
  });
});

describe("counters", () => {
  it("count each record once by hour and day, with its last result", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }) + phase("next", { dependsOn: "root" }));
    const root = rootTask(rig);
    await report(rig, root, "error");
    await report(rig, root, "error");
    await report(rig, root, "complete", { started: "2026-11-24T12:00:10Z", ended: "2026-11-24T12:00:15Z" });
    await report(rig, rootTask(rig, { id: "run-2" }), "strange");
    rig.now += 3_600_000;
    await report(rig, rootTask(rig, { id: "run-3" }), "warn");
    const of = (by: "hour" | "day"): readonly unknown[] =>
      rig.stored.counts(by).map(({ at, type, total, complete, error, warn, unknown, cancelled, run_ms: run }) => {
        return { at, type, total, complete, error, warn, unknown, cancelled, run };
      });
    const hour = Date.UTC(2026, 10, 24, 12);
    const none = { total: 0, complete: 0, error: 0, warn: 0, unknown: 0, cancelled: 0, run: 0 };
    const next = { at: hour, type: "next", ...none, total: 1 };
    const noon = { at: hour, type: "root", ...none, total: 3, complete: 1, unknown: 1, cancelled: 1, run: 5000 };
    const later = { at: hour + 3_600_000, type: "root", ...none, total: 1, warn: 1 };
    assert.deepEqual(of("hour"), [next, noon, later]);
    const day = Date.UTC(2026, 10, 24);
    assert.deepEqual(of("day"), [
      { ...next, at: day },
      { ...noon, at: day, total: 4, warn: 1 },
    ]);
  });
});

describe("a result whose worker dropped the job", () => {
  const flow =
    phase("a:x", { cron: "0 * * * *" }) +
    phase("b:y", { files: "/in/*", retry: 1, max_active: 1 }) +
    phase("c", { dependsOn: "b:y" }) +
    phase("rows", { dependsOn: "a:x" }) +
    phase("rows:p", { dependsOn: "a:x", inherit_meta: true });

  it("answers the task that was sent: it is retried, its children start, and its slot is free", async (t) => {
    const rig = await rigWith(t, flow);
    const [a] = await fireAt(rig, await schedule(rig), rig.now + HOUR);
    assert.ok(a?.job === "x");
    await report(rig, { ...a, job: "" }, "complete");
    await report(rig, { ...a, job: "" }, "complete");
    assert.deepEqual(records(rig).slice(0, 3), ["a finished complete 0", "rows queued - 0", "rows queued - 0"]);
    assert.equal(codes(rig).at(-1), "duplicate_ignored");
    rig.sent.length = 0;
    await arrive(rig, "/in/1", "/in/2");
    const b = takeOne(rig);
    assert.deepEqual([b.job, b.meta.includes("job")], ["y", false]);
    await report(rig, { ...b, job: "" }, "error");
    rig.now += MINUTE;
    await rig.sweep();
    const retry = takeSent(rig).find((task) => task.id === b.id);
    assert.ok(retry?.job === "y");
    await report(rig, { ...retry, job: "" }, "complete");
    assert.deepEqual(
      takeSent(rig).map(({ type, job }) => [type, job]),
      [
        ["c", ""],
        ["b", "y"],
      ],
    );
  });

  it("keeps a record of its own where two jobs would fit, or where it names no time of creation", async (t) => {
    const rig = await rigWith(t, phase("b:y", { dependsOn: "root" }) + phase("b:z", { dependsOn: "root" }));
    await report(rig, rootTask(rig), "complete");
    const [y] = takeSent(rig);
    assert.ok(y !== undefined);
    const made = ["root finished complete 0", "b queued - 0", "b queued - 0"];
    await report(rig, { ...y, job: "", meta: "workflow=flow.toml" }, "complete");
    assert.deepEqual(records(rig), [...made, "b finished complete 0"]);
    const timeless = await rigWith(t, phase("b:y", { dependsOn: "root" }));
    await report(timeless, rootTask(timeless), "complete");
    await report(timeless, { ...takeOne(timeless), job: "", created: "", meta: "workflow=flow.toml" }, "complete");
    assert.deepEqual(records(timeless), [...made.slice(0, 2), "b finished complete 0"]);
  });
});
