import { digitsOf, type WallMs } from "../../../contract/time/wall-ms.ts";
import type { Values } from "../../task/values.ts";
import { parseMeta } from "../../task/meta.ts";
import { taskName } from "../../task/task-name.ts";
import { hourText } from "../../task/task-time.ts";
import { isNamed } from "../../workflow/joins/join-plans.ts";
import type { Phase, WorkflowGraph } from "../../workflow/phase.ts";
import type { DoneMessage, JoinDetails, JoinNeed, JoinResult, JoinState } from "../decider.ts";
import type { JoinArrival, NewTask, StoredTask } from "../effects.ts";
import { isSkip } from "../by-hand/marks.ts";
import { timeKey, timeOfKey } from "./join-key.ts";

/** What became of the task that the message is about, for the joins that wait for it. */
export type MemberState = JoinArrival["state"];

/** The joins that wait for the task of a message; `phase` is the one that made it. */
export function joinNeedsOf(
  message: DoneMessage,
  phase: Phase | null,
  graph: WorkflowGraph,
  zone: string,
): readonly JoinNeed[] {
  if (phase?.joins.length === 0) return [];
  const { task, taskTime, meta } = message;
  const member = taskName(phase ?? task);
  if (phase !== null) {
    const rootKey = timeKey(taskTime, task.id, phase.rule.timezone ?? zone);
    return phase.joins.map(({ joinId, ancestorId }) => ({
      phaseId: joinId,
      membership: { joinId, member, ancestorId, from: "root", rootKey },
    }));
  }
  return graph.childrenOf(task.type, task.job, meta.get("workflow")?.[0] ?? "").flatMap(({ id, joinPlan, rule }) => {
    if (joinPlan === null) return [];
    const rootKey = timeKey(taskTime, task.id, rule.timezone ?? zone);
    const membership = { joinId: id, member, ancestorId: joinPlan.ancestorId, from: "root", rootKey } as const;
    return [{ phaseId: id, membership }];
  });
}

/** One instance of a join, as it is after the message. */
export interface JoinInstance {
  readonly phase: Phase;
  readonly arrival: JoinArrival;
  /** Null: the join is complete. Otherwise what it waits for. */
  readonly waitingFor: readonly string[] | null;
  /** By parent as in `dependsOn`: the record of one of its completed tasks; null for the one that this message brings. */
  readonly arrived: Readonly<Record<string, number | null>>;
}

/** `created`: the tasks that the message starts. Null: the message changes nothing. */
export function joinAfter(
  phase: Phase,
  need: JoinNeed,
  state: JoinState,
  own: MemberState,
  record: StoredTask | null,
  created: readonly NewTask[],
): JoinInstance | null {
  if (state.started && state.own !== null) return null;
  // One attempt has completed: a later one, which a person asked for, takes nothing back.
  if (state.own === "complete" && own === "failed") return null;
  const { member } = need.membership;
  const known = state.started ? NOTHING_KNOWN : state;
  const complete = new Map<string, number | null>(known.complete);
  const failed = new Set(known.failed.keys());
  if (own === "complete") complete.set(member, record?.recordId ?? null);
  else failed.add(member);
  const open = new Set(known.open.keys());
  for (const task of created)
    if (task.joins?.some(({ joinId }) => joinId === phase.id) === true) open.add(taskName(task.message));
  const waitingFor = missingOf(phase, { complete, failed, open });
  const arrived: Record<string, number | null> = {};
  for (const ref of phase.dependsOn) {
    // The task of the message stands for its parent.
    const names = [...complete.keys()].filter((name) => isMember(ref, name));
    const name = names.includes(member) ? member : names[0];
    if (name !== undefined) arrived[taskName(ref)] = complete.get(name) ?? null;
  }
  const arrival: JoinArrival = {
    phaseId: phase.id,
    joinKey: state.joinKey,
    member,
    state: own,
    isNew: state.own === null,
    replaces: state.started ? null : state.replaces,
    restart: state.started,
    parents: [...complete.keys()].filter((name) => phase.dependsOn.some((ref) => isMember(ref, name))),
  };
  return { phase, arrival, waitingFor, arrived };
}

const NOTHING_KNOWN: Pick<JoinState, "open" | "complete" | "failed"> = {
  open: new Map(),
  complete: new Map(),
  failed: new Map(),
};

interface Members {
  readonly complete: ReadonlyMap<string, number | null>;
  readonly failed: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
}

