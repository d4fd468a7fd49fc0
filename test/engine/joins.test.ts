import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskMessage } from "../../src/contract/task-message.ts";
import { createTask } from "../../src/engine/create-task.ts";
import { arrive, dataOf, fireAt, phase, report, rigWith, rootTask, schedule, takeOne, takeSent } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

const DAY = "workflow=flow.toml&cron=2026-11-24T00";
const DAY_MS = 86_400_000;
const FIVE = 5 * 3_600_000;
const BATCH = { cron: "0 5 * * *", rule: "meta=region:eu,us,asia", template: "?region={meta:region}" };

function batch(more: Readonly<Record<string, string | number>> = {}): string {
  return phase("load", { ...BATCH, ...more }) + phase("audit", { cron: "0 5 * * *" });
}

async function tick(rig: Rig): Promise<TaskMessage[]> {
  const scheduler = await schedule(rig);
  const at = Math.ceil((rig.now - FIVE) / DAY_MS) * DAY_MS + FIVE;
  return fireAt(rig, scheduler, at);
}

/** Reports all of these with this result; what was sent then. */
async function reportAll(rig: Rig, tasks: readonly TaskMessage[], result = "complete"): Promise<TaskMessage[]> {
  for (const task of tasks) await report(rig, task, result);
  return takeSent(rig);
}

async function trigger(rig: Rig, type: string, more: { at?: number; info?: string; meta?: string } = {}) {
  const { at = null, info = null, meta = "" } = more;
  await createTask({ type, job: "", at, workflow: "", info, meta, by: "test" }, rig.context);
  return takeSent(rig);
}

