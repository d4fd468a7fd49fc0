import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { cancelTasks } from "../../../src/engine/joins/cancel-tasks.ts";
import { queryWhyNot } from "../../../src/engine/query-why-not.ts";
import { alerts, codes, dataOf, fireAt, phase, report, rigWith, rootTask, schedule, takeSent } from "../rig/drive.ts";
import { parseMeta } from "../../../src/core/task/meta.ts";
import type { Rig } from "../rig/rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const CRON = { cron: "0 5 * * *" };
const all = (task: string, dependsOn: string, more: Readonly<Record<string, string | boolean>> = {}): string =>
  phase(task, { dependsOn, join: "all", ...more });

/** The ticks at these times, as sent. */
async function ticks(rig: Rig, ...times: readonly number[]): Promise<readonly TaskMessage[]> {
  const scheduler = await schedule(rig);
  const sent: TaskMessage[] = [];
  for (const at of times.length === 0 ? [FIVE] : times) sent.push(...(await fireAt(rig, scheduler, at)));
  return sent;
}

interface Said {
  readonly result?: string;
  readonly meta?: string;
}

/** Names of what the results of these start, in order. */
async function done(rig: Rig, tasks: readonly TaskMessage[], { result = "complete", meta = "" }: Said = {}) {
  for (const task of tasks) await report(rig, task, result, { meta: meta === "" ? task.meta : `${task.meta}&${meta}` });
  return takeSent(rig).filter((one) => !one.meta.includes("retry=failed"));
}

const names = (tasks: readonly TaskMessage[]) => tasks.map(({ type, job }) => (job === "" ? type : `${type}:${job}`));
const of = (tasks: readonly TaskMessage[], type: string) => tasks.filter((one) => one.type === type);

describe("a join without a common phase", () => {
  it("is two in the hour that autumn doubles", async (t) => {
    const hourly = { cron: "30 * * * *", timezone: "Europe/Berlin" };
    const rig = await rigWith(t, phase("a", hourly) + phase("b", hourly) + all("sum", "a, b"));
    rig.now = Date.UTC(2027, 9, 31, 0);
    const sent = await ticks(rig, Date.UTC(2027, 9, 31, 0, 30), Date.UTC(2027, 9, 31, 1, 30));
    const [a, b] = [of(sent, "a"), of(sent, "b")];
    assert.deepEqual([a.length, b.length, new Set(sent.map(({ meta }) => meta)).size], [2, 2, 1], "the same wall time");
    assert.deepEqual(await done(rig, a), []);
    assert.deepEqual(names(await done(rig, b.slice(1))), ["sum"]);
    assert.deepEqual(names(await done(rig, b.slice(0, 1))), ["sum"]);
  });

  it("of full hours is two in that hour as well", async (t) => {
    const hourly = { cron: "0 * * * *", timezone: "Europe/Berlin" };
    const rig = await rigWith(t, phase("a", hourly) + phase("b", hourly) + all("sum", "a, b"));
    rig.now = Date.UTC(2027, 9, 30, 23, 30);
    const sent = await ticks(rig, Date.UTC(2027, 9, 31, 0), Date.UTC(2027, 9, 31, 1));
    const [a, b] = [of(sent, "a"), of(sent, "b")];
    assert.deepEqual(await done(rig, a.slice(0, 1)), []);
    assert.deepEqual(await done(rig, b.slice(1)), []);
    assert.deepEqual(names(await done(rig, [...a.slice(1), ...b.slice(0, 1)])), ["sum", "sum"]);
  });

  it("meets at the instant, whatever the clocks of its parents show", async (t) => {
    const berlin = { cron: "0 6 * * *", timezone: "Europe/Berlin" };
    const flow = phase("a", berlin) + phase("b", CRON) + phase("c", { cron: "0 6 * * *" });
    const rig = await rigWith(t, flow + all("same", "a, b") + all("other", "a, c"));
    const sent = await ticks(rig, FIVE, FIVE + HOUR);
    assert.deepEqual(await done(rig, of(sent, "a")), []);
    assert.deepEqual(names(await done(rig, of(sent, "c"))), [], "an hour later");
    assert.deepEqual(names(await done(rig, of(sent, "b"))), ["same"]);
  });

  it("meets what another program makes for the hour of its zone", async (t) => {
    const berlin = { cron: "0 6 * * *", timezone: "Europe/Berlin" };
    const rig = await rigWith(t, phase("a", berlin) + phase("b", { timezone: "Europe/Berlin" }) + all("sum", "a, b"));
    const sent = await ticks(rig);
    assert.deepEqual(await done(rig, sent), []);
    const elsewhere = rootTask(rig, { type: "b", meta: "workflow=flow.toml&cron=2026-11-25T06" });
    const [sum] = await done(rig, [elsewhere]);
    assert.equal(sum?.meta, "workflow=flow.toml&cron=2026-11-25T06");
  });

  it("of `@every` joins the ticks of one instant", async (t) => {
    const every = { cron: "@every 10m" };
    const rig = await rigWith(t, phase("a", every) + phase("b", every) + all("sum", "a, b"));
    const scheduler = await schedule(rig);
    const first = await fireAt(rig, scheduler, rig.now + 10 * MINUTE);
    const second = await fireAt(rig, scheduler, rig.now + 10 * MINUTE);
    assert.deepEqual(await done(rig, [...of(first, "a"), ...of(second, "b")]), []);
    assert.deepEqual(names(await done(rig, of(second, "a"))), ["sum"]);
  });
});

