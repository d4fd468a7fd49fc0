import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import { why, type Why } from "../../src/core/why/why.ts";
import type { WhyFacts } from "../../src/core/why/why-facts.ts";
import { checkIncomplete } from "../../src/engine/check-incomplete.ts";
import { cancelByHand, retryTasks } from "../../src/engine/steering/act-on-tasks.ts";
import { redriveDeadLetters } from "../../src/engine/send-messages.ts";
import { arrive, deliver, fireAt, phase, report, rigWith, rootTask, schedule, takeOne } from "./rig/drive.ts";
import type { PlantedNotification } from "./rig/reader.ts";
import type { Rig } from "./rig/rig.ts";

const NOON = Date.UTC(2026, 10, 24, 12);

async function ask(rig: Rig, record: number): Promise<Why & { readonly facts: WhyFacts }> {
  const [facts, ...more] = await rig.store.reads.lineage.why(String(record));
  assert.ok(facts !== undefined && more.length === 0);
  assert.doesNotThrow(() => structuredClone(facts));
  const answer = why(facts, rig.now, "UTC");
  for (const { sentence } of [answer.because, ...answer.events, ...answer.standing]) {
    assert.doesNotMatch(sentence, /undefined|null|NaN|\[object/);
    assert.match(sentence, /^\S.*[^.]$/);
  }
  return { ...answer, facts };
}

/** Notifications around the one alert of the rig: some are about it, some about others, before or after. */
function tell(rig: Rig): void {
  const { now, stored } = rig;
  const sent = { alert: 1, state: "sent", due: now, attempts: 1, answer: "" } as const;
  const planted: readonly PlantedNotification[] = [
    { ...sent, channel: "ops", alert: 7, after: 0, until: 5, at: now - HOUR, finishedAt: now - HOUR },
    { ...sent, channel: "ops", after: 0, until: 1, at: now, attempts: 2, finishedAt: now + 1000 },
    {
      ...sent,
      channel: "mail",
      state: "waiting",
      after: 0,
      until: 3,
      at: now + 2000,
      answer: "451 try later",
      finishedAt: null,
    },
    {
      ...sent,
      channel: "hook",
      state: "failed",
      after: 0,
      until: 3,
      at: now + 3000,
      attempts: 9,
      answer: "500",
      finishedAt: now + 3000,
    },
    { ...sent, channel: "other", alert: 7, after: 0, until: 3, at: now + 4000, finishedAt: now + 4000 },
    { ...sent, channel: "late", after: 1, until: 9, at: now + 5000, finishedAt: now + 5000 },
  ];
  for (const one of planted) stored.plantNotification(one);
}

const codesOf = (found: readonly { readonly code: string }[]): string[] => found.map(({ code }) => code);

describe("why", () => {
  it("names the parent, the meta that met the requirement, the workflow file and its version", async (t) => {
    const flow =
      phase("load", { cron: "0 * * * *" }) +
      phase("transform:hourly", { dependsOn: "load", require: "{meta:file}" }) +
      phase("publish", { dependsOn: "transform:hourly" });
    const rig = await rigWith(t, flow);
    const [load = rootTask(rig)] = await fireAt(rig, await schedule(rig), NOON + HOUR);
    await report(rig, load, "complete", { meta: `${load.meta}&file=/out/x.csv` });
    await report(rig, takeOne(rig), "complete");
    const answer = await ask(rig, 2);
    assert.equal(
      answer.because.sentence,
      "transform:hourly for 2026-11-24T13 (UTC): started because `load` (record 1) completed; `require={meta:file}` was met by " +
        "`/out/x.csv`; so says `transform:hourly` in line 4 of flow.toml, version 1",
    );
    assert.deepEqual(answer.because.data, {
      parent: "load",
      parent_record: 1,
      require: { file: "/out/x.csv" },
      workflow: "flow.toml",
      version: 1,
    });
    assert.deepEqual(codesOf(answer.events), ["child_started", "result"]);
    assert.deepEqual(
      answer.standing.map(({ sentence }) => sentence),
      ["finished: complete", "led to 1 task: publish"],
    );
    assert.deepEqual(
      answer.facts.parents.map((one) => [one.record_id, one.type]),
      [[1, "load"]],
    );
    await rig.write("flow.toml", phase("load", { cron: "5 * * * *" }));
    await rig.reload();
    const later = await ask(rig, 2);
    assert.match(later.because.sentence, /version 1, which has been replaced since$/);
    assert.equal(later.standing.at(-1)?.code, "phase_removed");
  });

  it("shortens a long value that it quotes", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root", require: "{meta:k}" }));
    await report(rig, rootTask(rig), "complete", { meta: `workflow=flow.toml&k=${"x".repeat(5000)}` });
    const { data } = (await ask(rig, 2)).because;
    assert.equal((data["require"] as Record<string, string>)["k"]?.length, 200);
  });

  it("names all parents of a join", async (t) => {
    const rig = await rigWith(t, phase("next", { dependsOn: "root, other", join: "all" }));
    await report(rig, rootTask(rig), "complete");
    await report(rig, rootTask(rig, { type: "other" }), "complete");
    const answer = await ask(rig, 3);
    assert.match(
      answer.because.sentence,
      /^next for 2026-11-24T00 \(UTC\): started because `other` \(record 2\) completed, and with it all that `join=all` asks for: root \(record 1\) and other \(record 2\);/,
    );
    assert.deepEqual(
      answer.facts.parents.map((one) => one.type),
      ["root", "other"],
    );
  });

  it("explains retries: what they wait for, and until when", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 2, retry_delay: "10m" }));
    await report(rig, rootTask(rig), "error", { msg: "boom" });
    const first = await ask(rig, 1);
    assert.deepEqual(codesOf(first.events), ["external_task", "result"]);
    assert.equal(first.standing[1]?.sentence, "attempt 2 of 3 is record 2: waiting, due at 2026-11-24 12:10:00Z");
    const retry = await ask(rig, 2);
    assert.match(
      retry.because.sentence,
      /^root, attempt 2 of 3 for 2026-11-24T00 \(UTC\): retry as attempt 2 of 3, due at 2026-11-24 12:10:00Z/,
    );
    assert.equal(retry.standing[0]?.sentence, "not sent yet: it is due at 2026-11-24 12:10:00Z, in 10m 00s");
    assert.deepEqual(retry.facts.outbox.state, "waiting");
    rig.now += 10 * MINUTE;
    await rig.sweep();
    assert.equal((await ask(rig, 2)).standing[0]?.code, "being_sent");
    rig.store.outboxSent(rig.sent);
    await rig.store.flush();
    assert.equal((await ask(rig, 2)).standing[0]?.code, "with_worker");
  });

  it("shows that a message waits for the bus", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    const [row] = rig.stored.outbox();
    await rig.store.releaseOutbox([row?.id ?? assert.fail()], rig.now + MINUTE);
    const answer = await ask(rig, 1);
    assert.deepEqual([answer.standing[0]?.code, answer.facts.outbox.due_at], ["waits_for_bus", rig.now + MINUTE]);
  });

  it("names its file, the slot that it waits for, and its cause in spite of both", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv", max_active: 1 }));
    await arrive(rig, "/in/a.csv");
    await arrive(rig, "/in/b.csv");
    const held = await ask(rig, 2);
    assert.match(
      held.because.sentence,
      /^a: made because \/in\/b\.csv matches `\/in\/\*\.csv` of a; it waits for a slot, because a has 1 unfinished of at most 1, the oldest is record 1;/,
    );
    assert.deepEqual(codesOf(held.events), ["held", "file_event"]);
    assert.equal(held.standing[0]?.code, "waits_for_slot");
    assert.equal(held.facts.file?.path, "/in/b.csv");
  });

  it("names its alerts, and its dead letter", async (t) => {
    const rig = await rigWith(t, phase("root"));
    await report(rig, rootTask(rig), "error", { msg: "boom" });
    const failed = await ask(rig, 1);
    assert.ok(codesOf(failed.events).includes("alert_raised"));
    assert.match(
      failed.events.find((one) => one.code === "alert_raised")?.sentence ?? "",
      /\(retry_exhausted, \w+\) raised: boom; it is open$/,
    );

    tell(rig);
    const told = (await ask(rig, 1)).events.filter(({ code }) => code.startsWith("notification_"));
    assert.deepEqual(
      told.map(({ sentence }) => sentence),
      [
        "channel ops was notified (notification 2, summary) after 2 attempts",
        "channel mail will be notified (notification 3, summary), due at 2026-11-24 12:00:00Z; 1 attempt failed: 451 try later",
        "channel hook was not notified (notification 4, summary) after 9 attempts: 500",
      ],
    );

    const odd = await rigWith(t, phase("root"));
    await report(odd, rootTask(odd), "finished?");
    assert.equal(await redriveDeadLetters("all", null, { by: "ann", reason: "" }, odd.context), 1);
    const deadLetter = (await ask(odd, 1)).events.find((one) => one.code === "dead_letter");
    assert.match(deadLetter?.sentence ?? "", /^dead letter 1 \(unknown_result\): .*; redriven to its topic at /);
  });

  it("names who retried a task by hand as what made the attempt", async (t) => {
    const rig = await rigWith(t, phase("root"));
    await report(rig, rootTask(rig), "error");
    await retryTasks([1], { by: "ann", reason: "", withChildren: false, edit: null }, rig.context);
    const { because, events } = await ask(rig, 2);
    assert.equal(because.code, "retried_by_hand");
    assert.match(because.sentence, /^root, attempt 2 of 2.*: .*retried by hand \(ann\): record 1 was error; so says/);
    assert.equal(events.filter(({ code }) => code === "retried_by_hand").length, 1);
  });

  it("says of a cancelled task whether a worker may still report", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }));
    const [first = rootTask(rig)] = await fireAt(rig, await schedule(rig), NOON + HOUR);
    await report(rig, first, "running");
    await fireAt(rig, await schedule(rig), NOON + 2 * HOUR);
    await cancelByHand([1, 2], { by: "ann", reason: "", withChildren: false }, rig.context);
    assert.equal(
      (await ask(rig, 1)).standing[0]?.sentence,
      "cancelled: what its worker may still report starts nothing",
    );
    assert.equal((await ask(rig, 2)).standing[0]?.sentence, "cancelled: it will not be sent");
  });

  it("shows that a task is overdue", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 * * * *", timeout: "10m" }));
    await fireAt(rig, await schedule(rig), NOON + HOUR);
    rig.now += HOUR;
    await checkIncomplete(rig.context);
    const answer = await ask(rig, 1);
    assert.ok(codesOf(answer.events).includes("incomplete"));
    assert.equal(answer.standing[0]?.code, "overdue");
  });

  it("of a run explains each record, oldest first, and returns nothing for an unknown run", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root" }) + phase("b", { dependsOn: "a" }));
    await report(rig, rootTask(rig), "complete");
    await report(rig, takeOne(rig), "complete");
    const { lineage } = rig.store.reads;
    assert.deepEqual(
      (await lineage.why("run-1")).map((facts) => facts.task.type),
      ["root", "a", "b"],
    );
    assert.deepEqual(await lineage.why("no-run"), []);
    assert.deepEqual(await lineage.why("77"), []);
  });
});

