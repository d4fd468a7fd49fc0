import type {
  LineageTask,
  WhyAlert,
  WhyFacts,
  WhyFile,
  WhyDeadLetter,
  WhyNotification,
  WhyOutbox,
  WhyPhase,
  WhyReport,
  WhyTask,
  WhyVersion,
} from "../../../core/why/why-facts.ts";
import type { TaskHistory } from "../../store.ts";
import { pauseOf, type Pause } from "../../pauses.ts";
import { IN_FORCE } from "../workflows/pauses.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { DECISION_COLUMNS, DECISION_PHASE, decisionRow, type DecisionRaw } from "../tasks/decision-rows.ts";
import { LINEAGE_COLUMNS } from "./lineage-rows.ts";
import type { TaskGenerations } from "./task-generations.ts";

const MAX_DECISIONS = 1000;
const MAX_CHILDREN = 100;
const MAX_ALERTS = 20;
/** Limit of the outbox rows that are searched for a task's message; the outbox is short unless a bus is unreachable. */
const MAX_OUTBOX = 10_000;
/** Limit of the notifications after an alert that are searched for those about it. */
const MAX_NOTIFICATIONS = 200;

type TaskRaw = Omit<WhyTask, "held"> & { readonly held: number };
type VersionRaw = Omit<WhyVersion, "in_force"> & { readonly in_force: number };
type AlertRaw = Omit<WhyAlert, "notifications"> & { readonly occurrence: number; readonly once: number };

/** Everything the history has about one task. */
export class WhyReader {
  readonly #task: Statement<TaskRaw>;
  readonly #report: Statement<WhyReport>;
  readonly #phase: Statement<Omit<WhyPhase, "pause">>;
  readonly #pauses: Statement<Pause>;
  readonly #version: Statement<VersionRaw>;
  readonly #parent: Statement<LineageTask>;
  readonly #joined: Statement<LineageTask>;
  readonly #filed: Statement<LineageTask>;
  readonly #children: Statement<LineageTask>;
  readonly #lastAttempt: Statement<{ attempt: number }>;
  readonly #generations: TaskGenerations;
  readonly #decisions: Statement<DecisionRaw>;
  readonly #alerts: Statement<AlertRaw>;
  readonly #notification: Statement<{ id: number; created_at: number }>;
  readonly #lastNotification: Statement<{ id: number | null }>;
  readonly #notifications: Statement<WhyNotification>;
  readonly #file: Statement<WhyFile>;
  readonly #deadLetter: Statement<WhyDeadLetter>;
  readonly #free: Statement<{ due_at: number | null; rows: number }>;
  readonly #owned: Statement<{ due_at: number | null }>;