describe("the parents of a join", () => {
  it("may be two jobs of one type, or the type of all jobs", async (t) => {
    const flow = phase("load:x", CRON) + phase("load:y", CRON) + phase("other", CRON);
    const rig = await rigWith(t, flow + all("two", "load:x, load:y") + all("any", "load, other"));
    const sent = await ticks(rig);
    assert.deepEqual(await done(rig, [...sent.filter(({ job }) => job === "x"), ...of(sent, "other")]), []);
    assert.deepEqual(
      names(
        await done(
          rig,
          sent.filter(({ job }) => job === "y"),
        ),
      ).toSorted(),
      ["any", "two"],
    );
  });

  it("may be one, written twice", async (t) => {
    const rig = await rigWith(t, phase("a", CRON) + all("sum", "a, a"));
    assert.deepEqual(names(await done(rig, await ticks(rig))), ["sum"]);
  });

  it("may be joins of three levels, each once", async (t) => {
    const leaves = ["a", "b", "c", "d"].map((type) => phase(type, { dependsOn: "root" })).join("");
    const flow = phase("root", CRON) + leaves + all("ab", "a, b") + all("cd", "c, d") + all("top", "ab, cd");
    const rig = await rigWith(t, flow + all("last", "top, root"));
    const sent = await done(rig, await ticks(rig));
    const [ab] = await done(rig, [...of(sent, "b"), ...of(sent, "a")]);
    const [cd] = await done(rig, [...of(sent, "c"), ...of(sent, "d")]);
    assert.deepEqual(await done(rig, cd === undefined ? [] : [cd]), []);
    await rig.reopen();
    takeSent(rig);
    const top = await done(rig, ab === undefined ? [] : [ab]);
    assert.deepEqual(names(top), ["top"]);
    assert.deepEqual(names(await done(rig, top)), ["last"]);
  });

  it("may be a phase and the join above it", async (t) => {
    const leaves = phase("a", { dependsOn: "root" }) + phase("b", { dependsOn: "root" });
    const rig = await rigWith(t, phase("root", CRON) + leaves + all("ab", "a, b") + all("top", "ab, a"));
    const ab = await done(rig, await done(rig, await ticks(rig)));
    assert.deepEqual(names(ab), ["ab"]);
    assert.deepEqual(names(await done(rig, ab)), ["top"]);
  });

  it("may be a batch with one row, and one without rows starts nothing", async (t) => {
    const batch = { ...CRON, template: "?r={meta:r}", "meta-file": "<dir>/rows.json" };
    const flow = phase("load", batch) + all("sum", "load");
    const one = await rigWith(t, flow, { files: { "rows.json": '{"r":"x"}\n' } });
    const sent = await ticks(one);
    assert.deepEqual(names(sent), ["load"]);
    assert.deepEqual(names(await done(one, sent)), ["sum"]);
    const none = await rigWith(t, flow, { files: { "rows.json": "" } });
    assert.deepEqual(await ticks(none), []);
    assert.ok(codes(none).includes("batch_empty"), codes(none).join());
  });

  it("may be children in rows of which one fails, and completes with its retry", async (t) => {
    const rows = { dependsOn: "root", meta: "r:x,y,z", template: "?r={meta:r}", inherit_meta: true, retry: 1 };
    const rig = await rigWith(
      t,
      phase("root", CRON) + phase("rows", rows) + all("sum", "rows", { inherit_meta: true }),
    );
    const [x, y, z] = await done(rig, await ticks(rig));
    assert.ok(x !== undefined && y !== undefined && z !== undefined);
    await done(rig, [x], { result: "error" });
    assert.deepEqual(await done(rig, [z, y, y]), []);
    rig.now += MINUTE;
    await rig.sweep();
    const retry = takeSent(rig);
    const [sum, ...more] = await done(rig, retry);
    assert.deepEqual([sum?.type, parseMeta(sum?.meta ?? "").get("r"), more.length], ["sum", ["x", "y", "z"], 0]);
    assert.deepEqual(await done(rig, retry), [], "done twice");
  });

  it("may be done out of order, before the one that made them", async (t) => {
    const rig = await rigWith(t, phase("a", CRON) + phase("b", { dependsOn: "a" }) + all("sum", "a, b"));
    const sent = await ticks(rig);
    const [a] = sent;
    const b = rootTask(rig, { type: "b", id: a?.id ?? "", info: "", meta: a?.meta ?? "" });
    assert.deepEqual(await done(rig, [b]), []);
    const next = await done(rig, sent);
    assert.deepEqual(names(next), ["b"]);
    assert.deepEqual(names(await done(rig, next)), ["sum"]);
  });

  it("may all fail: with all_done the child goes out with their time", async (t) => {
    const rig = await rigWith(t, phase("a", CRON) + phase("b", CRON) + all("sum", "a, b", { join_when: "all_done" }));
    const [sum, ...more] = await done(rig, await ticks(rig), { result: "error" });
    assert.deepEqual([sum?.meta, more.length], ["workflow=flow.toml&cron=2026-11-25T05&failed=2", 0]);
  });

  it("may end with what follows their failure", async (t) => {
    const flow = phase("a", CRON) + phase("mend", { dependsOn: "a", on: "error" }) + phase("b", CRON);
    const rig = await rigWith(t, flow + all("sum", "mend, b", { join_when: "all_done" }));
    const sent = await ticks(rig);
    assert.deepEqual(await done(rig, of(sent, "b")), []);
    const mend = await done(rig, of(sent, "a"), { result: "error" });
    assert.deepEqual(names(mend), ["mend"]);
    assert.deepEqual(names(await done(rig, mend)), ["sum"]);
  });
});

