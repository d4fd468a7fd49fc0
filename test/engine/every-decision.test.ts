import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { redriveFilesRequest } from "../../src/contract/api/file-api.ts";
import { writeTaskReport } from "../../src/contract/task-report.ts";
import { DAY, HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import type { DecisionCode } from "../../src/core/decide/effects.ts";
import type { RetryOptions } from "../../src/core/decide/by-hand/retry-task.ts";
import { explain } from "../../src/core/why/explain.ts";
import { BackfillRunner } from "../../src/engine/backfill/advance-backfills.ts";
import { changeBackfill } from "../../src/engine/backfill/change-backfill.ts";
import { checkIncomplete } from "../../src/engine/check-incomplete.ts";
import { createTask } from "../../src/engine/create-task.ts";
import { handleFiles } from "../../src/engine/handle-file.ts";
import { handleDone } from "../../src/engine/handle-done.ts";
import { expireLeases } from "../../src/engine/steering/expire-leases.ts";
import { releaseHeld } from "../../src/engine/release-held.ts";
import { redriveFiles } from "../../src/engine/files/redrive-files.ts";
import { cancelByHand, markTasks, retryTasks } from "../../src/engine/steering/act-on-tasks.ts";
import { noteControl } from "../../src/engine/notes/note-control.ts";
import { endPauses, pauseControl } from "../../src/engine/steering/pauses.ts";
import { recordDrain } from "../../src/engine/steering/record-drain.ts";
import { acceptRemoval } from "../../src/engine/workflows/accept-removal.ts";
import { redriveDeadLetters, sendMessages } from "../../src/engine/send-messages.ts";
import { arrive, codes, deliver, fireAt, phase, report, rigWith, rootTask, schedule, takeOne } from "./rig/drive.ts";
import { begin, turns } from "./backfill/ask.ts";
import { decide, restored } from "./restore/restored-rig.ts";
import { SAYS } from "./decision-sentences.ts";
import type { StoredDecision } from "./rig/reader.ts";
import type { Rig } from "./rig/rig.ts";

type Way = (t: TestContext) => Promise<Rig>;

/** Finishes a root task of `flow` with this result. */
function afterRoot(flow: string, result = "complete", more: Parameters<typeof report>[3] = {}): Way {
  return async (t) => {
    const rig = await rigWith(t, flow);
    await report(rig, rootTask(rig), result, more);
    return rig;
  };
}

/** Fires what is due `after` the start. */
function afterTicks(flow: string, after: number): Way {
  return async (t) => {
    const rig = await rigWith(t, flow);
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, rig.now + after);
    return rig;
  };
}

/** A backfill of one day. */
const backfill: Way = async (t) => {
  const rig = await rigWith(t, phase("a", { template: "?day={yyyy}-{mm}-{dd}" }));
  await begin(rig, "2026-11-01", "2026-11-01");
  await turns(new BackfillRunner(rig.context, 10), 2);
  return rig;
};

function afterFiles(flow: string, ...paths: Parameters<typeof arrive>[1][]): Way {
  return async (t) => {
    const rig = await rigWith(t, flow);
    for (const path of paths) await arrive(rig, path);
    return rig;
  };
}

/** Removes a phase of which a task waits for a slot. */
function afterRemoval(onRemoved: string): Way {
  return async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv", max_active: 1, on_removed: onRemoved }));
    await arrive(rig, "/in/a.csv", "/in/b.csv");
    rig.now += MINUTE;
    await rig.write("flow.toml", phase("b"));
    await rig.reload();
    return rig;
  };
}

/** A person does something to a root task that failed. */
function afterFailure(act: (rig: Rig) => Promise<unknown>): Way {
  return async (t) => {
    const rig = await rigWith(t, phase("root"));
    await report(rig, rootTask(rig), "error");
    await act(rig);
    return rig;
  };
}

function afterDrain(end: boolean): Way {
  return async (t) => {
    const rig = await rigWith(t, phase("root"));
    await recordDrain({ end, by: "ann" }, rig.context);
    return rig;
  };
}

function retry(more: Partial<RetryOptions>): RetryOptions {
  return { by: "ann", reason: "", withChildren: false, edit: null, ...more };
}

