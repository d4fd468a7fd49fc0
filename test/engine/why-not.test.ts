import { wallOf } from "../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import type { WhyNot } from "../../src/core/why/why-not.ts";
import { queryWhyNot, type WhyNotQuery } from "../../src/engine/query-why-not.ts";
import { createTask } from "../../src/engine/create-task.ts";
import { arrive, fireAt, phase, report, rigWith, rootTask, schedule, takeOne } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const DAY_START = Date.UTC(2026, 10, 24);
const hourly = { cron: "0 * * * *" };

async function ask(
  rig: Rig,
  { taskTime = DAY_START, ...query }: Partial<Omit<WhyNotQuery, "taskTime">> & { type: string; taskTime?: number },
): Promise<WhyNot> {
  const [answer, ...more] = await queryWhyNot(
    { job: null, workflow: null, taskTime: { kind: "wall", wall: wallOf(taskTime), isDay: false }, ...query },
    { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" },
  );
  assert.ok(answer !== undefined && more.length === 0);
  assert.equal(answer.findings[0]?.sentence, answer.reason.slice(0, answer.findings[0]?.sentence.length));
  for (const finding of answer.findings) assert.doesNotMatch(finding.sentence, /undefined|null|NaN|\[object/);
  assert.doesNotThrow(() => structuredClone(answer));
  return answer;
}

function codesOf(answer: WhyNot): string[] {
  return answer.findings.map((finding) => finding.code);
}

describe("why not: a schedule", () => {
  it("has its next tick in the future", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    await schedule(rig);
    const answer = await ask(rig, { type: "a", taskTime: NOON + 2 * HOUR });
    assert.deepEqual(codesOf(answer), ["tick_in_future"]);
    assert.equal(
      answer.reason,
      "not yet: the tick at 2026-11-24 14:00:00Z of the schedule `0 * * * *` is still to come",
    );
  });

  it("was due, but no Flowlord ran to decide it", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    assert.equal((await ask(rig, { type: "a", taskTime: NOON })).findings[0]?.code, "schedule_not_taken_up");
    await schedule(rig);
    rig.now += 90 * MINUTE;
    const answer = await ask(rig, { type: "a", taskTime: NOON + HOUR });
    assert.match(
      answer.reason,
      /^the tick at 2026-11-24 13:00:00Z .* was last decided for 2026-11-24 12:00:00Z: no Flowlord runs/,
    );
    assert.equal((await ask(rig, { type: "a", taskTime: NOON - 3 * HOUR })).findings[0]?.code, "tick_before_schedule");
  });

  it("has no tick about that time", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 6 * * *", offset: "-1h" }));
    const { reason } = await ask(rig, { type: "a", taskTime: NOON });
    assert.equal(
      reason,
      "the schedule `0 6 * * *` (UTC) has no tick for 2026-11-24T12 (UTC): those nearest are about 2026-11-24T05 and 2026-11-25T05 (UTC)",
    );
    assert.deepEqual(codesOf(await ask(rig, { type: "a", taskTime: DAY_START + 29 * HOUR })), ["tick_in_future"]);
  });

  it("is read in the zone of the phase", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "30 6 * * *", timezone: "America/New_York" }));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    const ran = await ask(rig, { type: "a", taskTime: DAY_START + 6 * HOUR + 24 * HOUR });
    assert.deepEqual(ran.findings[0]?.data["tick"], Date.UTC(2026, 10, 25, 11, 30));
  });

  it("ran: then it says which task", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    assert.equal(
      (await ask(rig, { type: "a", taskTime: NOON + HOUR })).reason,
      "it did run: record 1 (queued); flowlord why 1 says more",
    );
  });

  it("passed while Flowlord was down: lists every tick of the downtime and no other", async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    await fireAt(rig, await schedule(rig), NOON + 5 * HOUR + 2 * MINUTE);
    for (const hour of [1, 3, 5]) {
      assert.equal(
        (await ask(rig, { type: "a", taskTime: NOON + hour * HOUR })).reason,
        "5 ticks of a (2026-11-24 13:00:00Z to 2026-11-24 17:00:00Z) passed while Flowlord was down; `catchup = none` skips them",
      );
    }
    assert.deepEqual(codesOf(await ask(rig, { type: "a", taskTime: NOON + 6 * HOUR })), ["tick_in_future"]);
    assert.deepEqual(codesOf(await ask(rig, { type: "a", taskTime: NOON - HOUR })), ["tick_before_schedule"]);
  });

  it("is paused", async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, paused: true }));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    const answer = await ask(rig, { type: "a", taskTime: NOON + HOUR });
    assert.deepEqual(codesOf(answer), ["tick_skipped", "paused"]);
    assert.match(answer.reason, /passed because the phase is paused$/);
    assert.deepEqual(codesOf(await ask(rig, { type: "a", taskTime: NOON + 2 * HOUR })), ["paused", "tick_in_future"]);
  });

  it("was skipped, and names the blocking task; or waits for a slot", async (t) => {
    const skip = await rigWith(t, phase("a", { ...hourly, overlap: "skip" }));
    const scheduler = await schedule(skip);
    for (const hour of [1, 2]) await fireAt(skip, scheduler, NOON + hour * HOUR);
    const skipped = await ask(skip, { type: "a", taskTime: NOON + 2 * HOUR });
    assert.match(skipped.reason, /`overlap = skip`, and a has 1 unfinished of at most 1, the oldest is record 1$/);

    const queue = await rigWith(t, phase("a", { ...hourly, overlap: "queue" }));
    const ticks = await schedule(queue);
    for (const hour of [1, 2]) await fireAt(queue, ticks, NOON + hour * HOUR);
    const held = await ask(queue, { type: "a", taskTime: NOON + 2 * HOUR });
    assert.equal(held.reason, "it was made, and waits to be sent: record 2 (waiting); flowlord why 2 says more");
  });

  it("has unusable rows, or none; a batch answers for all times that it covers", async (t) => {
    const rig = await rigWith(
      t,
      phase("a", { ...hourly, "meta-file": "<dir>/none.json" }) +
        phase("b", { ...hourly, "meta-file": "<dir>/empty.json" }) +
        phase("c", { ...hourly, for: "3h", by: "hour", overlap: "skip" }),
      { files: { "empty.json": "" } },
    );
    const scheduler = await schedule(rig);
    for (const hour of [1, 2]) await fireAt(rig, scheduler, NOON + hour * HOUR);
    assert.deepEqual(codesOf(await ask(rig, { type: "a", taskTime: NOON + HOUR })), ["no_rows"]);
    assert.deepEqual(codesOf(await ask(rig, { type: "b", taskTime: NOON + HOUR })), ["batch_empty"]);
    assert.match((await ask(rig, { type: "c", taskTime: NOON + 4 * HOUR })).reason, /^it did run/);
    assert.match(
      (await ask(rig, { type: "c", taskTime: NOON + 5 * HOUR })).reason,
      /^not started at 2026-11-24 14:00:00Z: /,
    );
  });
});

