import { wallOf } from "../../src/contract/time/wall-ms.ts";
import { secondsText } from "../../src/contract/time/instant.ts";
import { writeTaskMessage, type TaskMessage } from "../../src/contract/task-message.ts";
import type {
  DoneDecider,
  DoneMessage,
  DoneState,
  FileDecider,
  FileEffects,
  FileMessage,
  FileState,
} from "../../src/core/decide/decider.ts";
import { nameLetter, ruleErrorOf } from "../../src/core/decide/dead-letters.ts";
import {
  NO_EFFECTS,
  type Effects,
  type NewAlert,
  type NewDecision,
  type NewTask,
  type Outcome,
} from "../../src/core/decide/effects.ts";
import { deliveryOf, repeatedFile } from "../../src/core/decide/files/file-deliveries.ts";
import { matchRecord } from "../../src/core/decide/match-record.ts";
import { newAlert } from "../../src/core/decide/new-alert.ts";
import type { Values } from "../../src/core/task/values.ts";
import type { TaskFilter } from "../../src/store/task-queries.ts";
import type { LoadedFile, LoadedPhase } from "../../src/store/workflow-versions.ts";

/** A full second, so that it survives the bus. */
export const NOW = Date.parse("2026-03-01T12:00:00Z");

export function taskMessage(given: Partial<TaskMessage> = {}): TaskMessage {
  return {
    type: "fetch",
    job: "",
    info: "?day=2026-03-01",
    created: secondsText(NOW),
    id: "0195500a-0000-7000-8000-000000000001",
    meta: "workflow=sales.toml",
    result: "",
    msg: "",
    started: "",
    ended: "",
    ...given,
  };
}

export function decision(given: Partial<NewDecision> = {}): NewDecision {
  return { code: "created_by_hand", phaseId: 0, taskTime: null, data: {}, ...given };
}

/** A root task that is due now. */
export function newTask(given: Partial<NewTask> = {}): NewTask {
  return {
    message: taskMessage(),
    origin: "manual",
    state: "queued",
    dueAt: NOW,
    held: false,
    attempt: 0,
    firstAttemptId: null,
    taskTime: null,
    phaseId: 0,
    versionId: 0,
    scheduledAt: null,
    position: 0,
    deadlineAt: null,
    holdsSlot: false,
    relation: null,
    decision: decision(),
    ...given,
  };
}

/** A child of the record that the message answers. */
export function childTask(given: Partial<NewTask> = {}): NewTask {
  return newTask({
    message: taskMessage({ type: "clean" }),
    origin: "child",
    phaseId: 2,
    relation: { kind: "triggered", parentId: null },
    decision: decision({ code: "child_started", phaseId: 2 }),
    ...given,
  });
}

const NO_META: Values = new Map();

/** A worker's result of `task`. */
export function doneMessage(task: Partial<TaskMessage> = {}, given: Partial<DoneMessage> = {}): DoneMessage {
  const whole = taskMessage({
    result: "complete",
    started: secondsText(NOW + 1000),
    ended: secondsText(NOW + 3000),
    ...task,
  });
  const created = whole.created === "" ? null : Date.parse(whole.created);
  return {
    task: whole,
    meta: NO_META,
    attempt: null,
    taskTime: null,
    created,
    payload: writeTaskMessage(whole),
    topic: "done",
    ...given,
  };
}

export function outcome(message: DoneMessage): Outcome {
  const { result, msg, meta, started, ended } = message.task;
  return {
    result,
    msg,
    meta,
    started: started === "" ? null : Date.parse(started),
    ended: ended === "" ? null : Date.parse(ended),
  };
}

/** Finishes the record, or inserts it as one from outside; `more` adds to the effects. */
export function doneDecider(
  more: (message: DoneMessage, state: DoneState) => Partial<Effects> = () => ({}),
  needs: Partial<ReturnType<DoneDecider["needs"]>> = {},
): DoneDecider {
  return {
    needs: () => ({ ancestors: false, children: true, startedByFailure: [], slots: [], joins: [], ...needs }),
    match: matchRecord,
    decide: (message, state) => {
      const { record } = state;
      if (record?.state === "finished") return { ...NO_EFFECTS, decisions: [decision({ code: "duplicate_ignored" })] };
      const change: Effects["record"] =
        record === null
          ? { kind: "insert", task: externalTask(message), outcome: outcome(message) }
          : { kind: "finish", recordId: record.recordId, outcome: outcome(message) };
      return { ...NO_EFFECTS, record: change, ...more(message, state) };
    },
    nameLetter,
    refuse: ruleErrorOf,
  };
}

function externalTask(message: DoneMessage): NewTask {
  return newTask({
    message: message.task,
    origin: "external",
    state: "finished",
    attempt: message.attempt ?? 0,
    decision: decision({ code: "external_task" }),
  });
}

export function fileMessage(given: Partial<FileMessage> = {}, path = "/in/2026/03/01/a.csv"): FileMessage {
  const event = {
    path,
    size: 120,
    linecnt: 3,
    bytecnt: 0,
    checksum: "c1",
    created: NOW,
    isDir: false,
    files: 0,
    bucket: "",
    etag: "",
    generation: "",
    md5: "",
    crc32c: "",
    updated: null,
  };
  return { event, busId: null, topic: "files", payload: "{}", receivedAt: NOW, taskTime: wallOf(NOW), ...given };
}

export function fileDecider(
  decide: (message: FileMessage, state: FileState) => Partial<FileEffects>,
  needs: (message: FileMessage) => Partial<ReturnType<FileDecider["needs"]>> = () => ({}),
): FileDecider {
  return {
    delivery: deliveryOf,
    repeated: repeatedFile,
    needs: (message) => ({ ancestors: false, slots: [], joins: [], gathered: [], ...needs(message) }),
    decide: (message, state) => ({
      ...NO_EFFECTS,
      matches: [],
      gatheredBy: [],
      nearMisses: [],
      sources: [],
      ...decide(message, state),
    }),
    refuse: ruleErrorOf,
  };
}

export function loadedPhase(given: Partial<LoadedPhase> = {}): LoadedPhase {
  return {
    key: "fetch",
    task: "fetch",
    type: "fetch",
    job: "",
    dependsOn: "",
    rule: "cron=0 * * * *",
    template: "?day={yyyy}-{mm}-{dd}",
    retry: 2,
    line: 1,
    cap: 0,
    paused: false,
    isJoin: false,
    zone: "UTC",
    onRemoved: "release",
    owner: "",
    description: "",
    runbook: "",
    parents: [],
    ...given,
  };
}

export function loadedFile(given: Partial<LoadedFile> = {}): LoadedFile {
  return {
    name: "sales.toml",
    path: "workflows/sales.toml",
    source: "[[phase]]",
    checksum: "sum-1",
    phases: [loadedPhase()],
    issues: [],
    accepted: true,
    edit: null,
    onRemoved: null,
    ...given,
  };
}

export function taskFilter(given: Partial<TaskFilter> = {}): TaskFilter {
  return { limit: 50, before: null, type: null, job: null, result: null, state: null, ...given };
}

export const ALERT: NewAlert = newAlert("retry_exhausted", "gave up", { taskId: "t", taskType: "fetch" });
