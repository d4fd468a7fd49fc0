import { parentName } from "../workflow/phase/parent-ref.ts";
import type { WallMs } from "../../contract/time/wall-ms.ts";
import { explain } from "./explain.ts";
import type { Finding } from "./finding.ts";
import { taskName } from "../task/task-name.ts";
import { isNamed } from "../workflow/joins/join-plans.ts";
import type { ParentRef, Phase } from "../workflow/phase.ts";
import { attemptText, instantText, named, phrases, taskTimeWithZone } from "./phrases.ts";
import type { LineageTask } from "./why-facts.ts";
import type { JoinMember, WhyNotFacts, WhyNotParent } from "./why-not-facts.ts";

/** Why the parents of a phase have not started it for a task time; times by the clock of the zone (IANA). */
export function parentFindings(phase: Phase, taskTime: WallMs, facts: WhyNotFacts, zone: string): Finding[] {
  const isJoin = phase.rule.join === "all" && phase.dependsOn.length > 0;
  const come: Finding[] = [];
  const missing: Finding[] = [];
  phase.dependsOn.forEach((parent, index) => {
    const tasks = latestAttempts(facts.parents[index] ?? []);
    if (tasks.length === 0) missing.push(noParent(parent, index, taskTime, zone));
    for (const one of tasks) come.push(...ofParent(phase, one, isJoin, zone));
  });
  const join = isJoin ? waiting(phase, facts) : [];
  // With `join = any` one parent is enough: the parents that came explain more than those that did not.
  return isJoin ? [...join, ...missing, ...come] : [...come, ...missing];
}

/** Of all attempts of a parent only the latest counts. */
function latestAttempts(parents: readonly WhyNotParent[]): readonly WhyNotParent[] {
  const latest = new Map<number, WhyNotParent>();
  for (const one of parents) {
    const known = latest.get(one.task.first_attempt_id);
    if (known === undefined || known.task.attempt < one.task.attempt) latest.set(one.task.first_attempt_id, one);
  }
  return [...latest.values()];
}

function noParent(parent: ParentRef, index: number, taskTime: WallMs, zone: string): Finding {
  return {
    code: "parent_missing",
    data: { parent: parentName(parent), index, task_time: taskTime },
    sentence: `its parent \`${parentName(parent)}\` has no task for ${taskTimeWithZone(taskTime, zone)}`,
  };
}

/** One for each instance of the join that has a completed parent and no child. */
function waiting(phase: Phase, facts: WhyNotFacts): Finding[] {
  const instances = Map.groupBy(facts.arrivals, (one) => one.join_key);
  return [...instances.values()].flatMap((members) => {
    if (members.some((one) => one.child_id !== null)) return [];
    const found = waitingInstance(phase, members);
    return found === null ? [] : [found];
  });
}

function waitingInstance(phase: Phase, members: readonly JoinMember[]): Finding | null {
  const isOf = (ref: ParentRef) => (one: JoinMember) => {
    const [type = "", job = ""] = one.member.split(":");
    return isNamed(ref, type, job);
  };
  const complete = members.filter((one) => one.state === "complete");
  const ofFailures = phase.rule.on === "error";
  const isHeldByFailure = phase.rule.joinWhen === "all_complete" && !ofFailures;
  const isFeeder = ({ member }: JoinMember): boolean =>
    phase.joinPlan?.feeders.some((names) => names.has(member)) ?? true;
  const holds = members.filter(
    (one) =>
      (one.state === "open" || (one.state === "failed" && isHeldByFailure)) &&
      (isFeeder(one) || phase.dependsOn.some((ref) => isOf(ref)(one))),
  );
  const come = phase.dependsOn.flatMap((ref) => {
    const [first, ...others] = complete.filter(isOf(ref));
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return [
      {
        name: taskName(ref),
        recordId: first.record_id,
        text: `\`${taskName(ref)}\` (record ${first.record_id}${more})`,
      },
    ];
  });
  if (come.length === 0) return null;
  const absent = phase.dependsOn.filter((ref) => !members.some(isOf(ref))).map(taskName);
  const rows = holds.map((one) => {
    const info = one.info === "" ? "" : ` ${named(one.info)}`;
    return `\`${one.member}\`${info} (record ${one.record_id}, ${endOf(one)})`;
  });
  const hasFailed = (ref: ParentRef): boolean => members.some((one) => one.state === "failed" && isOf(ref)(one));
  const well = ofFailures
    ? phase.dependsOn.filter((ref) => members.some(isOf(ref)) && !hasFailed(ref)).map(taskName)
    : [];
  const texts = [
    ...absent.map((name) => `\`${name}\` (not started)`),
    ...rows,
    ...well.map((name) => `a failure of \`${name}\``),
  ];
  if (texts.length === 0) return null;
  return {
    code: "join_waiting",
    data: {
      waiting_for: [...new Set([...absent, ...holds.map((one) => one.member), ...well])],
      records: holds.map((one) => one.record_id),
      arrived: Object.fromEntries(come.map((one) => [one.name, one.recordId])),
    },
    sentence: `\`join=all\` waits for ${phrases(texts)}; ${phrases(come.map((one) => one.text))} completed`,
  };
}