describe("records", () => {
  it("are one per attempt, and one run per id, however often a message arrives", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }) + phase("a", { dependsOn: "root" }));
    const root = rootTask(rig);
    for (let n = 0; n < 3; n++) await report(rig, root, "error");
    rig.now += MINUTE;
    await rig.sweep();
    const retry = takeOne(rig);
    await deliver(rig, [
      { ...retry, result: "complete" },
      { ...retry, result: "complete" },
    ]);
    await report(rig, retry, "complete");
    const run = await rig.store.reads.lineage.run("run-1");
    assert.deepEqual(
      run?.tasks.map((task) => [task.depth, task.type, task.attempt, task.kind, task.phase_id, task.version_id]),
      [
        [0, "root", 0, null, 1, 1],
        [1, "root", 1, "retry", 1, 1],
        [2, "a", 0, "triggered", 2, 1],
      ],
    );
  });
});

describe("an unknown phase", () => {
  it("is recorded with any result, and raises an alert only for an error whose meta names a workflow", async (t) => {
    const cases = [
      ["error", "workflow=flow.toml", ["retry_exhausted"]],
      ["error", "workflow=gone.toml", ["retry_exhausted"]],
      ["error", "", []],
      ["complete", "workflow=flow.toml", []],
      ["warn", "workflow=flow.toml", []],
    ] as const;
    for (const [result, meta, expected] of cases) {
      const rig = await rigWith(t, phase("other"));
      await report(rig, rootTask(rig, { meta }), result);
      const { events, facts } = await ask(rig, 1);
      assert.deepEqual([facts.task.result, facts.task.phase_id, facts.phase], [result, 0, null]);
      assert.deepEqual(
        rig.stored.alerts().map(({ type }) => type),
        expected,
        `${result} ${meta}`,
      );
      assert.equal(codesOf(events).includes("phase_unknown"), result === "error");
      if (result === "error")
        assert.equal(events.find((one) => one.code === "phase_unknown")?.data["alert"], expected.length === 1);
      assert.ok(rig.stored.tasks().every(({ origin }) => origin !== "retry"));
    }
  });
});