/** Names of what the join waits for; null: nothing. */
function missingOf(
  { dependsOn, joinPlan, rule }: Phase,
  { complete, failed, open }: Members,
): readonly string[] | null {
  const isFailureEnough = rule.joinWhen === "all_done";
  const isFeeder = (name: string): boolean =>
    joinPlan === null ||
    joinPlan.feeders.some((names) => names.has(name)) ||
    dependsOn.some((ref) => isMember(ref, name));
  // A phase that has left the file since, or leads to no parent any more, holds nothing.
  const holds = new Set([...open, ...(isFailureEnough ? [] : failed)].filter(isFeeder));
  if (rule.on === "error") {
    const missing = dependsOn.filter(
      (ref) => ![...failed].some((name) => isMember(ref, name)) || [...open].some((name) => isMember(ref, name)),
    );
    if (missing.length > 0) return missing.map(taskName);
    const unfinished = [...open].filter(isFeeder);
    return unfinished.length > 0 ? unfinished : null;
  }
  const missing = dependsOn.filter((ref, index) => {
    if ([...holds].some((name) => isMember(ref, name))) return true;
    if ([...complete.keys()].some((name) => isMember(ref, name))) return false;
    // What failed on the way to a parent has made none of its tasks.
    return !isFailureEnough || ![...failed].some((name) => joinPlan?.feeders[index]?.has(name) ?? isMember(ref, name));
  });
  if (missing.length > 0) return missing.map(taskName);
  return holds.size > 0 ? [...holds] : null;
}

function isMember(ref: Phase["dependsOn"][number], name: string): boolean {
  const [type = "", job = ""] = name.split(":");
  return isNamed(ref, type, job);
}

/** The message that starts the child of a complete join: it has the meta of all parents, whoever came last. */
export interface JoinedMessage {
  readonly message: DoneMessage;
  /** Only for the template: `{meta:parent.key}`. */
  readonly named: ReadonlyMap<string, readonly string[]>;
  /** A person skipped all that it waited for. */
  readonly isSkipped: boolean;
}

export function joinedMessage(
  instance: JoinInstance,
  message: DoneMessage,
  state: JoinState,
  record: StoredTask | null,
  zone: string,
): JoinedMessage {
  const { phase, arrival } = instance;
  const details = arrival.restart ? NO_DETAILS : state.details();
  const own = isSkip(message) ? [] : [ownResult(message, record, arrival, details)];
  const results = [...details.results, ...own]
    .map((one): ReadResult => ({ ...one, values: parseMeta(one.meta) }))
    .toSorted((a, b) => a.firstAttemptId - b.firstAttemptId);
  const meta = new Map<string, readonly string[]>();
  const named = new Map<string, readonly string[]>();
  const ofParents: ReadResult[] = [];
  for (const ref of phase.dependsOn) {
    const own = results.filter(({ member }) => isMember(ref, member));
    ofParents.push(...own);
    for (const [key, values] of collected(own)) {
      meta.set(key, values);
      named.set(`${taskName(ref)}.${key}`, values);
    }
    for (const [member, rows] of Map.groupBy(own, (one) => one.member))
      for (const [key, values] of collected(rows)) named.set(`${member}.${key}`, values);
  }
  meta.set("workflow", [phase.workflow]);
  const crons = new Set(results.flatMap(({ values }) => values.get("cron")?.[0] ?? []));
  const taskTime = joinTime(arrival.joinKey, details.ancestorTime, results, zone) ?? message.taskTime;
  // Where all failed without a result, none names it.
  if (crons.size !== 1 && taskTime !== null && (crons.size > 1 || message.meta.has("cron")))
    meta.set("cron", [hourText(taskTime)]);
  if (phase.rule.joinWhen === "all_done")
    meta.set("failed", [String(results.filter(({ state: one }) => one === "failed").length)]);
  const last = ofParents.findLast((one) => one.state === "complete") ?? ofParents.at(-1);
  const task = { ...message.task, id: last?.taskId ?? message.task.id };
  const isSkipped = isSkip(message) && results.length === 0;
  return { message: { ...message, task, meta, taskTime }, named, isSkipped };
}

const NO_DETAILS: JoinDetails = { results: [], ancestorTime: null, ownMeta: "" };

interface ReadResult extends JoinResult {
  /** Its meta. */
  readonly values: Values;
}

/** What the task of the message adds. A message without a result is one that was sent, not what a worker said. */
function ownResult(
  message: DoneMessage,
  record: StoredTask | null,
  { member, state }: JoinArrival,
  { ownMeta }: JoinDetails,
): JoinResult {
  return {
    member,
    state,
    // A task that no record knew comes after all others.
    firstAttemptId: record?.firstAttemptId ?? Number.MAX_SAFE_INTEGER,
    taskId: message.task.id,
    taskTime: message.taskTime,
    meta: message.task.result === "" ? ownMeta : message.task.meta,
  };
}

/** Values of all rows under each key. */
function collected(results: readonly ReadResult[]): Values {
  const pairs = results.flatMap(({ values }) => [...values]);
  const rows = Map.groupBy(pairs, ([key]) => key);
  return new Map(Array.from(rows, ([key, all]) => [key, all.flatMap(([, values]) => values)]));
}

/** That of what all came of; a batch over a span has other times in its rows. */
function joinTime(
  key: string,
  ancestorTime: WallMs | null,
  results: readonly JoinResult[],
  zone: string,
): WallMs | null {
  const times = new Set(results.map((one) => one.taskTime));
  const [only = null] = times;
  if (times.size === 1) return only;
  let latest: WallMs | null = null;
  for (const time of times) if (time !== null && (latest === null || digitsOf(time) > digitsOf(latest))) latest = time;
  return timeOfKey(key, zone) ?? ancestorTime ?? latest;
}
