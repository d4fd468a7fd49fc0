import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { cancelTasks } from "../../../src/engine/joins/cancel-tasks.ts";
import { queryWhyNot } from "../../../src/engine/query-why-not.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import { codes, dataOf, fireAt, phase, records, report, rigWith, schedule, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const CRON = { cron: "0 5 * * *" };
const LOAD = { ...CRON, rule: "meta=region:eu,us", template: "?region={meta:region}", max_active: 1 };
const REASON = { code: "held_cancelled", phaseId: 0, data: {} } as const;

/** Batch `load`, of which one row goes and one waits, and `audit`. */
function flow(join: Readonly<Record<string, string>> = {}, load: Readonly<Record<string, string>> = {}): string {
  const report1 = phase("report", { dependsOn: "load, audit", join: "all", ...join });
  return phase("load", { ...LOAD, ...load }) + phase("audit", CRON) + report1;
}

async function tick(rig: Rig): Promise<readonly TaskMessage[]> {
  return fireAt(rig, await schedule(rig), FIVE);
}

async function whyNot(rig: Rig): Promise<string> {
  const query = { type: "report", job: null, workflow: null, taskTime: { kind: "instant", at: FIVE } } as const;
  const sources = { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" };
  const [answer] = await queryWhyNot(query, sources);
  return answer?.reason ?? "";
}

function heldOf(rig: Rig): number[] {
  return rig.stored
    .tasks()
    .filter(({ state }) => state === "waiting")
    .map(({ id }) => id);
}

describe("a cancelled task of a join", () => {
  it("starts a join of all_done with it, counted as failed", async (t) => {
    const rig = await rigWith(t, flow({ join_when: "all_done", template: "?f={meta:failed}" }));
    for (const task of await tick(rig)) await report(rig, task, "complete");
    takeSent(rig);
    rig.effects.length = 0;
    const released = rig.stored.tasks().find(({ type, state }) => type === "load" && state === "queued");
    assert.deepEqual(await cancelTasks([released?.id ?? 0], REASON, rig.context), [released?.id]);
    assert.equal(takeOne(rig).info, "?f=1");
    await rig.reopen();
    assert.deepEqual(await cancelTasks([released?.id ?? 0], REASON, rig.context), [], "once");
    assert.deepEqual(takeSent(rig), []);
  });

  it("starts it when it was the last to be decided, or waits for the others", async (t) => {
    const rig = await rigWith(t, flow({ join_when: "all_done" }));
    const sent = await tick(rig);
    await cancelTasks(heldOf(rig), REASON, rig.context);
    assert.deepEqual(takeSent(rig), [], "two are unfinished");
    for (const task of sent) await report(rig, task, "complete");
    assert.match(takeOne(rig).meta, /failed=1$/);
  });

  it("holds a join of all_complete, and why-not calls it cancelled", async (t) => {
    const rig = await rigWith(t, flow());
    const sent = await tick(rig);
    for (const task of sent) await report(rig, task, "complete");
    const rest = takeOne(rig);
    const ids = rig.stored.tasks().flatMap(({ id, state }) => (state === "queued" ? [id] : []));
    await cancelTasks(ids, REASON, rig.context);
    assert.deepEqual(takeSent(rig), []);
    assert.equal(
      await whyNot(rig),
      "`join=all` waits for `load` ?region=us (record 3, cancelled); `load` (record 2) and `audit` (record 1) completed",
    );
    await report(rig, rest, "complete");
    assert.equal(takeOne(rig).type, "report", "its worker had it already, and completed it");
  });

  it("is a retry that waits, too", async (t) => {
    const retried = { retry: 1, retry_delay: "10m" };
    const source = phase("a", { ...CRON, ...retried }) + phase("b", CRON);
    const join = phase("sum", { dependsOn: "a, b", join: "all", join_when: "all_done" });
    const rig = await rigWith(t, source + join);
    for (const task of await tick(rig)) await report(rig, task, task.type === "a" ? "error" : "complete");
    assert.deepEqual(takeSent(rig), []);
    await cancelTasks(heldOf(rig), REASON, rig.context);
    assert.equal(takeOne(rig).type, "sum");
    rig.now += 3_600_000;
    await rig.sweep();
    assert.deepEqual(takeSent(rig), [], "the attempt is not sent");
  });

  it("is one that a reload cancels because its phase is gone", async (t) => {
    const rig = await rigWith(t, flow({ join_when: "all_done" }, { on_removed: "cancel" }));
    const sent = await tick(rig);
    for (const task of sent) if (task.type === "audit") await report(rig, task, "complete");
    const left = phase("report", { dependsOn: "load, audit", join: "all", join_when: "all_done" });
    await rig.write("flow.toml", phase("audit", CRON) + left);
    await rig.reload();
    while (await releaseHeld(rig.context));
    assert.deepEqual(takeSent(rig), [], "the row that a worker has is unfinished");
    assert.ok(records(rig).includes("load cancelled - 0"));
    for (const task of sent) if (task.type === "load") await report(rig, task, "complete");
    assert.equal(takeOne(rig).type, "report");
  });

  it("lets the next one of its phase go", async (t) => {
    const rig = await rigWith(t, flow());
    await tick(rig);
    const [going] = rig.stored.tasks().filter(({ type, state }) => type === "load" && state === "queued");
    await cancelTasks([going?.id ?? 0], REASON, rig.context);
    assert.equal(takeOne(rig).info, "?region=us");
    assert.ok(codes(rig).includes("released"));
    assert.deepEqual(dataOf(rig, "held_cancelled"), {});
  });

  it("is not sent itself when a slot is free, and says nothing of joins that still wait", async (t) => {
    const rig = await rigWith(t, flow());
    await tick(rig);
    await rig.write("flow.toml", flow().replace("max_active = 1", "max_active = 2"));
    await rig.reload();
    const before = codes(rig);
    await cancelTasks(heldOf(rig), REASON, rig.context);
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(codes(rig).slice(before.length), ["held_cancelled"]);
  });

  it("makes the child of a join wait for a slot of its own, and refuses one that is too large", async (t) => {
    const capped = phase("small", { dependsOn: "a, b", join: "all", join_when: "all_done", max_active: 1 });
    const large = phase("large", {
      dependsOn: "a, b",
      join: "all",
      join_when: "all_done",
      template: `?x=${"x".repeat(1_100_000)}`,
    });
    const rig = await rigWith(t, phase("a", CRON) + phase("b", CRON) + capped + large);
    const scheduler = await schedule(rig);
    for (const day of [0, 1]) {
      const sent = await fireAt(rig, scheduler, FIVE + day * 86_400_000);
      for (const task of sent) if (task.type === "a") await report(rig, task, "complete");
      const open = rig.stored.tasks().filter(({ type, state }) => state === "queued" && type === "b");
      await cancelTasks(
        open.map(({ id }) => id),
        REASON,
        rig.context,
      );
    }
    assert.deepEqual(
      records(rig).filter((one) => /^(small|large)/.test(one)),
      ["small queued - 0", "small waiting - 0"],
    );
    assert.ok(codes(rig).includes("task_too_large"));
  });
});