describe("why not: parents", () => {
  const child = phase("root", { retry: 1 }) + phase("a", { dependsOn: "root", require: "{meta:region}" });

  async function after(t: TestContext, result: string, more: Parameters<typeof report>[3] = {}): Promise<WhyNot> {
    const rig = await rigWith(t, child);
    await report(rig, rootTask(rig), result, more);
    return ask(rig, { type: "a" });
  }

  it("completed, but the meta lacks something", async (t) => {
    const answer = await after(t, "complete");
    assert.equal(
      answer.reason,
      "a not started: the meta of root lacks region, which `require` asks for; it has workflow, cron",
    );
    assert.equal(answer.findings[0]?.data["record_id"], 1);
  });

  it("are being retried, or failed for good, or reported a result other than complete", async (t) => {
    const retrying = await after(t, "error", { msg: "boom" });
    assert.match(
      retrying.reason,
      /^its parent `root` \(record 2\) waits for its attempt 2 of 2, due at 2026-11-24 12:00:01Z$/,
    );
    const rig = await rigWith(t, child);
    await report(rig, rootTask(rig), "error");
    rig.now += MINUTE;
    await rig.sweep();
    await report(rig, takeOne(rig), "error", { msg: "boom" });
    assert.equal(
      (await ask(rig, { type: "a" })).reason,
      "its parent `root` (record 2) failed, and no retry is left: boom",
    );
    assert.match((await after(t, "warn")).reason, /ended with `warn`; only complete starts children$/);
  });

  it("are unfinished", async (t) => {
    const rig = await rigWith(t, phase("root", hourly) + phase("a", { dependsOn: "root" }));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    const { reason } = await ask(rig, { type: "a", taskTime: NOON + HOUR });
    assert.equal(reason, "its parent `root` (record 1) is with the bus or a worker since 2026-11-24 13:00:00Z");
  });

  it("have no task either: the reason comes from the parents, however far up", async (t) => {
    const rig = await rigWith(
      t,
      phase("root", { ...hourly, paused: true }) + phase("a", { dependsOn: "root" }) + phase("b", { dependsOn: "a" }),
    );
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    const answer = await ask(rig, { type: "b", taskTime: NOON + HOUR });
    assert.equal(
      answer.reason,
      "its parent `a` has no task for 2026-11-24T13 (UTC), because: its parent `root` has no task for 2026-11-24T13 (UTC), because: " +
        "not started: 1 tick of root (2026-11-24 13:00:00Z) passed because the phase is paused",
    );
    assert.equal(answer.findings[0]?.why_not?.findings[0]?.why_not?.phase?.task, "root");
  });

  it("of a parent that another file makes: names that file", async (t) => {
    const workflows = { "a.toml": phase("extract"), "b.toml": phase("load", { dependsOn: "extract" }) };
    const rig = await rigWith(t, "", { workflows });
    const answer = await ask(rig, { type: "load" });
    assert.deepEqual(codesOf(answer), ["parent_elsewhere"]);
    assert.match(answer.reason, /^its parent `extract` is made by a\.toml, /);
  });

  it("of a join: lists which arrived and which did not", async (t) => {
    const rig = await rigWith(t, phase("next", { dependsOn: "root, other:x", join: "all" }));
    await report(rig, rootTask(rig), "complete");
    const answer = await ask(rig, { type: "next" });
    assert.equal(answer.reason, "`join=all` waits for `other:x` (not started); `root` (record 1) completed");
    assert.deepEqual(codesOf(answer), ["join_waiting", "parent_missing"]);
    await report(rig, rootTask(rig, { type: "other", job: "x" }), "complete");
    assert.match((await ask(rig, { type: "next" })).reason, /^it did run: record 3 /);
  });

  it("in a circle, without a workflow, of a phase that came later, and rows", async (t) => {
    const circle = await rigWith(t, phase("root", { dependsOn: "next" }) + phase("next", { dependsOn: "root" }));
    await report(circle, rootTask(circle), "complete");
    await report(circle, takeOne(circle), "complete");
    const again = await ask(circle, { type: "root" });
    assert.match(again.reason, /^it did run: record 1/);
    assert.deepEqual(codesOf(again), ["ran", "cycle"]);
    assert.match(again.findings[1]?.sentence ?? "", /^root not started: it depends on next in a cycle/);

    const plain = await rigWith(t, phase("a", { dependsOn: "root" }));
    await report(plain, rootTask(plain, { meta: "cron=2026-11-24T00" }), "complete");
    assert.match((await ask(plain, { type: "a" })).reason, /its meta named no workflow, so nothing depends on it$/);

    const later = await rigWith(t, phase("root"));
    await report(later, rootTask(later), "complete");
    await later.write("flow.toml", phase("root") + phase("a", { dependsOn: "root" }));
    await later.reload();
    assert.match((await ask(later, { type: "a" })).reason, /completed at .* the phase was not in force then/);

    const rows = await rigWith(t, phase("a", { dependsOn: "root", meta: "x:1,2|y:1" }));
    await report(rows, rootTask(rows), "complete");
    assert.equal(
      (await ask(rows, { type: "a" })).reason,
      "a not started: rows of unequal length in meta: x has 2, y has 1",
    );
  });
});