describe("a join", () => {
  it("starts after the last row of a batch, with one parent too", async (t) => {
    const alone = phase("sum", { dependsOn: "load", join: "all" });
    const rig = await rigWith(t, batch() + phase("report", { dependsOn: "load, audit", join: "all" }) + alone);
    const [audit, ...rows] = (await tick(rig)).toSorted((a, b) => a.type.localeCompare(b.type));
    assert.deepEqual([audit?.type, rows.length], ["audit", 3]);
    assert.deepEqual(
      await reportAll(
        rig,
        [audit, rows[2], rows[0]].flatMap((one) => one ?? []),
      ),
      [],
    );
    await rig.reopen();
    const started = await reportAll(rig, rows.slice(1, 2));
    assert.deepEqual(started.map((one) => one.type).toSorted(), ["report", "sum"]);
  });

  it("pairs the files of a day by the file they came of", async (t) => {
    const from = { dependsOn: "split", inherit_meta: true, template: "{meta:file}" };
    const merge = phase("merge", { dependsOn: "left, right", join: "all", template: "{meta:file}" });
    const rig = await rigWith(
      t,
      phase("split", { files: "/in/*/*" }) + phase("left", from) + phase("right", from) + merge,
    );
    await arrive(rig, "/in/2026-07-01/a", "/in/2026-07-01/b");
    const halves = await reportAll(rig, takeSent(rig));
    const [left = [], right = []] = ["left", "right"].map((type) => halves.filter((one) => one.type === type));
    assert.deepEqual(await reportAll(rig, left), []);
    const merged = await reportAll(rig, right.toReversed());
    assert.deepEqual(
      merged.map((one) => one.info),
      ["/in/2026-07-01/b", "/in/2026-07-01/a"],
    );
  });

  it("pairs phases that wait for the same files by the event", async (t) => {
    const flow = ["a", "b"].map((type) => phase(type, { files: "/in/*/*" })).join("");
    const rig = await rigWith(t, flow + phase("both", { dependsOn: "a, b", join: "all" }));
    await arrive(rig, "/in/2026-07-01/x", "/in/2026-07-01/y");
    const sent = takeSent(rig);
    assert.deepEqual(
      await reportAll(
        rig,
        sent.filter((one) => one.type === "a"),
      ),
      [],
    );
    assert.equal(
      (
        await reportAll(
          rig,
          sent.filter((one) => one.type === "b"),
        )
      ).length,
      2,
    );
  });

  it("pairs the ticks of one instant, not of one hour", async (t) => {
    const flow = ["fast", "slow"].map((type) => phase(type, { cron: "*/15 * * * *" })).join("");
    const rig = await rigWith(t, flow + phase("both", { dependsOn: "fast, slow", join: "all" }));
    const scheduler = await schedule(rig);
    const first = await fireAt(rig, scheduler, rig.now + 900_000);
    const second = await fireAt(rig, scheduler, rig.now + 900_000);
    const [slow, fast] = [first.find((one) => one.type === "slow"), second.find((one) => one.type === "fast")];
    assert.deepEqual(
      await reportAll(
        rig,
        [slow, fast].flatMap((one) => one ?? []),
      ),
      [],
    );
    assert.equal(
      (
        await reportAll(
          rig,
          first.filter((one) => one.type === "fast"),
        )
      ).length,
      1,
    );
  });

  it("does not start while a phase on the way to a parent is unfinished", async (t) => {
    const flow = batch() + phase("clean", { dependsOn: "load", require: "rows" });
    const rig = await rigWith(t, flow + phase("report", { dependsOn: "clean, audit", join: "all" }));
    const sent = await tick(rig);
    const [one, two, three] = sent.filter((task) => task.type === "load");
    await reportAll(
      rig,
      sent.filter((task) => task.type === "audit"),
    );
    if (one === undefined || two === undefined || three === undefined) throw new Error("three rows");
    await report(rig, one, "complete", { meta: `${one.meta}&rows=1` });
    assert.deepEqual(await reportAll(rig, takeSent(rig)), [], "two rows are not loaded yet");
    await report(rig, two, "complete");
    assert.deepEqual(takeSent(rig), []);
    await report(rig, three, "complete");
    assert.equal(takeOne(rig).type, "report", "what a row without a child leaves is no reason to wait");
  });

  it("gives its child the meta of all parents, whoever came last", async (t) => {
    const template = "?f={meta:file}&n={meta:n}&a={meta:a.n}";
    const both = phase("both", { dependsOn: "a, b", join: "all", inherit_meta: true, template, require: "file" });
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const rig = await rigWith(t, both);
      for (const type of order) {
        const meta = type === "a" ? `${DAY}&file=x&n=1` : `${DAY}&n=2&n=3`;
        await report(rig, rootTask(rig, { type, id: type }), "complete", { meta });
      }
      const child = takeOne(rig);
      assert.deepEqual([child.id, child.info], ["b", "?f=x&n=2&a=1"]);
      assert.equal(child.meta, `${DAY}&file=x&n=2&n=3`);
    }
  });

  it("is held by a failed row, until one that is made by hand in its place completes", async (t) => {
    const rig = await rigWith(t, batch() + phase("report", { dependsOn: "load, audit", join: "all" }));
    const sent = await tick(rig);
    const bad = sent.find((one) => one.info === "?region=us");
    if (bad === undefined) throw new Error("no row");
    await report(rig, bad, "error");
    takeSent(rig);
    assert.deepEqual(
      await reportAll(
        rig,
        sent.filter((one) => one !== bad),
      ),
      [],
    );
    assert.deepEqual(dataOf(rig, "join_waiting")["waiting_for"], ["load"]);
    const at = Date.parse(`${sent[0]?.created.slice(0, 10)}T05:00:00Z`);
    const again = await trigger(rig, "load", { at });
    assert.equal(again.length, 3);
    assert.deepEqual(await reportAll(rig, again.slice(0, 2)), []);
    assert.deepEqual(
      (await reportAll(rig, again.slice(2))).map((one) => one.type),
      ["report"],
    );
  });

  it("starts with `join_when = all_done` all the same, with the number of failed tasks", async (t) => {
    const report1 = phase("report", {
      dependsOn: "load, audit",
      join: "all",
      join_when: "all_done",
      template: "?f={meta:failed}",
    });
    const rig = await rigWith(t, batch({ retry: 0 }) + report1);
    const sent = await tick(rig);
    const [one, two, ...others] = sent;
    if (one === undefined || two === undefined) throw new Error("no rows");
    await report(rig, one, "error");
    await report(rig, two, "error");
    takeSent(rig);
    const [child, ...more] = await reportAll(rig, others);
    assert.deepEqual([child?.info, more.length], ["?f=2", 0]);
    assert.match(child?.meta ?? "", /&failed=2$/);
    await report(rig, one, "complete");
    assert.deepEqual(takeSent(rig), [], "a late result starts no second child");
  });

  it("is completed by the children of a task that is made by hand in place of a failed one", async (t) => {
    const from = { dependsOn: "split", template: "?x" };
    const rig = await rigWith(
      t,
      phase("split", { files: "/in/*/*", template: "{meta:file}" }) +
        phase("left", from) +
        phase("right", from) +
        phase("merge", { dependsOn: "left, right", join: "all" }),
    );
    await arrive(rig, "/in/2026-07-01/a");
    const halves = await reportAll(rig, takeSent(rig));
    for (const half of halves) await report(rig, half, half.type === "left" ? "error" : "complete");
    takeSent(rig);
    const again = await trigger(rig, "left", { at: Date.UTC(2026, 6, 1), info: "?x" });
    const merged = await reportAll(rig, again);
    assert.deepEqual(
      merged.map((one) => one.type),
      ["merge"],
    );
  });
});

describe("a phase with on = error", () => {
  it("starts when its parent has no retry left, and does not keep others from starting later", async (t) => {
    const flow = phase("root", { retry: 1 }) + phase("mend", { dependsOn: "root", on: "error" });
    const rig = await rigWith(t, flow + phase("next", { dependsOn: "root" }));
    await report(rig, rootTask(rig), "error");
    rig.now += 60_000;
    await rig.sweep();
    const retry = takeOne(rig);
    await report(rig, retry, "error");
    assert.deepEqual(
      takeSent(rig)
        .map((one) => one.type)
        .filter((one) => one === "mend" || one === "next"),
      ["mend"],
    );
    await report(rig, retry, "complete");
    assert.deepEqual(
      takeSent(rig).map((one) => one.type),
      ["next"],
    );
  });
});
