import assert from "node:assert/strict";
import { it } from "node:test";
import { parseTaskMessage, type TaskMessage } from "../../../src/contract/task-message.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import { BackfillRunner } from "../../../src/engine/backfill/advance-backfills.ts";
import { cancelByHand, retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { advanceJobs, bulkJob, JobRunner } from "../../../src/engine/steering/bulk-jobs.ts";
import { PauseError, pauseControl } from "../../../src/engine/steering/pauses.ts";
import { recordDrain } from "../../../src/engine/steering/record-drain.ts";
import type { JobAct } from "../../../src/contract/api/tasks/task-control-api.ts";
import { begin } from "../backfill/ask.ts";
import { deliver, phase, rootTask } from "../rig/drive.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import { fc, tries } from "../../support/seed.ts";

/** A chain, a batch, and joins of both; a phase with a cap, and retries of its own; a chain of a backfill. */
const FLOW = [
  phase("root", { retry: 1 }),
  phase("rows", { dependsOn: "root", meta: "r:1,2,3", template: "?r={meta:r}", inherit_meta: true, max_active: 2 }),
  phase("side", { dependsOn: "root", retry: 2, retry_delay: "90s" }),
  phase("next", { dependsOn: "rows", template: "?n={meta:r}", inherit_meta: true }),
  phase("sum", { dependsOn: "next, side", join: "all" }),
  phase("end", { dependsOn: "sum, rows", join: "all" }),
  phase("a", { cron: "0 5 * * *", template: "?day={yyyy}-{mm}-{dd}", retry: 1, max_active: 2 }),
  phase("b", { dependsOn: "a", template: "?day={yyyy}-{mm}-{dd}" }),
].join("");
const DAYS = ["2026-11-01", "2026-11-03"] as const;

const PERSON = { by: "ann", reason: "why" };
const ALL = { type: null, job: null, workflow: null };
/** What a person pauses. */
const SCOPES = [ALL, ...["root", "rows", "next", "a"].map((type) => ({ ...ALL, type }))];
const RESULTS = ["complete", "complete", "error", "error", "warn", "alert", "strange"];

/** Numbers from 0 up to below `limit`. */
type Dice = (limit: number) => number;

function diceOf(seed: number): Dice {
  let state = seed | 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) % limit;
  };
}

function tasksSent(rig: Rig, dice: Dice | null = null): TaskMessage[] {
  const rows = rig.sent.splice(0);
  rig.store.outboxSent(rows.filter(() => dice === null || dice(6) > 0));
  return rows.filter(({ topic }) => topic !== "retry-failed").map(({ payload }) => parseTaskMessage(payload));
}

function pauses(rig: Rig) {
  return pauseControl(rig.context, async () => {
    await rig.reload();
    while (await releaseHeld(rig.context));
  });
}

/** Nothing happens where nothing is paused. */
async function resume(rig: Rig, scope: (typeof SCOPES)[number], drop: boolean): Promise<void> {
  await pauses(rig)
    .resume({ ...scope, drop, by: "ann", reason: "" })
    .catch((error: unknown) => assert.equal(error instanceof PauseError && error.code, "not_paused"));
}

/** A person acts on these tasks, at once or with a job. */
async function actOn(rig: Rig, ids: readonly number[], dice: Dice): Promise<void> {
  const act: JobAct = [
    { kind: "retry", ...PERSON, children: false, info: null, meta: null, as: "recorded" },
    { kind: "retry", ...PERSON, children: false, info: null, meta: null, as: "current" },
    { kind: "cancel", ...PERSON, children: dice(2) === 0 },
    { kind: "mark", ...PERSON, result: dice(2) === 0 ? "complete" : "error" },
  ][dice(4)] as JobAct;
  const isLarge = dice(3) === 0;
  const named = isLarge ? rig.stored.tasks().map(({ id }) => id) : ids;
  await bulkJob({ id: null, act, ids: [...named], begin: true }, rig.context);
  if (!isLarge) while (await advanceJobs(rig.context));
}