describe("the meta of failed parents", () => {
  const join = { template: "?n={meta:n}&a={meta:a.n}", inherit_meta: true };
  const seen = (task: TaskMessage | undefined) => {
    const meta = parseMeta(task?.meta ?? "");
    return [task?.type, task?.info, meta.get("n"), meta.get("failed")];
  };

  it("is seen as that of the others, and `failed` counts them whatever they said", async (t) => {
    const flow = phase("a", CRON) + phase("b", CRON) + all("sum", "b, a", { ...join, join_when: "all_done" });
    const rig = await rigWith(t, flow);
    const sent = await ticks(rig);
    await done(rig, of(sent, "a"), { result: "error", meta: "n=1&failed=7" });
    const [sum] = await done(rig, of(sent, "b"), { meta: "n=2" });
    assert.deepEqual(seen(sum), ["sum", "?n=1&a=1", ["1"], ["1"]]);
  });

  it("is that of all when every one failed, whoever came last", async (t) => {
    const flow = phase("a", CRON) + phase("b", CRON) + all("sum", "a, b", { ...join, join_when: "all_done" });
    const both = [];
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const rig = await rigWith(t, flow);
      const sent = await ticks(rig);
      const sums = [];
      for (const type of order) sums.push(...(await done(rig, of(sent, type), { result: "error", meta: `n=${type}` })));
      assert.deepEqual(seen(sums[0]), ["sum", "?n=b&a=a", ["b"], ["2"]]);
      both.push(sums);
    }
    assert.deepEqual(both[0], both[1]);
  });

  it("is that of the newest result where a retry was cancelled, and nothing where there is none", async (t) => {
    const a = phase("a", { ...CRON, retry: 2 });
    const flow = a + phase("b", CRON) + phase("c", { ...CRON, template: "?c" });
    const rig = await rigWith(t, flow + all("sum", "c, b, a", { ...join, join_when: "all_done" }));
    const sent = await ticks(rig);
    for (const n of [1, 2]) {
      const tasks = n === 1 ? of(sent, "a") : takeSent(rig);
      await done(rig, tasks, { result: "error", meta: `n=${n}` });
      rig.now += MINUTE;
      await rig.sweep();
    }
    takeSent(rig);
    const open = rig.stored.tasks().filter(({ state, type }) => state !== "finished" && type !== "b");
    const reason = { code: "retry_cancelled", phaseId: 0, data: {} } as const;
    await cancelTasks(
      open.map(({ id }) => id),
      reason,
      rig.context,
    );
    const [sum] = await done(rig, of(sent, "b"));
    assert.deepEqual(
      seen(sum),
      ["sum", "?n=1&a=1", ["1", "2"], ["2"]],
      "a retry goes out with the meta of the failure",
    );
  });

  it("is seen by a join of failures, and by one whose last parent is cancelled", async (t) => {
    const flow = phase("a", CRON) + phase("b", CRON) + all("mend", "b, a", { ...join, on: "error" });
    const rig = await rigWith(t, flow + all("sum", "b, a", { ...join, join_when: "all_done" }));
    const sent = await ticks(rig);
    await done(rig, of(sent, "a"), { result: "error", meta: "n=1" });
    const b = rig.stored.tasks().find(({ type }) => type === "b");
    await cancelTasks([b?.id ?? 0], { code: "retry_cancelled", phaseId: 0, data: {} }, rig.context);
    const [mend, sum] = takeSent(rig)
      .filter(({ meta }) => !meta.includes("retry=failed"))
      .toSorted((x, y) => (x.type < y.type ? -1 : 1));
    assert.deepEqual(seen(mend), ["mend", "?n=1&a=1", ["1"], undefined]);
    assert.deepEqual(seen(sum), ["sum", "?n=1&a=1", ["1"], ["2"]]);
  });
});

