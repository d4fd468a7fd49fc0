import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { LATE_AFTER_MS } from "../../../src/core/decide/catch-up.ts";
import type { SlotState } from "../../../src/core/decide/decider.ts";
import { MetaRowsError } from "../../../src/core/task/meta-rows.ts";
import { decideTick, type TickContext, tickNeeds, tickTaskTime } from "../../../src/core/decide/on-tick.ts";
import type { Phase } from "../../../src/core/workflow/phase.ts";
import { taskTime } from "../../../src/core/task/task-time.ts";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";

const AT = Date.parse("2026-03-10T06:07:08Z");

function phaseWith(rule: string, template = "?t={TS}"): Phase {
  const source = `[[phase]]\ntask = "load:j"\nrule = ${JSON.stringify(rule)}\ntemplate = ${JSON.stringify(template)}\n`;
  const [phase] = parseWorkflowFile("flow.toml", source, { zone: "UTC", now: AT }).phases;
  assert.ok(phase !== undefined);
  return { ...phase, id: 7, versionId: 3 };
}

function contextWith(changes: Partial<TickContext> = {}): TickContext {
  let ids = 0;
  return {
    now: AT + 250,
    newId: () => `id-${++ids}`,
    shortId: () => "0a1b2c3d",
    host: "node-a-b",
    zone: "UTC",
    taskTtl: 4 * 3_600_000,
    metaRows: () => new MetaRowsError(0, "there is no such file"),
    ...changes,
  };
}

function decide(phase: Phase | undefined, slots: SlotState | null = null, changes: Partial<TickContext> = {}) {
  const tick = { phaseId: phase?.id ?? 7, scheduledAt: AT };
  return decideTick(phase, tick, slots === null ? new Map() : new Map([[7, slots]]), contextWith(changes));
}

function states(effects: ReturnType<typeof decide>): string[] {
  return effects.tasks.map((task) => `${task.position}:${task.state}:${task.held}:${task.decision.code}`);
}

describe("a plain tick", () => {
  it("creates one root task with everything that the store records", () => {
    const effects = decide(phaseWith("cron=7 6 * * *&offset=-90m&timeout=10m", "?t={TS}&u={uuid}&p={pod}"));
    const time = Date.parse("2026-03-10T04:00:00Z");
    assert.deepEqual(effects.tasks, [
      {
        message: {
          type: "load",
          job: "j",
          info: "?t=20260310T043708&u=0a1b2c3d&p=a-b",
          created: "2026-03-10T06:07:08Z",
          id: "id-1",
          meta: "workflow=flow.toml&cron=2026-03-10T04&job=j",
          result: "",
          msg: "",
          started: "",
          ended: "",
        },
        origin: "tick",
        state: "queued",
        dueAt: AT + 250,
        held: false,
        attempt: 0,
        firstAttemptId: null,
        taskTime: time,
        phaseId: 7,
        versionId: 3,
        scheduledAt: AT,
        position: 0,
        deadlineAt: AT + 250 + 600_000,
        holdsSlot: false,
        joins: [],
        relation: null,
        decision: {
          code: "tick_fired",
          phaseId: 7,
          taskTime: time,
          data: { scheduled_at: AT, late_ms: 250, cron: "7 6 * * *" },
        },
      },
    ]);
    assert.deepEqual([effects.alerts, effects.decisions, effects.release], [[], [], []]);
  });

  it("has the task time that a reader of its meta finds, in any zone", () => {
    for (const zone of ["America/New_York", "Asia/Kathmandu", "Europe/Berlin"]) {
      const [task] = decide(phaseWith(`cron=7 6 * * *&timezone=${zone}`)).tasks;
      assert.equal(task?.taskTime, taskTime(task?.message.meta ?? "", task?.message.info ?? ""));
    }
  });

  it("uses the phase's zone before the process's", () => {
    const inProcess = decide(phaseWith("cron=7 6 * * *"), null, { zone: "Asia/Tokyo" });
    assert.equal(inProcess.tasks[0]?.message.info, "?t=20260310T150708");
    const inPhase = decide(phaseWith("cron=7 6 * * *&timezone=Europe/Berlin"), null, { zone: "Asia/Tokyo" });
    assert.equal(inPhase.tasks[0]?.message.info, "?t=20260310T070708");
  });

  it("is marked when it was caught up after a downtime", () => {
    const now = AT + LATE_AFTER_MS + 1;
    const [task] = decide(phaseWith("cron=7 6 * * *"), null, { now }).tasks;
    assert.deepEqual([task?.decision.code, task?.decision.data["late_ms"]], ["tick_late", LATE_AFTER_MS + 1]);
  });

  it("of a phase that a reload removed creates nothing, and records that", () => {
    const effects = decide(undefined);
    assert.deepEqual([effects.tasks, effects.decisions[0]?.code], [[], "tick_skipped"]);
  });
});

