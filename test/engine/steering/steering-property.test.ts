import assert from "node:assert/strict";
import { it } from "node:test";
import { parseTaskMessage, type TaskMessage } from "../../../src/contract/task-message.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import { cancelByHand, markTasks, retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { deliver, phase, rootTask } from "../rig/drive.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import { fc, tries } from "../../support/seed.ts";

/** A chain, a batch, and joins of both; a phase with a cap, and retries of its own. */
const FLOW = [
  phase("root", { retry: 1 }),
  phase("rows", { dependsOn: "root", meta: "r:1,2,3", template: "?r={meta:r}", inherit_meta: true, max_active: 2 }),
  phase("side", { dependsOn: "root", retry: 2, retry_delay: "90s" }),
  phase("next", { dependsOn: "rows", template: "?n={meta:r}", inherit_meta: true }),
  phase("sum", { dependsOn: "next, side", join: "all" }),
  phase("end", { dependsOn: "sum, rows", join: "all" }),
].join("");

const PERSON = { by: "ann", reason: "why" };
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

/** What people, workers, the bus and the machine do, in any order. */
async function disorder(rig: Rig, dice: Dice): Promise<void> {
  const known: TaskMessage[] = ["run-1", "run-2"].map((id) => rootTask(rig, { id }));
  const said: TaskMessage[] = [];
  for (let step = 0; step < 60; step++) {
    known.push(...tasksSent(rig, dice));
    const ids = rig.stored.tasks().map(({ id }) => id);
    const some = Array.from({ length: 1 + dice(3) }, () => ids[dice(ids.length)] ?? 0).filter((id) => id > 0);
    const fate = dice(12);
    if (fate < 5) {
      const group = Array.from({ length: 1 + dice(4) }, (): TaskMessage => {
        const again = said[dice(said.length + 1)];
        if (again !== undefined && dice(3) === 0) return again;
        const task = known[dice(known.length)] ?? rootTask(rig);
        return { ...task, result: RESULTS[dice(RESULTS.length)] ?? "complete" };
      });
      await deliver(rig, group);
      said.push(...group);
    } else if (fate < 7) await retryTasks(some, { ...PERSON, withChildren: false, edit: null }, rig.context);
    else if (fate === 7) await cancelByHand(some, { ...PERSON, withChildren: dice(2) === 0 }, rig.context);
    else if (fate === 8) {
      const result = dice(2) === 0 ? "complete" : "error";
      await markTasks(some, { ...PERSON, result }, rig.context);
    } else if (fate === 9) await rig.reopen();
    else if (fate === 10) {
      rig.now += HOUR * (1 + dice(9));
      await checkIncomplete(rig.context);
      await rig.sweep();
    } else while (await releaseHeld(rig.context));
  }
}

/** From now on all goes well: what did not complete is retried until it does. */
async function inPeace(rig: Rig): Promise<void> {
  for (let round = 0; round < 200; round++) {
    rig.now += HOUR;
    await rig.reopen();
    await rig.sweep();
    while (await releaseHeld(rig.context));
    const sent = tasksSent(rig);
    await deliver(
      rig,
      sent.map((task) => ({ ...task, result: "complete" })),
    );
    const latest = new Map(rig.stored.tasks().map((task) => [task.first_attempt_id, task]));
    const undone = [...latest.values()].filter(({ state, result }) => state !== "finished" || result !== "complete");
    if (undone.length === 0 && sent.length === 0) return;
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

/** The tasks of both runs, without their attempts. */
function made(rig: Rig): string[] {
  return rig.stored
    .tasks()
    .filter(({ attempt }) => attempt === 0)
    .map(({ task_id: id, type, info }) => `${id} ${type} ${info}`)
    .toSorted();
}

it("retries, cancels, marks, results, redeliveries and restarts in any order neither double a child nor lose one", async () => {
  const calm = await openRig({ workflows: { "flow.toml": FLOW } });
  await calm.reload();
  await deliver(
    calm,
    ["run-1", "run-2"].map((id) => rootTask(calm, { id, result: "complete" })),
  );
  await inPeace(calm);
  const expected = made(calm);
  await calm.close();
  assert.equal(expected.length, 2 * (1 + 3 + 1 + 3 + 1 + 1));
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const rig = await openRig({ workflows: { "flow.toml": FLOW } });
      try {
        await rig.reload();
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
    tries(40),
  );
});
