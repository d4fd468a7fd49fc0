import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import { redriveFiles } from "../../src/engine/files/redrive-files.ts";
import { checkIncomplete } from "../../src/engine/check-incomplete.ts";
import { createTask, OverlapError } from "../../src/engine/create-task.ts";
import { releaseHeld } from "../../src/engine/release-held.ts";
import { redriveFilesRequest } from "../../src/contract/api/file-api.ts";
import {
  alerts,
  arrive,
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
} from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

const REQUEST = { type: "a", job: "", at: null, workflow: "", info: null, meta: "", by: "a test" };
const minutely = { cron: "* * * * *" };

/** Records of each state that count or wait. */
function slots(rig: Rig): string {
  const tasks = rig.stored.tasks();
  const held = tasks.filter((task) => task.held === 1).length;
  const active = tasks.filter((task) => ["queued", "waiting"].includes(task.state) && task.held === 0).length;
  return `${active} active, ${held} held`;
}

describe("overlap", () => {
  it("allow: ticks ignore earlier tasks", async (t) => {
    const rig = await rigWith(t, phase("a", minutely));
    const scheduler = await schedule(rig);
    for (const minute of [1, 2, 3])
      assert.equal((await fireAt(rig, scheduler, rig.now + MINUTE)).length, 1, `${minute}`);
  });

  it("skip: a tick is skipped while an earlier task is unfinished", async (t) => {
    const rig = await rigWith(t, phase("a", { ...minutely, overlap: "skip" }));
    const scheduler = await schedule(rig);
    const [first] = await fireAt(rig, scheduler, rig.now + MINUTE);
    assert.ok(first !== undefined);
    assert.deepEqual(await fireAt(rig, scheduler, rig.now + MINUTE), []);
    assert.equal(dataOf(rig, "tick_skipped")["active"], 1);
    await report(rig, first, "complete");
    assert.equal((await fireAt(rig, scheduler, rig.now + MINUTE)).length, 1);
  });

  it("queue: a tick's task waits for the earlier one, in order, also over a restart", async (t) => {
    const rig = await rigWith(t, phase("a", { ...minutely, overlap: "queue", template: "?m={min}" }));
    let scheduler = await schedule(rig);
    const [first] = await fireAt(rig, scheduler, rig.now + MINUTE);
    assert.deepEqual(await fireAt(rig, scheduler, rig.now + MINUTE), []);
    assert.deepEqual(await fireAt(rig, scheduler, rig.now + MINUTE), []);
    assert.equal(slots(rig), "1 active, 2 held");
    await rig.reopen();
    scheduler = await schedule(rig);
    assert.equal(scheduler.count, 1);
    assert.ok(first !== undefined);
    await report(rig, first, "error");
    const second = takeSent(rig).find(({ result }) => result === "");
    assert.equal(second?.info, "?m=02");
    assert.ok(second !== undefined);
    await report(rig, second, "complete");
    assert.equal(takeOne(rig).info, "?m=03");
    assert.equal(slots(rig), "1 active, 0 held");
  });
});

describe("overlap of files, children and tasks by hand", () => {
  const waysIn = { files: "/in/*.csv", dependsOn: "root" };

  it("queue: each waits for the earlier one", async (t) => {
    const rig = await rigWith(t, phase("a", { ...waysIn, overlap: "queue" }));
    await arrive(rig, "/in/1.csv");
    await report(rig, rootTask(rig), "complete");
    await createTask(REQUEST, rig.context);
    await arrive(rig, "/in/2.csv");
    assert.equal(slots(rig), "1 active, 3 held");
    for (const expected of [/1\.csv/, /cron=2026-11-24T00/, /cron=2026-11-24T12/, /2\.csv/]) {
      const task = takeOne(rig);
      assert.match(task.meta, expected);
      await report(rig, task, "complete");
    }
  });

  it("skip: none is made while an earlier one is unfinished, overdue or not, and that is recorded", async (t) => {
    const rig = await rigWith(t, phase("a", { ...waysIn, overlap: "skip", timeout: "10m" }));
    await arrive(rig, "/in/1.csv");
    const first = takeOne(rig);
    rig.now += HOUR;
    await checkIncomplete(rig.context);
    await arrive(rig, "/in/2.csv");
    await report(rig, rootTask(rig), "complete");
    await assert.rejects(createTask(REQUEST, rig.context), (error) => {
      assert.ok(error instanceof OverlapError);
      assert.match(error.message, /overlap = skip, and 1 unfinished of at most 1, the oldest is record 1; .*--now/);
      return true;
    });
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(
      rig.stored.decisions("overlap_skipped").map(({ data }) => [data["path"], data["parent"], data["earlier"]]),
      [
        ["/in/2.csv", undefined, 1],
        [undefined, "root", 1],
      ],
    );
    await createTask({ ...REQUEST, now: true }, rig.context);
    await report(rig, takeOne(rig), "complete");
    await report(rig, first, "complete");
    await redriveFiles({ ...redriveFilesRequest.parse({ ids: [2] }), by: "ann" }, rig.context);
    assert.match(takeOne(rig).meta, /2\.csv/, "a skipped file can be redriven");
  });

  it("skip: the rows of one child go together", async (t) => {
    const rig = await rigWith(t, phase("a", { ...waysIn, overlap: "skip", meta: "x:1,2", template: "?{meta:x}" }));
    await report(rig, rootTask(rig), "complete");
    assert.equal(takeSent(rig).length, 2);
    await report(rig, rootTask(rig, { id: "run-2" }), "complete");
    assert.deepEqual(takeSent(rig), []);
  });
});