function endOf({ state, record_state: recordState }: JoinMember): string {
  if (state === "open") return "unfinished";
  if (recordState === "finished") return "failed";
  return recordState === "cancelled" ? "cancelled" : "refused by its bus";
}

function ofParent(phase: Phase, { task, decisions, retry }: WhyNotParent, isJoin: boolean, zone: string): Finding[] {
  const name = `its parent \`${taskName(task)}\` (record ${task.record_id})`;
  const data = { parent: taskName(task), record_id: task.record_id, state: task.state, result: task.result };
  if (task.state !== "finished") return [unfinished(name, task, data, zone)];
  if (task.result === "error") return [failed(name, task, retry, data, zone)];
  if (task.result !== "complete") {
    const result = task.result === "" ? "no result" : `\`${named(task.result)}\``;
    return [
      { code: "parent_not_complete", data, sentence: `${name} ended with ${result}; only complete starts children` },
    ];
  }
  const about = decisions.filter((one) => one.phase_id === phase.id && !(isJoin && one.code === "join_waiting"));
  if (about.length > 0) {
    return about.map((one) => ({
      code: one.code,
      data: { ...one.data, record_id: task.record_id },
      sentence: explain(one, zone),
    }));
  }
  if (isJoin) return [];
  const own = decisions.find((one) => one.code === "child_exists" || one.code === "late_result");
  if (own !== undefined)
    return [{ code: own.code, data: { ...own.data, record_id: task.record_id }, sentence: explain(own, zone) }];
  if (decisions.some((one) => one.data["because"] === "no_workflow"))
    return [
      {
        code: "parent_without_workflow",
        data,
        sentence: `${name} completed, but its meta named no workflow, so nothing depends on it`,
      },
    ];
  return [
    {
      code: "parent_before_phase",
      data: { ...data, finished_at: task.finished_at },
      sentence: `${name} completed${task.finished_at === null ? "" : ` at ${instantText(task.finished_at, zone)}`} and did not start it: the phase was not in force then, or the task belongs to another workflow (${task.workflow === "" ? "none" : named(task.workflow)})`,
    },
  ];
}

function unfinished(name: string, task: LineageTask, data: Finding["data"], zone: string): Finding {
  const due = task.due_at === null ? "" : `, due at ${instantText(task.due_at, zone)}`;
  const stateTexts: Readonly<Record<LineageTask["state"], string>> = {
    waiting:
      task.attempt > 0
        ? `waits for its attempt ${attemptText(task.attempt, task.retries)}${due}`
        : `waits to be sent${due}`,
    queued: `is with the bus or a worker since ${instantText(task.due_at ?? task.decided_at, zone)}`,
    running: `runs${task.started === null ? "" : ` since ${instantText(task.started, zone)}`}`,
    sent: `is with the bus or a worker since ${instantText(task.due_at ?? task.decided_at, zone)}`,
    overdue: "is overdue: no result came in time",
    cancelled: "was cancelled",
    finished: "is finished",
  };
  return { code: `parent_${task.state}`, data, sentence: `${name} ${stateTexts[task.state]}` };
}

function failed(
  name: string,
  task: LineageTask,
  retry: LineageTask | null,
  data: Finding["data"],
  zone: string,
): Finding {
  const reason = task.msg === "" ? "" : `: ${named(task.msg)}`;
  if (retry !== null) {
    const due = retry.due_at === null ? "" : ` at ${instantText(retry.due_at, zone)}`;
    const sentence = `${name} failed${reason}; attempt ${attemptText(retry.attempt, retry.retries)} (record ${retry.record_id}) is ${retry.state}${due}`;
    return { code: "parent_retrying", data: { ...data, retry: retry.record_id, due_at: retry.due_at }, sentence };
  }
  return { code: "parent_failed", data, sentence: `${name} failed, and no retry is left${reason}` };
}
