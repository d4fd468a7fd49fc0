import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseInstant } from "../../src/contract/time/instant.ts";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import { alerts, codes, dataOf, phase, records, report, rigWith, rootTask, takeOne, takeSent } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

/** Milliseconds from now until the outbox sends the next message. */
async function wait(rig: Rig): Promise<number> {
  const at = await rig.store.nextDueAt([]);
  assert.ok(at !== null, "nothing waits");
  return at - rig.now;
}

/** Fails the root task until no retry follows; answers the delays. */
async function delaysOf(rig: Rig): Promise<number[]> {
  const delays: number[] = [];
  let task = rootTask(rig);
  for (;;) {
    await report(rig, task, "error");
    if ((await rig.store.nextDueAt([])) === null) return delays;
    delays.push(await wait(rig));
    rig.now += delays.at(-1) ?? 0;
    rig.sent.length = 0;
    await rig.sweep();
    task = takeOne(rig);
  }
}

describe("a retry", () => {
  it("is the same task one second later, its attempt in meta, and survives a restart", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 2 }));
    const root = rootTask(rig);
    await report(rig, root, "error", { msg: "no luck", started: "2026-11-24T12:00:00Z" });
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(records(rig), ["root finished error 0", "root waiting - 1"]);
    await rig.reopen();
    rig.now += 999;
    assert.deepEqual(await rig.sweep(), []);
    rig.now += 1;
    await rig.sweep();
    const meta = "cron=2026-11-24T00&retry=1&workflow=flow.toml";
    assert.deepEqual(takeOne(rig), { ...root, created: "2026-11-24T12:00:01Z", meta });
    assert.deepEqual(records(rig), ["root finished error 0", "root queued - 1"]);
    const { due_at: dueAt, ...data } = dataOf(rig, "retry_scheduled");
    assert.deepEqual([dueAt, data], [rig.now, { attempt: 1, of: 2, delay_ms: 1000, error: "no luck" }]);
  });

  it("waits retry_delay plus up to 40 % jitter, and its meta says so", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 9, retry_delay: "10s" }));
    for (const [id, random, ms, delayed] of [
      ["least", 0, 10_000, "10s"],
      ["middle", 0.5, 12_000, "12s"],
      ["most", 0.999_999, 14_000, "13.99s"],
    ] as const) {
      rig.random = random;
      await report(rig, rootTask(rig, { id }), "error");
      const at = await rig.store.nextDueAt([]);
      assert.equal(at, rig.now + ms, id);
      rig.now = at;
      await rig.sweep();
      const task = takeOne(rig);
      assert.match(task.meta, new RegExp(`delayed=${delayed}&retry=1`));
      assert.equal(parseInstant(task.created), Math.floor(at / 1000) * 1000);
    }
  });

  it("counts an invalid duration as 0, and a negative delay as one second", async (t) => {
    for (const [delay, ms, delayed] of [
      ["soon", 0, "0s"],
      ["-5s", 1000, "1s"],
    ] as const) {
      const rig = await rigWith(t, phase("root", { retry: 1, rule: `retry_delay=${delay}` }));
      await report(rig, rootTask(rig), "error");
      assert.equal((await rig.store.nextDueAt([])) ?? rig.now, rig.now + ms, delay);
      if (ms > 0) rig.now += ms;
      await rig.sweep();
      assert.match(takeOne(rig).meta, new RegExp(`delayed=${delayed}&`), delay);
    }
  });

  it("doubles its delay with exponential backoff, jitter on top, never above retry_max_delay", async (t) => {
    const keys = { retry: 5, retry_delay: "10s", retry_backoff: "exponential", retry_max_delay: "1m" };
    const rig = await rigWith(t, phase("root", keys));
    assert.deepEqual(await delaysOf(rig), [10_000, 20_000, 40_000, 60_000, 60_000]);
    rig.random = 0.5;
    rig.now += HOUR;
    const jittered = await rigWith(t, phase("root", keys));
    jittered.random = 0.5;
    assert.deepEqual(await delaysOf(jittered), [12_000, 24_000, 48_000, 60_000, 60_000]);
  });

  it("keeps the same delay without backoff", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 3, retry_delay: "10s" }));
    assert.deepEqual(await delaysOf(rig), [10_000, 10_000, 10_000]);
  });

  it("has its own time to finish, from when it is sent", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1, retry_delay: "30m", timeout: "5m" }));
    await report(rig, rootTask(rig), "error");
    const retry = rig.stored.tasks().find(({ attempt }) => attempt === 1);
    assert.equal(retry?.deadline_at, rig.now + 35 * MINUTE);
  });

  it("does not follow a result other than error", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }));
    for (const result of ["warn", "alert", "strange", ""]) await report(rig, rootTask(rig, { id: result }), result);
    assert.equal(await rig.store.nextDueAt([]), null);
  });
});

