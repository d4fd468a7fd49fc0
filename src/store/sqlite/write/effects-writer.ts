import { parseInstant, secondsText } from "../../../contract/time/instant.ts";
import { MessageError } from "../../../contract/message-error.ts";
import { writeTaskMessage } from "../../../contract/task-message.ts";
import type {
  Effects,
  JoinArrival,
  NewDecision,
  NewTask,
  RecordChange,
  TaskState,
} from "../../../core/decide/effects.ts";
import type { Alerts } from "../alerts/alerts.ts";
import type { CountedState } from "../tasks/counters.ts";
import { ABOUT_NOTHING, type Decisions } from "../tasks/decisions.ts";
import type { Failures } from "../failures/failures.ts";
import type { Outbox } from "../tasks/outbox.ts";
import type { Joins } from "../tasks/joins.ts";
import type { Held } from "../backup/held.ts";
import type { SentTasks } from "../tasks/sent-tasks.ts";
import type { ParentLink, Relationships } from "../tasks/relationships.ts";
import type { SentMarks } from "../tasks/sent-marks.ts";
import { messageOf, type RecordRow, type ReleasedRow, type TaskRecords } from "../tasks/task-records.ts";
import type { ReportedPaths } from "../files/reported-paths.ts";
import type { ChangeLog } from "./change-log.ts";
import { FileLineage } from "./file-lineage.ts";
import type { Gathered } from "./writer.ts";

export interface EffectTables {
  readonly records: TaskRecords;
  readonly sentTasks: SentTasks;
  readonly sentMarks: SentMarks;
  readonly failures: Failures;
  readonly relationships: Relationships;
  readonly joins: Joins;
  readonly outbox: Outbox;
  readonly held: Held;
  readonly decisions: Decisions;
  readonly alerts: Alerts;
  readonly reportedPaths: ReportedPaths;
  readonly changes: ChangeLog;
}

/** The origin of the effects. */
export interface Cause {
  /** The record that the message is the result of, as read. */
  readonly record: RecordRow | null;
  readonly fileMessageId: number | null;
  /** Info of the task that the message is about. */
  readonly info: string;
}

export const NO_CAUSE: Cause = { record: null, fileMessageId: null, info: "" };

/** The id of a created task, or null when the same effect had happened before. */
export type Created = number | null;

interface Parent {
  readonly recordId: number;
  readonly firstAttemptId: number;
}

const CANCELLED: CountedState = { state: "cancelled", result: "", started: null, ended: null };

/** Writes the effects of one decision in the open transaction. */
export class EffectsWriter {
  readonly #tables: EffectTables;
  /** Links across files. */
  readonly fileLineage: FileLineage;
  #createdText = "";
  #createdAt: number | null = null;
  readonly #workflowOf: (phaseId: number) => string;

  constructor(tables: EffectTables, workflowOf: (phaseId: number) => string) {
    this.#tables = tables;
    this.fileLineage = new FileLineage(tables);
    this.#workflowOf = workflowOf;
  }

  /** Returns the ids of the tasks, in the order of `effects.tasks`. */
  write(effects: Effects, cause: Cause, now: number, gathered: Gathered): readonly Created[] {
    const { joins, outbox, decisions } = this.#tables;
    const parent = this.#record(effects.record, cause.record, now, gathered);
    for (const arrival of effects.joins) {
      if (parent !== null) joins.settle(arrival, parent, cause.info);
    }
    const created = effects.tasks.map((task) =>
      this.#createOne(task, parent, effects.joins, cause.fileMessageId, now, gathered),
    );
    if (effects.joins.length > 0) this.#startJoins(effects, created);
    if (effects.reports.length > 0 && parent !== null)
      this.fileLineage.report(parent.recordId, effects.record?.kind === "insert", effects.reports, now);
    for (const send of effects.sends) {
      const { topic, payload } = send;
      if (gathered.hold) this.#tables.held.add(null, { topic, stored: payload, dueAt: now }, now);
      else gathered.outbox.push(outbox.addOwned(null, topic, payload, payload, now));
    }
    const about =
      parent === null && cause.fileMessageId === null
        ? ABOUT_NOTHING
        : { recordId: parent?.recordId ?? null, fileMessageId: cause.fileMessageId };
    for (const alert of effects.alerts) this.#tables.alerts.raise(alert, about, now);
    if (effects.completed !== null && parent !== null)
      this.#tables.alerts.completed(parent.recordId, effects.completed, now);
    if (effects.resolves.length > 0) this.#tables.alerts.resolveCauses(effects.resolves, now);
    for (const decision of effects.decisions) decisions.add(decision, about, now);
    for (const recordId of effects.cancel) this.cancel(recordId, gathered);
    const after: NewDecision["data"] = parent === null ? {} : { after: parent.recordId };
    for (const recordId of effects.release) this.release(recordId, now, gathered, () => after);
    return created;
  }