const NOTE = { target: { kind: "task", key: "1", workflow: null }, by: "ann" } as const;

const OF_A = { type: "a", job: null, workflow: null };

/** Pauses a phase that waits for files, for an hour. */
async function afterPause(t: TestContext): Promise<Rig> {
  const rig = await rigWith(t, phase("a", { files: "/in/*.csv" }));
  const changed = async (): Promise<void> => void (await rig.reload());
  await pauseControl(rig.context, changed).pause({ ...OF_A, until: rig.now + HOUR, by: "ann", reason: "new disk" });
  return rig;
}

/** The database was restored, six hours later, with a task that waits in the outbox. */
async function afterRestore(t: TestContext): Promise<Rig> {
  const rig = await rigWith(t, phase("root", { cron: "0 12 * * *" }), { now: Date.UTC(2026, 10, 24, 11, 59) });
  await fireAt(rig, await schedule(rig), rig.now + MINUTE);
  await restored(rig, rig.now, rig.now + 6 * HOUR);
  return rig;
}

const hourly = { cron: "0 * * * *" };
const child = { dependsOn: "root" };

/** Causes each code. */
const WAYS: Readonly<Record<DecisionCode, Way>> = {
  tick_fired: afterTicks(phase("a", hourly), HOUR),
  tick_skipped: afterTicks(phase("a", { cron: "* * * * *", overlap: "skip", catchup: "all" }), 2 * MINUTE),
  tick_missed: afterTicks(phase("a", hourly), 3 * HOUR + 2 * MINUTE),
  tick_late: afterTicks(phase("a", { ...hourly, catchup: "last" }), HOUR + 2 * MINUTE),
  batch_empty: async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, "meta-file": "<dir>/rows.json" }), {
      files: { "rows.json": "" },
    });
    await fireAt(rig, await schedule(rig), rig.now + HOUR);
    return rig;
  },
  child_started: async (t) => {
    const rig = await rigWith(t, phase("root", hourly) + phase("a", { ...child, require: "{meta:file}" }));
    const [root = rootTask(rig)] = await fireAt(rig, await schedule(rig), rig.now + HOUR);
    await report(rig, root, "complete", { meta: `${root.meta}&file=/out/x.csv` });
    return rig;
  },
  require_missing: afterRoot(phase("a", { ...child, require: "{meta:region}" })),
  join_waiting: afterRoot(phase("a", { dependsOn: "root, other", join: "all" })),
  cycle: afterRoot(phase("root", child)),
  overlap_skipped: async (t) => {
    const rig = await rigWith(t, phase("a", { ...child, overlap: "skip" }));
    await report(rig, rootTask(rig), "complete");
    await report(rig, rootTask(rig, { id: "run-2" }), "complete");
    return rig;
  },
  child_exists: async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }) + phase("a", child));
    await report(rig, rootTask(rig), "error");
    rig.now += MINUTE;
    await rig.sweep();
    const retry = takeOne(rig);
    await report(rig, rootTask(rig, { created: "2026-11-24T12:00:00Z" }), "complete");
    await report(rig, retry, "complete");
    return rig;
  },
  no_rows: afterRoot(phase("a", { ...child, meta: "x:1,2|y:1" })),
  retry_scheduled: afterRoot(phase("root", { retry: 2 }), "error", { msg: "boom" }),
  retries_exhausted: afterRoot(phase("root"), "error", { msg: "boom" }),
  retry_cancelled: async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 1 }));
    for (const result of ["error", "complete"]) await report(rig, rootTask(rig), result);
    return rig;
  },
  result_recorded: afterRoot(phase("root"), "warn"),
  result_unknown: afterRoot(phase("root"), "done"),
  duplicate_ignored: async (t) => {
    const rig = await rigWith(t, phase("root"));
    await deliver(rig, [rootTask(rig, { result: "complete" }), rootTask(rig, { result: "complete" })]);
    return rig;
  },
  late_result: async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 3 }));
    const meta = "workflow=flow.toml&retry=";
    for (const attempt of [2, 1]) await report(rig, rootTask(rig), "error", { meta: `${meta}${attempt}` });
    return rig;
  },
  failed_fed_back: afterRoot(phase("root"), "error", { meta: "workflow=flow.toml&retry=failed&retried=2" }),
  phase_unknown: afterRoot(phase("other"), "error"),
  file_matched: afterFiles(phase("a", { files: "/in/*.csv" }), "/in/a.csv"),
  file_unmatched: afterFiles(phase("a", { files: "/in/*.csv" }), "/out/a.csv"),
  file_repeated: afterFiles(
    phase("a", { files: "/in/*.csv" }),
    { path: "/in/a.csv", id: "m-1" },
    { path: "/in/a.csv", id: "m-1" },
  ),
  file_redriven: async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv" }));
    await arrive(rig, "/in/a.csv");
    await rig.write("flow.toml", phase("a", { files: "/in/*.csv" }) + phase("b", { files: "/in/*" }));
    await rig.reload();
    await redriveFiles({ ...redriveFilesRequest.parse({ ids: [1], reason: "new phase" }), by: "ann" }, rig.context);
    return rig;
  },
  file_gathering: afterFiles(phase("a", { files: "/in/*.csv", gather: 2 }), "/in/a.csv"),
  file_not_new: async (t) => {
    const rig = await rigWith(t, phase("a", { files: "gs://in/*.csv" }));
    const payload = JSON.stringify({ id: "in/a.csv/1", name: "a.csv", bucket: "in" });
    await handleFiles([{ topic: "files", payload, id: "1", eventType: "OBJECT_DELETE" }], rig.context);
    return rig;
  },
  template_open: afterFiles(phase("a", { files: "/in/*.csv", template: "?day={yyyy}-{mm}-{dd}" }), "/in/a.csv"),
  task_too_large: afterFiles(phase("a", { files: "/in/**", files_glob: "/in/**" }), `/in/${"x".repeat(2_100_000)}`),
  file_missing: afterTicks(phase("a", { files: "/in/*.csv", expect_by: "0 * * * *" }), HOUR),
  held: afterTicks(phase("a", { cron: "* * * * *", max_active: 1 }), 2 * MINUTE),
  released: async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv", max_active: 1 }));
    await arrive(rig, "/in/a.csv");
    const first = takeOne(rig);
    await arrive(rig, "/in/b.csv");
    await report(rig, first, "complete");
    return rig;
  },
  held_cancelled: async (t) => {
    const rig = await afterRemoval("cancel")(t);
    await releaseHeld(rig.context);
    return rig;
  },
  phase_retired: afterRemoval("release"),
  incomplete: async (t) => {
    const rig = await rigWith(t, phase("a", { ...hourly, timeout: "10m" }));
    await fireAt(rig, await schedule(rig), rig.now + HOUR);
    rig.now += DAY;
    await checkIncomplete(rig.context);
    return rig;
  },
  requeued: async (t) => {
    const rig = await rigWith(t, phase("root") + phase("a", child));
    await report(rig, rootTask(rig), "complete");
    const says = { worker: "load", host: "host-1", pid: 7, log: "", progress: null, leaseMs: MINUTE, requeued: false };
    await handleDone([{ topic: "done", payload: writeTaskReport(takeOne(rig), says) }], rig.context);
    rig.now += MINUTE;
    await expireLeases(rig.context);
    return rig;
  },
  alert_suppressed: afterRoot(phase("root", { no_alert: true }), "error"),
  retried_by_hand: afterFailure((rig) => retryTasks([1], retry({ reason: "the disk was full" }), rig.context)),
  copied_by_hand: afterFailure((rig) => retryTasks([1], retry({ edit: { info: "x", meta: "" } }), rig.context)),
  cancelled_by_hand: async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    await fireAt(rig, await schedule(rig), rig.now + HOUR);
    await cancelByHand([1], { by: "ann", reason: "not needed", withChildren: false }, rig.context);
    return rig;
  },
  marked_by_hand: afterFailure((rig) =>
    markTasks([1], { result: "complete", by: "ann", reason: "done elsewhere" }, rig.context),
  ),
  note_added: afterFailure((rig) => noteControl(rig.context).add({ ...NOTE, text: "the disk was full" })),
  note_removed: afterFailure(async (rig) => {
    const { id } = await noteControl(rig.context).add({ ...NOTE, text: "the disk was full" });
    await noteControl(rig.context).remove({ ...NOTE, id, reason: "solved" });
  }),
  created_by_hand: async (t) => {
    const rig = await rigWith(t, phase("a", hourly));
    const request = { type: "a", job: "", at: null, workflow: "", info: null, meta: "", by: "a test" };
    await createTask(request, rig.context);
    return rig;
  },
  backfilled: backfill,
  backfill_changed: backfill,
  backfill_cancelled: async (t) => {
    const rig = await backfill(t);
    await changeBackfill({ id: 1, act: "cancel", by: "ann", reason: "not needed" }, rig.context);
    await turns(new BackfillRunner(rig.context, 10), 1);
    return rig;
  },
  published: async (t) => {
    const rig = await rigWith(t, phase("root"));
    await sendMessages("clean", ["a", "b"], { by: "ann", reason: "a test" }, rig.context);
    return rig;
  },
  restore_held: afterRestore,
  restore_found: async (t) => {
    const rig = await afterRestore(t);
    const [{ id, recordId } = { id: 0, recordId: 0 }] = await rig.store.held.payloads("root", 0, 1);
    await rig.store.held.found([{ id, recordId, sentAs: null }], rig.now);
    return rig;
  },
  restore_accepted: async (t) => {
    const rig = await afterRestore(t);
    await decide(rig, "accept", "it is wanted");
    return rig;
  },
  restore_dropped: async (t) => {
    const rig = await afterRestore(t);
    await decide(rig, "drop", "it ran");
    return rig;
  },
  removal_accepted: async (t) => {
    const rig = await rigWith(t, phase("root"));
    await acceptRemoval({ by: "ann", reason: "moved" }, async () => ["flow.toml"], rig.context);
    return rig;
  },
  external_task: afterRoot(phase("root")),
  redriven: async (t) => {
    const rig = await rigWith(t, phase("root"));
    await report(rig, rootTask(rig), "no such result");
    assert.equal(await redriveDeadLetters("all", null, { by: "ann", reason: "repaired" }, rig.context), 1);
    return rig;
  },
  phase_paused: afterPause,
  phase_resumed: async (t) => {
    const rig = await afterPause(t);
    rig.now += HOUR;
    await endPauses(rig.context);
    return rig;
  },
  pause_dropped: async (t) => {
    const rig = await afterPause(t);
    await arrive(rig, "/in/a.csv");
    await pauseControl(rig.context, async () => undefined).resume({ ...OF_A, drop: true, by: "ann", reason: "moved" });
    return rig;
  },
  drained: afterDrain(false),
  drain_ended: afterDrain(true),
  // test/store/sqlite/legacy proves it with a real import.
  imported: async (t) => {
    const rig = await rigWith(t, phase("root"));
    const data = { rows: { task_log: 35, events: 21 }, copy: "/data/tasks.db.before-import-1" };
    const decision = { code: "imported", phaseId: 0, taskTime: null, data } as const;
    await rig.context.store.record({ alerts: [], decisions: [decision] }, rig.now);
    return rig;
  },
};

describe("every decision", () => {
  for (const [code, way] of Object.entries(WAYS)) {
    it(`${code} is recorded and has a sentence`, async (t) => {
      const rig = await way(t);
      assert.ok(codes(rig).includes(code), `only ${codes(rig).join(", ")}`);
      const newest = rig.stored.decisions(code).at(-1) ?? assert.fail();
      assert.equal(sentenceOf(rig, newest).replaceAll(rig.dir, "<dir>"), SAYS[code as DecisionCode]);
      for (const row of rig.stored.decisions()) {
        const sentence = sentenceOf(rig, row);
        assert.match(sentence, /^\S.*[^.]$/);
        assert.doesNotMatch(sentence, /undefined|null|NaN|\[object/, sentence);
      }
    });
  }
});

function sentenceOf(rig: Rig, { code, phase_id: phaseId, data }: StoredDecision): string {
  const known = rig.context.graph().byId.get(phaseId) ?? null;
  return explain({ code, phase: known, task_time: null, data }, rig.context.runtime.zone);
}