describe("when no retry is left", () => {
  it("the task goes to the failed topic with a mark, and an alert is recorded", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1, severity: "warning" }));
    await report(rig, rootTask(rig), "error");
    rig.now += MINUTE;
    await rig.sweep();
    const retry = takeOne(rig);
    await report(rig, retry, "error", { msg: "broken" });
    const [failed] = rig.sent.splice(0);
    assert.equal(failed?.topic, "retry-failed");
    const meta = "cron=2026-11-24T00&retried=1&retry=failed&workflow=flow.toml";
    assert.deepEqual(parseTaskMessage(failed?.payload ?? ""), { ...retry, result: "error", msg: "broken", meta });
    const [alert, ...more] = alerts(rig);
    assert.deepEqual(
      [alert?.type, alert?.severity, alert?.at_once, alert?.task_type, alert?.message, alert?.record_id, more.length],
      ["retry_exhausted", "warning", 0, "root", "broken", 2, 0],
    );
    assert.deepEqual(dataOf(rig, "retries_exhausted"), { retries: 1, error: "broken", failed_topic: "retry-failed" });
  });

  it("nothing is sent without a failed topic, or with an empty one", async (t) => {
    for (const failedTopic of [null, ""]) {
      const rig = await rigWith(t, phase("root"), { failedTopic });
      await report(rig, rootTask(rig), "error");
      assert.deepEqual([rig.sent, alerts(rig).length], [[], 1]);
    }
  });

  it("a retry beyond any number is one: nothing is sent again", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 5 }));
    const meta = (attempt: string): string => `workflow=flow.toml&cron=2026-11-24T00&retry=${attempt}`;
    await report(rig, rootTask(rig, { meta: meta("99999999999999999999") }), "error");
    await report(rig, rootTask(rig, { id: "run-2", meta: meta("9223372036854775807") }), "error");
    await report(rig, rootTask(rig, { id: "run-3", meta: meta("-99999999999999999999") }), "error");
    assert.deepEqual(codes(rig, "external_task"), ["retries_exhausted", "retries_exhausted", "retry_scheduled"]);
  });

  it("no_alert silences the alert alone, with a decision", async (t) => {
    const rig = await rigWith(t, phase("root", { rule: "no_alert=false" }));
    await report(rig, rootTask(rig), "error");
    assert.deepEqual([rig.sent.length, alerts(rig)], [1, []]);
    assert.deepEqual(codes(rig), ["external_task", "retries_exhausted", "alert_suppressed"]);
  });

  it("a failed task that returns starts nothing, whether it is known or not", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 0 }));
    await report(rig, rootTask(rig), "error");
    const failed = parseTaskMessage(rig.sent.splice(0)[0]?.payload ?? "");
    await report(rig, failed, "error");
    await report(rig, failed, "error", { id: "elsewhere" });
    assert.deepEqual([rig.sent, alerts(rig).length], [[], 1]);
    assert.deepEqual(codes(rig).slice(2), ["duplicate_ignored", "external_task", "failed_fed_back"]);
  });

  it("a task whose workflow file was removed is not retried, and alerts because its meta names a workflow", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 3 }));
    await report(rig, rootTask(rig), "error", { meta: "workflow=gone.toml" });
    await report(rig, rootTask(rig, { type: "stranger" }), "error", { meta: "" });
    assert.deepEqual(
      alerts(rig).map(({ type, task_type }) => `${type} ${task_type}`),
      ["retry_exhausted root"],
    );
    assert.deepEqual(codes(rig, "external_task"), ["phase_unknown", "phase_unknown"]);
    assert.equal(await rig.store.nextDueAt([]), null);
  });
});