describe("a join of failures", () => {
  it("starts once, when each parent has failed, and not when one is well", async (t) => {
    const rows = phase("a", { ...CRON, rule: "meta=r:x,y", template: "?r={meta:r}" });
    const rig = await rigWith(t, rows + phase("b", { ...CRON, retry: 1 }) + all("mend", "a, b", { on: "error" }));
    for (const isWell of [false, true]) {
      const sent = await ticks(rig, isWell ? FIVE + 24 * HOUR : FIVE);
      const [x, y] = of(sent, "a");
      assert.ok(x !== undefined && y !== undefined);
      assert.deepEqual(await done(rig, [y]), []);
      assert.deepEqual(await done(rig, [x], { result: isWell ? "complete" : "error" }), []);
      assert.deepEqual(await done(rig, of(sent, "b"), { result: "error" }), []);
      rig.now += MINUTE;
      await rig.sweep();
      assert.deepEqual(names(await done(rig, takeSent(rig), { result: "error" })), isWell ? [] : ["mend"]);
    }
    const sources = { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" };
    const query = {
      type: "mend",
      job: null,
      workflow: null,
      taskTime: { kind: "instant", at: FIVE + 24 * HOUR },
    } as const;
    const [answer] = await queryWhyNot(query, sources);
    assert.match(
      answer?.reason ?? "",
      /^`join=all` waits for a failure of `a`; `a` \(record \d+ and 1 more\) completed$/,
    );
  });
});

describe("the child of a join", () => {
  const TWO = phase("a", CRON) + phase("b", CRON);

  it("sees the key of the later parent in dependsOn, rows repeated, and names one by its parent", async (t) => {
    const template = "?n={meta:n}&a={meta:a.n}&b={meta:b.n}";
    const rows = phase("c", { ...CRON, rule: "meta=r:x,y", template: "?r={meta:r}" });
    const rig = await rigWith(t, TWO + rows + all("sum", "c, b, a", { template, inherit_meta: true }));
    const sent = await ticks(rig);
    await done(rig, of(sent, "a"), { meta: "n=1" });
    await done(rig, of(sent, "c").toReversed(), { meta: "n=3" });
    const [sum] = await done(rig, of(sent, "b"), { meta: "n=2" });
    assert.equal(sum?.info, "?n=1&a=1&b=2");
    const meta = parseMeta(sum?.meta ?? "");
    assert.deepEqual([meta.get("n"), meta.get("r")?.toSorted()], [["1"], ["x", "y"]]);
  });

  it("starts when any of them has what it requires, and names what none has", async (t) => {
    const rig = await rigWith(t, TWO + all("sum", "a, b", { require: "x" }) + all("not", "a, b", { require: "y" }));
    const sent = await ticks(rig);
    await done(rig, of(sent, "a"), { meta: "x=1" });
    assert.deepEqual(names(await done(rig, of(sent, "b"))), ["sum"]);
    assert.deepEqual(dataOf(rig, "require_missing")["missing"], ["y"]);
  });

  it("is not made with more meta than a task may have, and an alert says so", async (t) => {
    const rig = await rigWith(t, TWO + all("sum", "a, b", { inherit_meta: true }));
    const sent = await ticks(rig);
    await done(rig, of(sent, "a"), { meta: `x=${"1".repeat(600_000)}` });
    assert.deepEqual(await done(rig, of(sent, "b"), { meta: `y=${"1".repeat(600_000)}` }), []);
    assert.deepEqual(
      alerts(rig).map(({ type }) => type),
      ["task_too_large"],
    );
  });

  for (const [when, expected] of [
    ["all_complete", []],
    ["all_done", ["workflow=flow.toml&cron=2026-11-25T05&failed=1"]],
  ] as const) {
    it(`with ${when} counts a parent as failed whose retry is too large to be made`, async (t) => {
      const flow = phase("a", { ...CRON, retry: 2, max_active: 1 }) + phase("b", CRON);
      const rig = await rigWith(
        t,
        flow + all("sum", "a, b", { join_when: when }) + phase("mend", { dependsOn: "a", on: "error" }),
      );
      const sent = await ticks(rig, FIVE, FIVE + 24 * HOUR);
      assert.deepEqual(names(of(sent, "a")), ["a"]);
      assert.deepEqual(await done(rig, of(sent, "b")), []);
      const x = "1".repeat(1_100_000);
      const next = await done(rig, of(sent, "a"), { result: "error", meta: `x=${x}` });
      assert.deepEqual(names(of(next, "a")), ["a"], "its slot is free");
      assert.deepEqual(names(of(next, "mend")), ["mend"]);
      assert.deepEqual(
        of(next, "sum").map(({ meta }) => meta),
        expected,
      );
      const types = alerts(rig).map(({ type }) => type);
      assert.deepEqual(types.toSorted(), ["retry_exhausted", "task_too_large"]);
    });
  }

  it("waits for a parent that was too large to be made, and why-not names it and why", async (t) => {
    const b = phase("b", { dependsOn: "root", template: "{meta:x}" });
    const sum = all("sum", "a, b", { join_when: "all_done" });
    const rig = await rigWith(t, phase("root", CRON) + phase("a", { dependsOn: "root" }) + b + sum);
    const next = await done(rig, await ticks(rig), { meta: `x=${"1".repeat(1_100_000)}` });
    assert.deepEqual([names(next), await done(rig, next)], [["a"], []]);
    const sources = { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" };
    const taskTime = { kind: "instant", at: FIVE } as const;
    const [answer] = await queryWhyNot({ type: "sum", job: null, workflow: null, taskTime }, sources);
    const said = answer?.findings.flatMap((one) => [one.sentence, one.why_not?.reason ?? ""]) ?? [];
    assert.match(said[0] ?? "", /waits for `b` \(not started\); `a` \(record 2\) completed$/);
    assert.match(said[3] ?? "", /^a task of b was not made: it has \d+ characters/);
  });

  it("starts once when the groups with its parents come again after a restart", async (t) => {
    const rig = await rigWith(t, TWO + all("sum", "a, b"));
    const sent = await ticks(rig);
    assert.deepEqual(names(await done(rig, sent)), ["sum"]);
    await rig.reopen();
    takeSent(rig);
    assert.deepEqual(await done(rig, [...sent, ...sent.toReversed()]), []);
  });
});