describe("why not: files", () => {
  it("have not arrived, are gathered, or were missed by expect_by", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*/*/*/*.csv", gather: 2, expect_by: "0 13 * * *" }));
    const scheduler = await schedule(rig);
    const none = await ask(rig, { type: "a" });
    assert.match(
      none.reason,
      /^no file for 2026-11-24T00 \(UTC\) has come that matches `\/in\/\*\/\*\/\*\/\*\.csv`; `expect_by = 0 13/,
    );
    await arrive(rig, "/in/2026/11/24/a.csv");
    assert.match((await ask(rig, { type: "a" })).reason, /^a waits for more files: 1 of the 2/);
    await fireAt(rig, scheduler, NOON + HOUR);
    const missing = await ask(rig, { type: "a", taskTime: NOON + HOUR });
    assert.equal(missing.findings[0]?.code, "file_missing");
    await arrive(rig, "/in/2026/11/24/b.csv");
    assert.match((await ask(rig, { type: "a" })).reason, /^it did run/);
  });
});

describe("why not: the phase", () => {
  it("is unknown, near another, or one of several", async (t) => {
    const rig = await rigWith(t, phase("load:daily") + phase("load:weekly") + phase("clean"), {});
    assert.equal((await ask(rig, { type: "cleen" })).reason, "no phase `cleen` is in force; did you mean `clean`?");
    assert.match(
      (await ask(rig, { type: "load" })).reason,
      /^`load` may be load:daily of flow\.toml, load:weekly of flow\.toml: /,
    );
    assert.match((await ask(rig, { type: "load", job: "hourly" })).reason, /there is load:daily, load:weekly$/);
    assert.deepEqual(codesOf(await ask(rig, { type: "clean", workflow: "x.toml" })), [
      "phase_unknown",
      "workflow_unknown",
    ]);
  });

  it("was removed, or its file is broken and an earlier version or none is in force", async (t) => {
    const rig = await rigWith(t, phase("a", hourly) + phase("b"));
    await schedule(rig);
    await rig.write("flow.toml", phase("a", hourly));
    await rig.reload();
    assert.equal((await ask(rig, { type: "b" })).reason, "`b` was removed from flow.toml at 2026-11-24 12:00:00Z");
    await rig.write("flow.toml", phase("a", { cron: "not a cron" }));
    await rig.write("new.toml", phase("c", { cron: "not a cron" }));
    await rig.reload();
    const broken = await ask(rig, { type: "a", taskTime: NOON + HOUR });
    assert.deepEqual(codesOf(broken), ["tick_in_future", "workflow_broken"]);
    assert.match(broken.findings[1]?.sentence ?? "", /: version 2, the last good one, is in force$/);
    const never = await ask(rig, { type: "c", workflow: "new.toml" });
    assert.deepEqual(codesOf(never), ["phase_unknown", "workflow_broken"]);
    assert.match(never.findings[1]?.sentence ?? "", /none of its phases run$/);
  });

  it("follows a task that only another file makes", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "b:x" }));
    await rig.write("other.toml", phase("b:x", hourly));
    await rig.write("third.toml", phase("b:y", hourly));
    await rig.reload();
    const answer = await ask(rig, { type: "a" });
    assert.deepEqual(codesOf(answer), ["parent_elsewhere"]);
    assert.match(
      answer.reason,
      /^its parent `b:x` is made by other\.toml, and a plain name means a task of its own file/,
    );
  });

  it("has no trigger, and was created by hand", async (t) => {
    const rig = await rigWith(t, phase("a"));
    assert.equal((await ask(rig, { type: "a" })).findings[0]?.code, "no_trigger");
    const request = { type: "a", job: "", at: DAY_START, workflow: "", info: null, meta: "", by: "a test" };
    await createTask(request, rig.context);
    assert.match((await ask(rig, { type: "a" })).reason, /^it did run: record 1 \(queued\)/);
  });

  it("occurs twice in its file: gets one answer each", async (t) => {
    const rig = await rigWith(t, phase("a", hourly) + phase("a", { dependsOn: "b" }));
    const answers = await queryWhyNot(
      { type: "a", job: null, workflow: null, taskTime: { kind: "wall", wall: wallOf(NOON), isDay: false } },
      { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" },
    );
    assert.deepEqual(
      answers.map((one) => one.findings.map(({ code }) => code)),
      [["schedule_not_taken_up"], ["parent_missing"]],
    );
  });
});