describe("slots", () => {
  it("are queried only where a phase counts them", () => {
    assert.deepEqual(tickNeeds(phaseWith("cron=7 6 * * *")).slots, []);
    assert.deepEqual(tickNeeds(phaseWith("cron=7 6 * * *&overlap=skip")).slots, [7]);
    assert.deepEqual(tickNeeds(phaseWith("cron=7 6 * * *&max_active=2")).slots, [7]);
    assert.deepEqual(tickNeeds(undefined).slots, []);
  });

  it("skip: an unfinished task makes the tick skip", () => {
    const phase = phaseWith("cron=7 6 * * *&overlap=skip");
    const busy = decide(phase, { active: 1, held: [] });
    assert.deepEqual(busy.tasks, []);
    assert.deepEqual(busy.decisions, [
      {
        code: "tick_skipped",
        phaseId: 7,
        taskTime: tickTaskTime(phase, AT, "UTC"),
        data: { active: 1, cap: 1, cron: "7 6 * * *", version: 3, scheduled_at: AT },
      },
    ]);
    assert.deepEqual(states(decide(phase, { active: 0, held: [] })), ["0:queued:false:tick_fired"]);
  });

  it("skip: the tasks of one tick do not block each other, unless there is a cap", () => {
    const rows = "cron=7 6 * * *&meta=c:x,y,z&overlap=skip";
    const together = decide(phaseWith(rows), { active: 0, held: [] });
    assert.deepEqual(
      together.tasks.map((task) => [task.held, task.holdsSlot]),
      [
        [false, true],
        [false, true],
        [false, true],
      ],
    );
    const capped = decide(phaseWith(`${rows}&max_active=2`), { active: 1, held: [] });
    assert.deepEqual(states(capped), ["0:queued:false:tick_fired", "1:waiting:true:held", "2:waiting:true:held"]);
    assert.deepEqual(decide(phaseWith(`${rows}&max_active=2`), { active: 2, held: [] }).tasks, []);
  });

  it("queue: waits behind the unfinished one, and behind those that wait already", () => {
    const phase = phaseWith("cron=7 6 * * *&overlap=queue");
    assert.deepEqual(states(decide(phase, { active: 0, held: [] })), ["0:queued:false:tick_fired"]);
    assert.deepEqual(states(decide(phase, { active: 1, held: [] })), ["0:waiting:true:held"]);
    const freed = decide(phase, { active: 0, held: [41, 42] });
    assert.deepEqual([states(freed), freed.release], [["0:waiting:true:held"], [41]]);
  });

  it("max_active alone holds tasks beyond the cap", () => {
    const phase = phaseWith("cron=7 6 * * *&meta=c:x,y,z&max_active=2");
    const effects = decide(phase, { active: 0, held: [] });
    assert.deepEqual(states(effects), [
      "0:queued:false:tick_fired",
      "1:queued:false:tick_fired",
      "2:waiting:true:held",
    ]);
    const freed = decide(phase, { active: 0, held: [41] });
    assert.deepEqual([freed.release, freed.tasks.map((task) => task.held)], [[41], [false, true, true]]);
  });
});

describe("a batch tick", () => {
  it("starts at the hour and gives every task an id and a position", () => {
    const { tasks } = decide(phaseWith("cron=7 6 * * *&for=-2h&by=hour"));
    assert.deepEqual(
      tasks.map((task) => [task.message.id, task.position, task.message.info]),
      [
        ["id-1", 0, "?t=20260310T060000"],
        ["id-2", 1, "?t=20260310T050000"],
        ["id-3", 2, "?t=20260310T040000"],
      ],
    );
  });

  it("without rows creates nothing, and records that", () => {
    const effects = decide(phaseWith("cron=7 6 * * *&meta-file=rows.json"), null, { metaRows: () => [] });
    assert.deepEqual([effects.tasks, effects.alerts, effects.decisions[0]?.code], [[], [], "batch_empty"]);
  });

  it("with unusable rows creates no task and one combined alert", () => {
    const unequal = decide(phaseWith("cron=7 6 * * *&meta=a:1,2|b:3&severity=info"));
    const [alert, ...more] = unequal.alerts;
    const { type, severity, atOnce, taskId, taskType, job, message, phaseId } = alert ?? {};
    assert.deepEqual(
      { type, severity, atOnce, taskId, taskType, job, message, phaseId },
      {
        type: "workflow_invalid",
        severity: "info",
        atOnce: false,
        taskId: "id-1",
        taskType: "load",
        job: "j",
        message: "rows of unequal length in meta: a has 2, b has 1",
        phaseId: 7,
      },
    );
    assert.deepEqual(more, []);
    assert.deepEqual([unequal.tasks, unequal.decisions[0]?.code], [[], "no_rows"]);
    const missing = decide(phaseWith("cron=7 6 * * *&meta-file=gone.json"));
    assert.match(missing.alerts[0]?.message ?? "", /no such file/);
    const endless = decide(phaseWith("cron=7 6 * * *&for=2000000h&by=hour"));
    assert.match(endless.alerts[0]?.message ?? "", /more than 100000 tasks/);
  });

  it("raises no alert with no_alert, and records that", () => {
    const effects = decide(phaseWith("cron=7 6 * * *&meta=a:1,2|b:3&no_alert=true"));
    assert.deepEqual([effects.alerts, effects.decisions.map((one) => one.code)], [[], ["no_rows", "alert_suppressed"]]);
  });
});