/** What people, workers, the bus and the machine do, in any order. */
async function disorder(rig: Rig, dice: Dice): Promise<void> {
  const known: TaskMessage[] = ["run-1", "run-2"].map((id) => rootTask(rig, { id }));
  const said: TaskMessage[] = [];
  let [backfills, jobs] = [new BackfillRunner(rig.context, 2), new JobRunner(rig.context, 2)];
  for (let step = 0; step < 80; step++) {
    known.push(...tasksSent(rig, dice));
    const ids = rig.stored.tasks().map(({ id }) => id);
    const some = Array.from({ length: 1 + dice(3) }, () => ids[dice(ids.length)] ?? 0).filter((id) => id > 0);
    const fate = dice(16);
    if (fate < 5) {
      const group = Array.from({ length: 1 + dice(4) }, (): TaskMessage => {
        const again = said[dice(said.length + 1)];
        if (again !== undefined && dice(3) === 0) return again;
        const task = known[dice(known.length)] ?? rootTask(rig);
        return { ...task, result: RESULTS[dice(RESULTS.length)] ?? "complete" };
      });
      await deliver(rig, group);
      said.push(...group);
    } else if (fate < 8) await actOn(rig, some, dice);
    else if (fate === 8) await jobs.run();
    else if (fate === 9) {
      await rig.reopen();
      [backfills, jobs] = [new BackfillRunner(rig.context, 2), new JobRunner(rig.context, 2)];
    } else if (fate === 10) {
      rig.now += HOUR * (1 + dice(9));
      await checkIncomplete(rig.context);
      await rig.sweep();
    } else if (fate === 11) while (await releaseHeld(rig.context));
    else if (fate === 12) await pauses(rig).pause({ ...(SCOPES[dice(SCOPES.length)] ?? ALL), until: null, ...PERSON });
    else if (fate === 13) await resume(rig, SCOPES[dice(SCOPES.length)] ?? ALL, dice(2) === 0);
    else if (fate === 14) await recordDrain({ end: dice(2) === 0, by: "ann" }, rig.context);
    else await backfills.run();
  }
  // A cancel that is left would end what is retried from now on.
  while (await advanceJobs(rig.context));
  for (const scope of SCOPES) await resume(rig, scope, false);
}

/** From now on all goes well: what did not complete is retried until it does. */
async function inPeace(rig: Rig): Promise<void> {
  const backfills = new BackfillRunner(rig.context, 2);
  for (let round = 0; round < 200; round++) {
    rig.now += HOUR;
    await rig.reopen();
    await rig.sweep();
    const isBegun = (await backfills.run()) === null;
    while (await releaseHeld(rig.context));
    const sent = tasksSent(rig);
    await deliver(
      rig,
      sent.map((task) => ({ ...task, result: "complete" })),
    );
    const latest = new Map(rig.stored.tasks().map((task) => [task.first_attempt_id, task]));
    const undone = [...latest.values()].filter(({ state, result }) => state !== "finished" || result !== "complete");
    if (undone.length === 0 && sent.length === 0 && isBegun) return;
    // A worker that lost its task: nobody will ever report it.
    const lost = undone.filter(({ state }) => ["queued", "sent", "overdue"].includes(state)).map(({ id }) => id);
    if (sent.length === 0) await cancelByHand(lost, { ...PERSON, withChildren: false }, rig.context);
    await retryTasks(
      undone.map(({ id }) => id),
      { ...PERSON, withChildren: false, edit: null },
      rig.context,
    );
  }
  assert.fail("it does not come to an end");
}

/** The tasks of both runs and of the backfill, without their attempts. */
function made(rig: Rig): string[] {
  return rig.stored
    .tasks()
    .filter(({ attempt }) => attempt === 0)
    .map(({ task_id: id, type, info }) => `${id.startsWith("run-") ? id : "of the backfill"} ${type} ${info}`)
    .toSorted();
}

it("retries, cancels, marks, jobs, pauses, drains, backfills, results, redeliveries and restarts in any order neither double a child nor lose one", async () => {
  const calm = await openRig({ workflows: { "flow.toml": FLOW } });
  await begin(calm, ...DAYS, { maxActive: 2 });
  await deliver(
    calm,
    ["run-1", "run-2"].map((id) => rootTask(calm, { id, result: "complete" })),
  );
  await inPeace(calm);
  const expected = made(calm);
  await calm.close();
  assert.equal(expected.length, 2 * (1 + 3 + 1 + 3 + 1 + 1) + 3 * 2);
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const rig = await openRig({ workflows: { "flow.toml": FLOW } });
      try {
        await begin(rig, ...DAYS, { maxActive: 2 });
        await disorder(rig, diceOf(seed));
        const said = ["run-1", "run-2"].map((id) => rootTask(rig, { id, created: "2026-11-24T12:00:00Z" }));
        await deliver(
          rig,
          said.map((task) => ({ ...task, result: "complete" })),
        );
        // A completion that came after a person had cancelled the task has started nothing: it is retried, too.
        await retryTasks(
          rig.stored.tasks().map(({ id }) => id),
          { ...PERSON, withChildren: false, edit: null },
          rig.context,
        );
        await inPeace(rig);
        assert.deepEqual(made(rig), expected);
      } finally {
        await rig.close();
      }
    }),
    tries(30),
  );
});
