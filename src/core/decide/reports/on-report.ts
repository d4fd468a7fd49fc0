import { parseInstant } from "../../../contract/time/instant.ts";
import { SECOND } from "../../../contract/time/time-units.ts";
import type { Phase } from "../../workflow/phase.ts";
import type { DoneMessage, MatchedRecord, ReportedWorker, RunningReport } from "../decider.ts";
import { isUnderWay, type NewDecision, type StoredTask } from "../effects.ts";

/** Why a worker does not go on with a task: it said so, said nothing any more, another has the task, or Flowlord restarted. */
export type RequeuedBecause = "requeued" | "lease" | "redelivered" | "restart";

/** The record that a report is about: of tasks that look the same on the bus the one that this worker has, else one that none has. */
export function reportedRecord(
  { report = null }: DoneMessage,
  { record, candidates }: MatchedRecord<StoredTask>,
  lastOf: (recordId: number) => ReportedWorker | null,
): StoredTask | null {
  if (record === null || report === null || candidates.length < 2) return record;
  const equal = candidates.filter(({ attempt, state }) => attempt === record.attempt && isUnderWay(state));
  const has = ({ recordId, state }: StoredTask): boolean => {
    const last = state === "running" ? lastOf(recordId) : null;
    return last !== null && isSameWorker(last, report);
  };
  return equal.find(has) ?? equal.find(({ state }) => state !== "running") ?? record;
}

/**
 * A worker says that its task goes on. Null: nothing is written, because the task is finished, cancelled or not sent, or the
 * worker reported less than a second ago. Of an overdue task it is only noted.
 */
export function decideReport(
  message: DoneMessage,
  record: StoredTask,
  last: ReportedWorker | null,
  phase: Phase | null,
  now: number,
): RunningReport | null {
  const { report = null, task } = message;
  if (report === null || (!isUnderWay(record.state) && record.state !== "overdue")) return null;
  const wasRunning = record.state === "running";
  const isSame = last !== null && isSameWorker(last, report);
  const about = { phaseId: record.phaseId, taskTime: message.taskTime };
  const base = {
    recordId: record.recordId,
    report,
    msg: task.msg,
    beganAt: beganAt(task.started, now),
    deadlineAt: null,
  };
  if (report.requeued) {
    // Another worker may have it by now.
    if (!wasRunning || last === null || !isSame) return null;
    return { ...base, decisions: [requeued(about, last, "requeued")] };
  }
  if (wasRunning && isSame && now - last.reportedAt < SECOND && now >= last.reportedAt) return null;
  const rule = phase?.rule;
  const deadlineAt = rule?.timeoutAfterReport === true && rule.timeout !== null ? now + rule.timeout : null;
  const decisions = wasRunning && last !== null && !isSame ? [requeued(about, last, "redelivered", report)] : [];
  return { ...base, deadlineAt, decisions };
}

/** A decision that a task no longer runs where it did. `by`: the worker that has it now. */
export function requeued(
  { phaseId, taskTime }: Pick<NewDecision, "phaseId" | "taskTime">,
  { worker, host, pid, reportedAt }: { readonly [Key in keyof ReportedWorker]: ReportedWorker[Key] | null },
  because: RequeuedBecause,
  by: Omit<ReportedWorker, "reportedAt"> | null = null,
): NewDecision {
  const now = by === null ? {} : { by: { worker: by.worker, host: by.host, pid: by.pid } };
  const data = { because, worker, host, pid, reported_at: reportedAt, ...now };
  return { code: "requeued", phaseId, taskTime, data };
}

function isSameWorker(one: Omit<ReportedWorker, "reportedAt">, other: Omit<ReportedWorker, "reportedAt">): boolean {
  return one.worker === other.worker && one.host === other.host && one.pid === other.pid;
}

/** A worker's clock may be wrong; the future is never when it began. */
function beganAt(started: string, now: number): number {
  const at = started === "" ? null : parseInstant(started);
  return at === null || at > now ? now : at;
}