describe("attempts", () => {
  it("count from meta, whether the earlier ones are stored or not", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 3 }));
    await report(rig, rootTask(rig), "error", { meta: "workflow=flow.toml&retry=2" });
    rig.now += MINUTE;
    await rig.sweep();
    assert.match(takeOne(rig).meta, /retry=3/);
    await report(rig, rootTask(rig, { id: "last" }), "error", { meta: "workflow=flow.toml&retry=3" });
    assert.equal(await rig.store.nextDueAt([]), null);
  });

  it("below 0, or not a number, are attempt 0", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }));
    for (const retry of ["-4", "many", "1e3"])
      await report(rig, rootTask(rig, { id: retry }), "error", { meta: `workflow=flow.toml&retry=${retry}` });
    assert.deepEqual(
      records(rig).filter((one) => one.endsWith("1")),
      Array.from({ length: 3 }, () => "root waiting - 1"),
    );
  });

  for (const [name, forget] of [
    ["its meta", { meta: "" }],
    ["its meta but the workflow", { meta: "workflow=flow.toml" }],
    ["its meta and its time", { meta: "", created: "" }],
  ] as const) {
    it(`a worker that drops ${name} cannot retry without end`, async (t) => {
      const rig = await rigWith(t, phase("root", { retry: 2 }));
      let task = rootTask(rig);
      for (let round = 0; round < 6; round++) {
        await report(rig, task, "error", round === 0 ? {} : forget);
        rig.now += HOUR;
        rig.sent.length = 0;
        await rig.sweep();
        if (rig.sent.length === 0) break;
        task = takeOne(rig);
      }
      assert.deepEqual(records(rig), ["root finished error 0", "root finished error 1", "root finished error 2"]);
      assert.equal(alerts(rig).length, 1);
    });
  }
});

describe("after an error", () => {
  it("a complete of the same attempt counts, and cancels the waiting retry", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }) + phase("next", { dependsOn: "root" }));
    await report(rig, rootTask(rig), "error");
    await report(rig, rootTask(rig), "complete");
    assert.equal(takeOne(rig).type, "next");
    assert.deepEqual(records(rig), ["root finished complete 0", "root cancelled - 1", "next queued - 0"]);
    rig.now += HOUR;
    assert.deepEqual(await rig.sweep(), []);
    assert.deepEqual(dataOf(rig, "retry_cancelled"), { attempt: 1, retry_record: 2 });
  });

  it("a complete after several retries cancels the waiting one, and starts the children once", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 5 }) + phase("next", { dependsOn: "root" }));
    const root = rootTask(rig);
    await report(rig, root, "error");
    rig.now += HOUR;
    await rig.sweep();
    const second = takeOne(rig);
    await report(rig, second, "error");
    await report(rig, root, "complete");
    assert.equal(takeOne(rig).type, "next");
    rig.now += HOUR;
    assert.deepEqual(await rig.sweep(), []);
    await report(rig, second, "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.ok(codes(rig).includes("child_exists"));
  });

  it("an error of a retry that was sent before the complete arrived is recorded and starts nothing", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 5 }) + phase("next", { dependsOn: "root" }));
    const root = rootTask(rig);
    await report(rig, root, "error");
    rig.now += HOUR;
    await rig.sweep();
    const second = takeOne(rig);
    await report(rig, root, "complete");
    takeOne(rig);
    await report(rig, second, "error");
    assert.deepEqual(records(rig), ["root finished complete 0", "root finished error 1", "next queued - 0"]);
    assert.deepEqual([await rig.sweep(), alerts(rig)], [[], []]);
  });

  it("an error that arrives again is a repeat; an error of an earlier attempt is late", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 5 }));
    const root = rootTask(rig);
    await report(rig, root, "error");
    await report(rig, root, "error");
    await report(rig, root, "error", { meta: `${root.meta}&retry=4`, id: "other" });
    await report(rig, root, "error", { meta: `${root.meta}&retry=3`, id: "other" });
    const visited = ["duplicate_ignored", "late_result", "retry_scheduled"];
    const found = codes(rig).filter((code) => visited.includes(code));
    assert.deepEqual(found, ["retry_scheduled", "duplicate_ignored", "retry_scheduled", "late_result"]);
  });
});