  /** A task that no message caused; `after`: the record that it follows from, if any. */
  create(task: NewTask, now: number, gathered: Gathered, after: Parent | null = null): Created {
    return this.#createOne(task, after, [], null, now, gathered);
  }

  #record(change: RecordChange | null, found: RecordRow | null, now: number, gathered: Gathered): Parent | null {
    if (change === null) return found;
    const { records, decisions, changes, failures } = this.#tables;
    if (change.kind === "insert") {
      const { task, outcome } = change;
      const id = records.nextId();
      const ancestry = this.#ancestryOf(task, id, task.firstAttemptId ?? id, null, task.state, now);
      if (!records.insert(task, ancestry, outcome)) {
        throw new MessageError(
          "record_exists",
          "the same task is recorded already, but was not recognised as the one that this message is the result of",
        );
      }
      changes.note("tasks", id);
      decisions.add(task.decision, { recordId: id, fileMessageId: null }, now);
      const { type, job } = task.message;
      const { result, msg, started, ended } = outcome;
      const { firstAttemptId } = ancestry;
      failures.attempted({ recordId: id, firstAttemptId, attempt: task.attempt }, null);
      failures.finished({ recordId: id, firstAttemptId, attempt: task.attempt, result, msg }, false);
      const counted = { type, job, decidedAt: now, created: ancestry.created };
      gathered.counts.add(counted, { state: task.state, result, started, ended });
      return { recordId: id, firstAttemptId };
    }
    const before = found?.recordId === change.recordId ? found : records.byId(change.recordId);
    if (before === null)
      throw new MessageError(
        "record_missing",
        `record ${change.recordId}, which this message is the result of, does not exist`,
      );
    records.finish(before.recordId, change.outcome, now);
    changes.note("tasks", before.recordId);
    if (change.closes === true) this.#tables.sentTasks.close(before.recordId);
    this.#tables.sentMarks.delete(before.recordId);
    this.#tables.held.messages.settle(before.recordId);
    const { result, msg, started, ended } = change.outcome;
    failures.finished({ ...before, result, msg }, before.state === "finished");
    gathered.counts.replace(before, { state: "finished", result, started, ended });
    return before;
  }

  #createOne(
    task: NewTask,
    cause: Parent | null,
    joins: readonly JoinArrival[],
    fileMessageId: number | null,
    now: number,
    gathered: Gathered,
  ): Created {
    const { records, relationships, decisions } = this.#tables;
    const parent = this.#parentOf(task, cause);
    const id = records.nextId();
    const links =
      parent === null || task.relation === null ? [] : this.#linksOf(task, task.relation.kind, parent, joins, id);
    const [first, ...others] = links;
    if (first !== undefined && !relationships.link(first)) return null;
    for (const link of others) relationships.link(link);
    const isRetry = task.relation?.kind === "retry" && parent !== null;
    const firstAttemptId =
      task.restarts === true ? id : (task.firstAttemptId ?? (isRetry ? parent.firstAttemptId : id));
    const state = stateOf(task, now);
    if (!records.insert(task, this.#ancestryOf(task, id, firstAttemptId, parent?.recordId ?? null, state, now), null)) {
      for (const link of links) relationships.unlink(link);
      return null;
    }
    this.#tables.changes.note("tasks", id);
    this.#tables.failures.attempted({ recordId: id, firstAttemptId, attempt: task.attempt }, parent?.recordId ?? null);
    if (task.restarts === true && parent !== null) this.#tables.failures.restarted(parent.firstAttemptId, id);
    if (task.joins !== undefined && task.joins.length > 0) this.#tables.joins.add(task, id, parent, fileMessageId);
    if (task.fileList !== undefined) gathered.lists.push(task.fileList);
    decisions.add(task.decision, { recordId: id, fileMessageId }, now);
    const { type, job } = task.message;
    gathered.counts.add({ type, job, decidedAt: now, created: null }, null);
    if (!task.held && (state === "queued" || state === "waiting")) this.#send(task, id, state, now, gathered);
    return id;
  }

  #send(task: NewTask, id: number, state: TaskState, now: number, gathered: Gathered): void {
    const payload = writeTaskMessage(task.message);
    const stored = this.#isInRecord(task) ? null : payload;
    const { type } = task.message;
    if (gathered.hold) {
      const held = { recordId: id, phaseId: task.phaseId, taskTime: task.taskTime };
      this.#tables.held.add(held, { topic: type, stored, dueAt: state === "queued" ? now : task.dueAt }, now);
    } else if (state === "queued") gathered.outbox.push(this.#tables.outbox.addOwned(id, type, payload, stored, now));
    else this.#tables.outbox.addFree(id, type, stored, task.dueAt);
  }

  /** Whether the message can be rebuilt from the record alone. */
  #isInRecord(task: NewTask): boolean {
    const { created, result, msg, started, ended } = task.message;
    if (result !== "" || msg !== "" || started !== "" || ended !== "") return false;
    const at = this.#createdOf(created);
    return at === null ? created === "" : secondsText(at) === created;
  }

  #parentOf(task: NewTask, cause: Parent | null): Parent | null {
    if (task.relation === null) return null;
    const { parentId } = task.relation;
    return parentId === null || parentId === cause?.recordId ? cause : this.#tables.records.byId(parentId);
  }

  /** The child of a join has every parent that arrived; the one that completed the join is first. */
  #linksOf(
    task: NewTask,
    kind: ParentLink["kind"],
    parent: Parent,
    joins: readonly JoinArrival[],
    childId: number,
  ): readonly ParentLink[] {
    const base = { kind, phaseId: task.phaseId, position: kind === "retry" ? task.attempt : task.position, childId };
    const own: ParentLink = { ...base, originId: parent.firstAttemptId, parentId: parent.recordId };
    const arrival = kind === "join" ? joins.find((one) => one.phaseId === task.phaseId) : undefined;
    if (arrival === undefined) return [own];
    const links = [own];
    for (const other of this.#tables.joins.parents(arrival))
      if (other.firstAttemptId !== parent.firstAttemptId)
        links.push({ ...base, originId: other.firstAttemptId, parentId: other.recordId });
    return links;
  }

  #startJoins(effects: Effects, created: readonly Created[]): void {
    effects.tasks.forEach((task, index) => {
      const childId = created[index] ?? null;
      const arrival = effects.joins.find((one) => one.phaseId === task.phaseId);
      if (task.relation?.kind !== "join" || childId === null || arrival === undefined) return;
      this.#tables.joins.start(arrival, childId);
    });
  }

  #ancestryOf(
    task: NewTask,
    id: number,
    firstAttemptId: number,
    parentId: number | null,
    state: TaskState,
    now: number,
  ) {
    const created = this.#createdOf(task.message.created);
    return { id, firstAttemptId, parentId, state, created, workflow: this.#workflowOf(task.phaseId), now };
  }

  /** Children of one decision share the text of their time. */
  #createdOf(text: string): number | null {
    if (text !== this.#createdText) {
      this.#createdText = text;
      this.#createdAt = text === "" ? null : parseInstant(text);
    }
    return this.#createdAt;
  }

  /** Nothing is waited for any more: it will not be sent, or its worker is lost. A result that comes after all still counts. */
  cancel(recordId: number, gathered: Gathered): void {
    const before = this.#tables.records.byId(recordId);
    if (before === null || before.state === "finished" || before.state === "cancelled") return;
    this.#tables.records.setState(recordId, "cancelled");
    this.#tables.held.messages.settle(recordId);
    this.#tables.changes.note("tasks", recordId);
    gathered.counts.replace(before, CANCELLED);
  }

  /** Releases a held task; `why`: the data of the decision. Does nothing when it was released or finished before. */
  release(recordId: number, now: number, gathered: Gathered, why: (row: ReleasedRow) => NewDecision["data"]): void {
    const row = this.#tables.records.release(recordId, now);
    if (row === null) return;
    this.#tables.changes.note("tasks", recordId);
    const { phaseId, taskTime } = row;
    const about = { recordId, fileMessageId: null };
    this.#tables.decisions.add({ code: "released", phaseId, taskTime, data: why(row) }, about, now);
    if (gathered.hold || this.#tables.held.holdsTask(recordId)) {
      this.#tables.held.add({ recordId, phaseId, taskTime }, { topic: row.type, stored: null, dueAt: now }, now);
      return;
    }
    gathered.outbox.push(this.#tables.outbox.addOwned(recordId, row.type, writeTaskMessage(messageOf(row)), null, now));
  }
}

/** A due task is queued, a later one waits, whatever state the decision named. */
function stateOf(task: NewTask, now: number): TaskState {
  if (task.state !== "queued" && task.state !== "waiting") return task.state;
  return task.held || task.dueAt > now ? "waiting" : "queued";
}
