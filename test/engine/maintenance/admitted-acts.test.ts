import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError } from "../../../src/contract/domain-error.ts";
import { admittedBackfills, admittedTasks } from "../../../src/engine/maintenance/admitted-acts.ts";
import { IntakeGate } from "../../../src/engine/maintenance/intake-gate.ts";
import { actOnSelection } from "../../../src/engine/steering/task-actions.ts";
import { JobRunner } from "../../../src/engine/steering/bulk-jobs.ts";
import { taskControl } from "../../../src/engine/steering/task-control.ts";
import { backfillControl } from "../../../src/engine/backfill/backfill-control.ts";
import { phase, report, rigWith, rootTask } from "../rig/drive.ts";

const PERSON = { by: "ann", reason: "" };
const RETRY = { kind: "retry", ...PERSON, children: false, info: null, meta: null, as: "recorded" } as const;

describe("acts of people on a disk that is nearly full", () => {
  it("that make something are refused with the reason, and made again when there is space", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 0 }) + phase("a", { cron: "0 5 * * *" }));
    await report(rig, rootTask(rig, { id: "one" }), "error");
    const ids = rig.stored.tasks().map(({ id }) => id);
    const gate = new IntakeGate();
    const admit = (): void => gate.admit();
    const tasks = admittedTasks(taskControl(rig.context), admit);
    const backfills = admittedBackfills(
      backfillControl(rig.context, () => {}),
      admit,
    );
    const retry = { ...PERSON, ids, children: false, info: null, meta: null, as: "recorded", dry_run: false } as const;
    const onSelection = (dry: boolean) =>
      actOnSelection({ action: "retry", ...retry, dry_run: dry }, { ids }, tasks, rig.context);
    const acts: (() => Promise<unknown>)[] = [
      () => tasks.retry(retry),
      () => tasks.mark({ ...PERSON, ids, result: "complete" }),
      () => tasks.job({ id: null, act: RETRY, ids, begin: true }),
      () => onSelection(false),
      () => backfills.change({ id: 1, act: "retry-failed", ...PERSON }),
      () => backfills.create({} as never),
    ];
    gate.set("the disk of /data has only 1 MB of 1 GB left");
    for (const act of acts)
      await assert.rejects(
        act,
        (error) => error instanceof DomainError && error.code === "disk_nearly_full" && /only 1 MB/.test(error.message),
      );
    assert.equal(rig.stored.tasks().length, 1);

    assert.equal((await tasks.retry({ ...retry, dry_run: true })).length, 1);
    assert.equal((await onSelection(true)).count, 1);
    const [cancelled] = await tasks.cancel({ ...PERSON, ids, children: false });
    assert.match(cancelled?.refused ?? "", /./, "it has ended, which the task says itself");
    await assert.rejects(backfills.change({ id: 1, act: "cancel", ...PERSON }), { code: "unknown_backfill" });

    gate.set(null);
    assert.equal((await tasks.retry(retry))[0]?.refused, null);
    assert.equal(rig.stored.tasks().length, 2);
  });

  it("that were begun before make no task until there is space, while a cancel goes on", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 0 }));
    await report(rig, rootTask(rig, { id: "one" }), "error");
    const ids = rig.stored.tasks().map(({ id }) => id);
    const tasks = taskControl(rig.context);
    let refusal: string | null = "the disk is nearly full";
    const runner = new JobRunner(rig.context, 10, () => refusal);
    const retry = await tasks.job({ id: null, act: RETRY, ids, begin: true });
    const cancel = await tasks.job({ id: null, act: { kind: "cancel", ...PERSON, children: false }, ids, begin: true });
    const state = async (id: number) => (await tasks.job({ id, act: null, ids: [], begin: false })).state;
    for (let step = 0; step < 4; step += 1) assert.notEqual(await runner.run(), null);
    assert.deepEqual([await state(retry.id), await state(cancel.id)], ["running", "done"]);
    assert.equal(rig.stored.tasks().length, 1);
    refusal = null;
    while ((await runner.run()) !== null);
    assert.equal(await state(retry.id), "done");
    assert.equal(rig.stored.tasks().length, 2);
  });
});