describe("max_active", () => {
  const capped = { files: "/in/*.csv", max_active: 2, retry: 1, timeout: "10m" };

  it("holds tasks beyond it, and releases one when a task finishes, with any result", async (t) => {
    const rig = await rigWith(t, phase("a", { ...capped, retry: 0 }));
    await arrive(rig, ...["1", "2", "3", "4", "5", "6"].map((one) => `/in/${one}.csv`));
    const [first, second] = takeSent(rig);
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(slots(rig), "2 active, 4 held");
    assert.equal(codes(rig).filter((code) => code === "held").length, 4);
    await report(rig, first, "warn");
    const third = takeOne(rig);
    assert.match(third.meta, /3\.csv/);
    await report(rig, second, "strange");
    assert.match(takeOne(rig).meta, /4\.csv/);
    await report(rig, third, "warn");
    assert.match(takeOne(rig).meta, /5\.csv/);
    await report(rig, third, "complete");
    assert.deepEqual(takeSent(rig), [], "a better result of a finished task frees nothing again");
    assert.equal(slots(rig), "2 active, 1 held");
    assert.deepEqual(
      rig.stored.decisions("released").map((row) => row.record_id),
      [3, 4, 5],
    );
  });

  it("counts a waiting retry: it keeps the slot of the failed task", async (t) => {
    const rig = await rigWith(t, phase("a", { ...capped, max_active: 1, retry_delay: "1m" }));
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    await report(rig, takeOne(rig), "error");
    assert.deepEqual(takeSent(rig), []);
    assert.equal(slots(rig), "1 active, 1 held");
    rig.now += 2 * MINUTE;
    await rig.sweep();
    const retry = takeOne(rig);
    assert.match(retry.meta, /1\.csv/);
    await report(rig, retry, "complete");
    assert.match(takeOne(rig).meta, /2\.csv/);
  });

  it("is freed when a late complete cancels the waiting retry", async (t) => {
    const rig = await rigWith(t, phase("a", { ...capped, max_active: 1 }));
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    const first = takeOne(rig);
    await report(rig, first, "error");
    await report(rig, first, "complete");
    assert.match(takeOne(rig).meta, /2\.csv/);
    assert.equal(slots(rig), "1 active, 0 held");
  });

  it("is kept by an overdue task until it ends, and its alert says so", async (t) => {
    const rig = await rigWith(t, phase("a", { ...capped, max_active: 1 }) + phase("free", { files: "/in/1.csv" }));
    await arrive(rig, "/in/1.csv", "/in/2.csv", "/in/3.csv");
    const [late] = takeSent(rig);
    rig.now += 5 * HOUR;
    await checkIncomplete(rig.context);
    assert.equal(await releaseHeld(rig.context), false);
    assert.deepEqual(
      alerts(rig).map(({ task_type, message }) => [task_type, message]),
      [
        ["a", "INCOMPLETE: unfinished task detected; it keeps its slot until it ends or is cancelled"],
        ["free", "INCOMPLETE: unfinished task detected"],
      ],
    );
    assert.deepEqual(
      rig.stored.decisions("incomplete").map(({ data }) => data["holds_slot"]),
      [true, undefined],
    );
    await rig.reopen();
    assert.equal(await releaseHeld(rig.context), false);
    assert.deepEqual(takeSent(rig), []);
    assert.ok(late !== undefined);
    await report(rig, late, "error");
    assert.deepEqual(takeSent(rig), [], "its retry has the slot");
    rig.now += MINUTE;
    await rig.sweep();
    // The messages of before the restart are sent once more.
    const retry = takeSent(rig).find(({ meta }) => meta.includes("retry=1"));
    assert.ok(retry !== undefined);
    await report(rig, retry, "complete");
    assert.match(takeOne(rig).meta, /2\.csv/);
  });

  it("gives a released task its full timeout from then on", async (t) => {
    const rig = await rigWith(t, phase("a", { ...capped, max_active: 1 }));
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    const first = takeOne(rig);
    rig.now += HOUR;
    await report(rig, first, "complete");
    takeOne(rig);
    assert.equal(rig.stored.tasks()[1]?.deadline_at, rig.now + 10 * MINUTE);
    assert.equal(await checkIncomplete(rig.context), false);
    assert.equal(records(rig)[1], "a queued - 0");
  });

  it("is shared by ticks, files and children of a phase", async (t) => {
    const keys = { ...minutely, files: "/in/*.csv", dependsOn: "root", max_active: 1 };
    const rig = await rigWith(t, phase("a", keys));
    const scheduler = await schedule(rig);
    const [tick] = await fireAt(rig, scheduler, rig.now + MINUTE);
    await arrive(rig, "/in/1.csv");
    await report(rig, rootTask(rig), "complete");
    await fireAt(rig, scheduler, rig.now + MINUTE);
    assert.equal(slots(rig), "1 active, 3 held");
    assert.ok(tick !== undefined);
    await report(rig, tick, "complete");
    const file = takeOne(rig);
    assert.match(file.meta, /1\.csv/);
    await report(rig, file, "complete");
    const child = takeOne(rig);
    assert.equal(child.id, "run-1");
    await report(rig, child, "complete");
    assert.match(takeOne(rig).meta, /cron=/);
    assert.equal(slots(rig), "1 active, 0 held");
  });

  it("holds the rows of one child beyond it", async (t) => {
    const rig = await rigWith(
      t,
      phase("a", { dependsOn: "root", meta: "x:1,2,3", max_active: 2, template: "?{meta:x}" }),
    );
    await report(rig, rootTask(rig), "complete");
    const [first] = takeSent(rig);
    assert.equal(slots(rig), "2 active, 1 held");
    assert.ok(first !== undefined);
    await report(rig, first, "complete");
    assert.equal(takeOne(rig).info, "?3");
  });

  it("holds tasks created by hand, each row of a batch too, unless they are to go now", async (t) => {
    const rig = await rigWith(t, phase("a", { ...minutely, meta: "x:1,2,3", max_active: 2, template: "?{meta:x}" }));
    const made = await createTask(REQUEST, rig.context);
    assert.deepEqual(
      made.map(({ held }) => held),
      [false, false, true],
    );
    const [first] = takeSent(rig);
    assert.equal(slots(rig), "2 active, 1 held");
    assert.partialDeepStrictEqual(dataOf(rig, "created_by_hand"), { held: true, active: 2, cap: 2 });
    await createTask({ ...REQUEST, now: true }, rig.context);
    assert.equal(takeSent(rig).length, 3);
    assert.partialDeepStrictEqual(dataOf(rig, "created_by_hand"), { now: true, cap: 2 });
    assert.equal(slots(rig), "5 active, 1 held");
    assert.ok(first !== undefined);
    await report(rig, first, "complete");
    assert.deepEqual(takeSent(rig), [], "still more than the cap");
  });

  it("waits for tasks created by hand", async (t) => {
    const rig = await rigWith(t, phase("a", { ...minutely, max_active: 1 }));
    await createTask(REQUEST, rig.context);
    const byHand = takeOne(rig);
    assert.deepEqual(await fireAt(rig, await schedule(rig), rig.now + MINUTE), []);
    await report(rig, byHand, "complete");
    assert.match(takeOne(rig).meta, /cron=/);
  });

  it("accepts the result of a held task that a worker ran anyway", async (t) => {
    const rig = await rigWith(t, phase("a", { ...capped, max_active: 1 }));
    await arrive(rig, "/in/1.csv", "/in/2.csv", "/in/3.csv");
    const first = takeOne(rig);
    const held = rig.effects.flatMap((one) => one.tasks).find((task) => task.held)?.message;
    assert.ok(held !== undefined);
    await report(rig, held, "complete");
    assert.deepEqual(takeSent(rig), [], "the slot is still in use");
    await report(rig, first, "complete");
    assert.match(takeOne(rig).meta, /3\.csv/);
  });

  it("tells equal tasks apart: a repeated result does not belong to the held one", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root", meta: "x:1,2", max_active: 1, retry: 1 }));
    await report(rig, rootTask(rig), "complete");
    const first = takeOne(rig);
    await report(rig, first, "error");
    await report(rig, first, "error");
    assert.deepEqual(records(rig).slice(1), ["a finished error 0", "a waiting - 0", "a waiting - 1"]);
    await report(rig, first, "complete");
    assert.deepEqual(takeOne(rig), first);
    await report(rig, first, "complete");
    assert.deepEqual(records(rig).slice(1), ["a finished complete 0", "a finished complete 0", "a cancelled - 1"]);
  });

  it("counts each phase separately where a file has it twice", async (t) => {
    const twice = phase("a", { files: "/in/*.csv", max_active: 1 }) + phase("a", { files: "/in/*.csv", max_active: 1 });
    const rig = await rigWith(t, twice);
    await arrive(rig, "/in/1.csv");
    await arrive(rig, "/in/2.csv");
    const sent = takeSent(rig);
    assert.equal(slots(rig), "2 active, 2 held");
    for (const task of sent) await report(rig, task, "complete");
    assert.equal(takeSent(rig).length, 2);
    assert.equal(slots(rig), "2 active, 0 held");
  });
});