  constructor(statements: Statements, generations: TaskGenerations) {
    this.#generations = generations;
    this.#task = statements.prepare(
      "why.task",
      `SELECT ${LINEAGE_COLUMNS}, r.info, r.meta, r.held, r.scheduled_at, r.deadline_at FROM task_records r WHERE r.id = ?`,
    );
    this.#report = statements.prepare(
      "why.report",
      "SELECT worker, host, pid, log, began_at, reported_at, progress, msg FROM task_reports WHERE record_id = ?",
    );
    this.#phase = statements.prepare(
      "why.phase",
      `SELECT p.id, p.task, f.name AS workflow, p.line, p.depends_on, p.rule, p.removed_at, p.paused_since,
         p.owner, p.description, p.runbook FROM workflow_phases p
       JOIN workflow_files f ON f.id = p.file_id WHERE p.id = ?`,
    );
    this.#pauses = statements.prepare("why.pauses", IN_FORCE);
    this.#version = statements.prepare(
      "why.version",
      `SELECT v.id, f.name AS workflow, v.checksum, v.loaded_at, ifnull(f.version_id = v.id, 0) AS in_force FROM workflow_versions v
       JOIN workflow_files f ON f.id = v.file_id WHERE v.id = ?`,
    );
    this.#parent = statements.prepare(
      "why.parent",
      `SELECT ${LINEAGE_COLUMNS} FROM task_records c JOIN task_records r ON r.id = c.parent_id WHERE c.id = ?`,
    );
    this.#joined = statements.prepare(
      "why.joined",
      `SELECT ${LINEAGE_COLUMNS} FROM task_relationships j JOIN task_records r ON r.id = j.parent_id
       WHERE j.child_id = ? AND j.kind = 'join' ORDER BY j.parent_id`,
    );
    this.#filed = statements.prepare(
      "why.filed",
      `SELECT ${LINEAGE_COLUMNS} FROM task_relationships j JOIN task_records r ON r.id = j.parent_id
       WHERE j.child_id = ? AND j.kind = 'file' ORDER BY j.parent_id`,
    );
    this.#children = statements.prepare(
      "why.children",
      `SELECT ${LINEAGE_COLUMNS} FROM task_relationships c JOIN task_records r ON r.id = c.child_id
       WHERE c.origin_id = ? AND c.parent_id = ? ORDER BY c.kind, c.phase_id, c.position LIMIT ${MAX_CHILDREN + 1}`,
    );
    this.#lastAttempt = statements.prepare(
      "why.last_attempt",
      `SELECT attempt FROM task_records INDEXED BY task_records_attempts
       WHERE first_attempt_id = ? AND attempt <> 0 ORDER BY attempt DESC LIMIT 1`,
    );
    this.#decisions = statements.prepare(
      "why.decisions",
      `SELECT ${DECISION_COLUMNS} FROM decisions d ${DECISION_PHASE}
       WHERE d.record_id = ? AND d.record_id IS NOT NULL ORDER BY d.id LIMIT ${MAX_DECISIONS}`,
    );
    this.#alerts = statements.prepare(
      "why.alerts",
      `SELECT a.id, a.type, a.severity, a.state, o.at, o.message, a.count, o.id AS occurrence, a.at_once AS once
       FROM alert_occurrences o JOIN alert_records a ON a.id = o.alert_id WHERE o.record_id = ? ORDER BY o.id LIMIT ${MAX_ALERTS}`,
    );
    this.#notification = statements.prepare(
      "why.notification",
      "SELECT id, created_at FROM alert_notifications WHERE id >= ? ORDER BY id LIMIT 1",
    );
    this.#lastNotification = statements.prepare(
      "why.last_notification",
      "SELECT max(id) AS id FROM alert_notifications",
    );
    this.#notifications = statements.prepare(
      "why.notifications",
      `SELECT n.id, n.channel, n.kind, n.state, n.created_at, n.due_at, n.attempts, n.answer, n.finished_at
       FROM (SELECT * FROM alert_notifications WHERE id >= ? ORDER BY id LIMIT ${MAX_NOTIFICATIONS}) n
       WHERE n.after_id < ? AND n.until_id >= ? AND n.kind = ?
         AND (json_array_length(n.alerts) >= 200 OR EXISTS (SELECT 1 FROM json_each(n.alerts) e WHERE e.value ->> 'id' = ?))
       LIMIT 20`,
    );
    this.#file = statements.prepare(
      "why.file",
      `SELECT m.id, m.topic, m.path, m.size, m.received_at FROM decisions d JOIN file_messages m ON m.id = d.file_message_id
       WHERE d.record_id = ? AND d.record_id IS NOT NULL AND d.file_message_id IS NOT NULL LIMIT 1`,
    );
    this.#deadLetter = statements.prepare(
      "why.dead_letter",
      "SELECT id, code, reason, received_at, redriven_at, redriven_by, redriven_reason FROM dead_letters WHERE id = ?",
    );
    this.#free = statements.prepare(
      "why.outbox_free",
      `SELECT max(CASE record_id WHEN ? THEN due_at END) AS due_at, count(*) AS rows FROM (SELECT record_id, due_at FROM outbox
         WHERE owner IS NULL AND topic = ? AND due_at >= ? ORDER BY due_at, id LIMIT ${MAX_OUTBOX})`,
    );
    this.#owned = statements.prepare(
      "why.outbox_owned",
      `SELECT due_at FROM (SELECT record_id, due_at FROM outbox WHERE id > 0 ORDER BY id DESC LIMIT ${MAX_OUTBOX})
       WHERE record_id = ? LIMIT 1`,
    );
  }

  why(recordId: number): WhyFacts | null {
    const raw = this.#task.get(recordId);
    if (raw === undefined) return null;
    const task: WhyTask = { ...raw, held: raw.held === 1 };
    const children = this.#children.all(task.first_attempt_id, recordId);
    const decisions = this.#decisions.all(recordId).map(decisionRow);
    const deadLetters = decisions.flatMap(({ data }) =>
      typeof data["dead_letter"] === "number" ? [data["dead_letter"]] : [],
    );
    const newest = this.#generations.all(task.first_attempt_id).at(-1) ?? task.first_attempt_id;
    return {
      task,
      last_attempt: this.#lastAttempt.get(newest)?.attempt ?? task.attempt,
      report: this.#report.get(recordId) ?? null,
      phase: this.#phaseOf(task.phase_id),
      version: this.#versionOf(task.version_id),
      parents: this.parents(recordId),
      children: children.slice(0, MAX_CHILDREN),
      more_children: children.length > MAX_CHILDREN,
      decisions,
      alerts: this.#alerts.all(recordId).map((alert) => this.#alert(alert)),
      file: this.#file.get(recordId) ?? this.#file.get(task.first_attempt_id) ?? null,
      outbox: this.#outbox(task),
      dead_letters: deadLetters.flatMap((id) => this.#deadLetter.get(id) ?? []),
    };
  }

  #phaseOf(phaseId: number): WhyPhase | null {
    const phase = this.#phase.get(phaseId);
    if (phase === undefined) return null;
    return { ...phase, pause: pauseOf(phaseId, this.#pauses.all()) };
  }

  /** The same for the task history: parents, children and decisions. */
  history(recordId: number): Omit<TaskHistory, "task"> {
    const task = this.#task.get(recordId);
    if (task === undefined) return { parents: [], children: [], more_children: false, decisions: [] };
    const children = this.#children.all(task.first_attempt_id, recordId);
    return {
      parents: this.parents(recordId).map(({ record_id, type, job }) => ({
        record_id,
        kind: task.kind ?? "",
        type,
        job,
      })),
      children: children.slice(0, MAX_CHILDREN).map(({ record_id, kind, type, job, state, result }) => ({
        record_id,
        kind: kind ?? "",
        type,
        job,
        state,
        result,
      })),
      more_children: children.length > MAX_CHILDREN,
      decisions: this.#decisions.all(recordId).map(decisionRow),
    };
  }

  /** A joined child has several parents, and so has a task of gathered files; other records name their one parent. */
  parents(recordId: number): readonly LineageTask[] {
    const joined = this.#joined.all(recordId);
    if (joined.length > 0) return joined;
    const one = this.#parent.all(recordId);
    return one.length > 0 ? one : this.#filed.all(recordId);
  }

  #versionOf(id: number): WhyVersion | null {
    const raw = this.#version.get(id);
    return raw === undefined ? null : { ...raw, in_force: raw.in_force === 1 };
  }

  /** A notification covers a range of occurrences, and stores the first 200 alerts of those routed to its channel. */
  #alert({ occurrence, once, ...alert }: AlertRaw): WhyAlert {
    const first = this.#firstNotification(alert.at);
    const kind = once === 1 ? "at_once" : "summary";
    return { ...alert, notifications: this.#notifications.all(first, occurrence, occurrence, kind, alert.id) };
  }

  /** Ids and times of notifications grow together, and there is no index by time: a binary search finds the first one. */
  #firstNotification(since: number): number {
    let low = 1;
    let high = (this.#lastNotification.get()?.id ?? 0) + 1;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      const row = this.#notification.get(middle);
      if (row === undefined || row.created_at >= since) high = middle;
      else low = row.id + 1;
    }
    return low;
  }

  #outbox({ record_id: id, state, type, due_at: dueAt, decided_at: decidedAt }: WhyTask): WhyOutbox {
    if (state !== "queued" && state !== "waiting") return { state: "gone", due_at: null };
    const free = this.#free.get(id, type, Math.min(dueAt ?? decidedAt, decidedAt));
    if (free !== undefined && free.due_at !== null) return { state: "waiting", due_at: free.due_at };
    const owned = this.#owned.get(id);
    if (owned !== undefined) return { state: "publishing", due_at: owned.due_at };
    return { state: free !== undefined && free.rows === MAX_OUTBOX ? "unknown" : "gone", due_at: null };
  }
}
