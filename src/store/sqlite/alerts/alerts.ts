import { present } from "../../../contract/present.ts";
import type { CompletedTask, NewAlert, ResolvedCause } from "../../../core/decide/effects.ts";
import type { AlertState, LastingAlert, Person } from "../../alert-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import type { About } from "../tasks/decisions.ts";
import type { ChangeLog } from "../write/change-log.ts";
import type { NotifiedAlerts } from "./notified-alerts.ts";
import { ABOUT_TASKS, TaskOccurrences } from "./task-occurrences.ts";

/** Author recorded for automatic state changes. */
const BY_ITSELF = "flowlord";

interface LastingRow {
  readonly id: number;
  readonly state: AlertState;
}

interface OpenRow extends LastingRow {
  readonly taskType: string;
  readonly open: number;
}

/** `alert_records`, `alert_occurrences` and `alert_changes`. */
export class Alerts {
  readonly #lasting: Statement<LastingRow>;
  readonly #insert: Statement;
  readonly #repeat: Statement;
  readonly #occur: Statement;
  readonly #any: Statement;
  readonly #byId: Statement<OpenRow>;
  readonly #byType: Statement<LastingAlert>;
  readonly #nextType: Statement<{ type: string }>;
  readonly #setState: Statement;
  readonly #change: Statement;
  readonly #silenceOccurrences: Statement;
  readonly #silencedCount: Statement<{ count: number }>;
  readonly #reopen: Statement;
  readonly #mark: Statement;
  readonly #end: Statement;
  readonly #endAll: Statement;
  readonly #countDown: Statement;
  readonly #recover: Statement;
  readonly #notified: NotifiedAlerts;
  readonly #tasks: TaskOccurrences;
  readonly #ids: IdSequence;
  readonly #occurrenceIds: IdSequence;
  readonly #changeIds: IdSequence;
  /** Whether an unresolved alert may exist that a task or a cause could resolve; set by `refresh` and `raise`. */
  #mayLast = true;
  /** Types of unresolved alerts; may contain others, so that a rollback does no harm. */
  readonly #types = new Set<string>();
  #areTypesStale = true;
  readonly #changes: ChangeLog;
  #listener: () => void = () => undefined;

  constructor(statements: Statements, ids: IdSequences, notified: NotifiedAlerts, changes: ChangeLog) {
    this.#changes = changes;
    this.#notified = notified;
    this.#ids = ids.of("alert_records", 64);
    this.#occurrenceIds = ids.of("alert_occurrences", 64);
    this.#changeIds = ids.of("alert_changes", 64);
    this.#lasting = statements.prepare(
      "alert.lasting",
      `SELECT id, state FROM alert_records
       WHERE task_type = ? AND job = ? AND ifnull(task_time, -1) = ? AND type = ? AND cause = ? AND workflow = ?
         AND state <> 'resolved'`,
    );
    this.#insert = statements.prepare(
      "alert.insert",
      `INSERT INTO alert_records (last_seen, severity, at_once, workflow, phase_id, labels, notify, message, task_id, record_id, task_created,
         newest_id, count, open, type, state, task_type, job, task_time, cause, created_at, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?)`,
    );
    this.#repeat = statements.prepare(
      "alert.repeat",
      `UPDATE alert_records SET last_seen = ?, severity = ?, at_once = ?, workflow = ?, phase_id = ?, labels = ?, notify = ?, message = ?,
         task_id = ?, record_id = ?, task_created = ?, newest_id = ?, count = count + ?, open = open + ? WHERE id = ?`,
    );
    this.#occur = statements.prepare(
      "alert.occur",
      "INSERT INTO alert_occurrences (id, alert_id, at, record_id, task_id, weight, silenced, message, task) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#any = statements.prepare("alert.any", "SELECT 1 FROM alert_records WHERE state <> 'resolved' LIMIT 1");
    this.#byId = statements.prepare(
      "alert.by_id",
      "SELECT id, state, task_type AS taskType, open FROM alert_records WHERE id = ? AND state <> 'resolved'",
    );
    this.#byType = statements.prepare(
      "alert.by_type",
      `SELECT id, phase_id AS phaseId, task_time AS taskTime, cause FROM alert_records
       WHERE type = ? AND id > ? AND state <> 'resolved' ORDER BY id LIMIT ?`,
    );
    this.#nextType = statements.prepare(
      "alert.next_type",
      "SELECT type FROM alert_records WHERE type > ? AND state <> 'resolved' ORDER BY type LIMIT 1",
    );
    this.#setState = statements.prepare(
      "alert.state",
      "UPDATE alert_records SET state = ?, silence_id = ? WHERE id = ?",
    );
    this.#end = statements.prepare("alert.end", "UPDATE alert_occurrences SET resolved_at = ? WHERE id = ?");
    this.#endAll = statements.prepare(
      "alert.end_all",
      "UPDATE alert_occurrences SET resolved_at = ? WHERE alert_id = ? AND resolved_at IS NULL",
    );
    this.#countDown = statements.prepare("alert.count_down", "UPDATE alert_records SET open = open - ? WHERE id = ?");
    this.#recover = statements.prepare(
      "alert.recover",
      "UPDATE alert_records SET recovered = 1 WHERE id = ? AND state = 'open'",
    );
    this.#tasks = new TaskOccurrences(statements);
    this.#change = statements.prepare(
      "alert.change",
      "INSERT INTO alert_changes (id, alert_id, at, state, by, note) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#silenceOccurrences = statements.prepare(
      "alert.hold",
      "UPDATE alert_occurrences SET silenced = 1 WHERE alert_id = ? AND id > ?",
    );
    this.#silencedCount = statements.prepare(
      "alert.silenced_count",
      `SELECT ifnull(sum(weight), 0) AS count FROM alert_occurrences WHERE alert_id = ? AND silenced = 1
         AND id > ifnull((SELECT max(m.id) FROM alert_occurrences m WHERE m.alert_id = ? AND m.reopened = 1), 0)`,
    );
    this.#reopen = statements.prepare(
      "alert.reopen",
      "UPDATE alert_records SET state = 'open', silence_id = NULL, newest_id = ? WHERE id = ?",
    );
    this.#mark = statements.prepare(
      "alert.mark",
      `INSERT INTO alert_occurrences (id, alert_id, at, record_id, task_id, weight, reopened, resolved_at, message)
       SELECT ?, id, ?, record_id, task_id, ?, 1, ?, message FROM alert_records WHERE id = ?`,
    );
  }

  /** Called for each alert with immediate notification, inside its transaction. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  /** The highest id of all occurrences. */
  get newestOccurrence(): number {
    return this.#occurrenceIds.last;
  }

  /** Call it before a transaction: without an unresolved alert, the transaction skips all checks for resolved causes. */
  refresh(): void {
    this.#mayLast = this.#any.get() !== undefined;
    this.#tasks.refresh();
    if (this.#areTypesStale) this.#readTypes();
  }

  /** Inserts a row, or counts `times` more occurrences of an unresolved cause. */
  raise(alert: NewAlert, about: About, now: number, times = 1): void {
    const { type, severity, atOnce, taskId, taskType, job, taskTime, taskCreated, message, phaseId, cause } = alert;
    const { recordId } = about;
    const lasting = this.#lasting.get(taskType, job, taskTime ?? -1, type, cause, alert.workflow);
    const occurrence = this.#occurrenceIds.next();
    const once = atOnce ? 1 : 0;
    const newest = [
      now,
      severity,
      once,
      alert.workflow,
      phaseId,
      alert.labels,
      alert.notify.join(","),
      message,
      taskId,
    ];
    const values = [...newest, recordId, taskCreated, occurrence, times, times];
    let id = lasting?.id;
    if (id === undefined) {
      id = this.#ids.next();
      this.#insert.run(...values, type, taskType, job, taskTime, cause, now, id);
      this.#mayLast = true;
      this.#types.add(type);
    } else this.#repeat.run(...values, id);
    this.#changes.note("alerts", id);
    const silenced = lasting?.state === "silenced" ? 1 : 0;
    this.#occur.run(occurrence, id, now, recordId, taskId, times, silenced, message, alert.task);
    if (taskType !== "") this.#tasks.raised(taskType);
    if (recordId !== null && ABOUT_TASKS.has(type)) this.#tasks.identify(occurrence, recordId);
    if (atOnce) this.#listener();
  }

  /** Whether an unresolved alert of that type has an open occurrence of the task. */
  isTold(type: string, recordId: number): boolean {
    return this.#types.has(type) && this.#tasks.isOpen(type, recordId);
  }

  /** Resolves the unresolved alerts of these causes. */
  resolveCauses(causes: readonly ResolvedCause[], now: number): void {
    if (!this.#mayLast) return;
    for (const { type, taskType, job, taskTime, cause, workflow, note } of causes) {
      if (!this.#types.has(type)) continue;
      const alert = this.#lasting.get(taskType, job, taskTime ?? -1, type, cause, workflow);
      if (alert !== undefined) this.#become(alert.id, "resolved", { by: BY_ITSELF, note }, now);
    }
  }

  /** A task completed: its own occurrences are resolved, and an alert of which no other is open. */
  completed(recordId: number, task: CompletedTask, now: number): void {
    if (!this.#mayLast || !this.#mayResolve(task.taskType)) return;
    const { occurrences, alerts } = this.#tasks.endedBy(recordId, task);
    const ended = new Map<number, number>();
    for (const { id, alertId, weight } of occurrences) {
      this.#end.run(now, id);
      ended.set(alertId, (ended.get(alertId) ?? 0) + weight);
    }
    for (const [id, weight] of ended) {
      const alert = this.#byId.get(id);
      if (alert === undefined) continue;
      if (alert.open > weight) {
        this.#countDown.run(weight, id);
        this.#changes.note("alerts", id);
        continue;
      }
      this.#recover.run(id);
      this.#become(id, "resolved", { by: BY_ITSELF, note: "each of its tasks completed" }, now);
    }
    for (const id of alerts)
      this.#become(id, "resolved", { by: BY_ITSELF, note: "a task made by hand completed" }, now);
  }

  /** Some workers send the job as part of the type. */
  #mayResolve(taskType: string): boolean {
    if (this.#tasks.mayResolve(taskType)) return true;
    const colon = taskType.indexOf(":");
    return colon > 0 && this.#tasks.mayResolve(taskType.slice(0, colon));
  }

  /** A change by people; returns the ids that changed. */
  change(ids: readonly number[], state: "acknowledged" | "resolved", person: Person, now: number): readonly number[] {
    return [...new Set(ids)].filter((id) => {
      const before = this.#byId.get(id);
      if (before === undefined || before.state === state) return false;
      this.#become(id, state, person, now);
      return true;
    });
  }

  /** No more notifications. Occurrences after `notifiedUpTo`, of which no channel was notified, are sent when the silence
   * ends. */
  silence(id: number, silenceId: number, notifiedUpTo: number, person: Person, now: number): void {
    this.#become(id, "silenced", person, now, silenceId);
    this.#silenceOccurrences.run(id, notifiedUpTo);
  }

  /** Moves it to another silence. */
  reassign(id: number, silenceId: number): void {
    this.#setState.run("silenced", silenceId, id);
    this.#changes.note("alerts", id);
  }

  /** The silence has ended and the cause has not: one notification for all silenced occurrences. */
  reopen(id: number, { by, note }: Person, now: number): void {
    const silenced = present(this.#silencedCount.get(id, id), `the count of alert ${id}`).count;
    const occurrence = this.#occurrenceIds.next();
    this.#mark.run(occurrence, now, Math.max(1, silenced), now, id);
    this.#reopen.run(occurrence, id);
    this.#changes.note("alerts", id);
    this.#change.run(this.#changeIds.next(), id, now, "open", by, note);
    this.#listener();
  }

  lasting(type: string, after: number, limit: number): readonly LastingAlert[] {
    return this.#byType.all(type, after, limit);
  }

  /** A skip scan over the index. */
  #readTypes(): void {
    this.#types.clear();
    let row = this.#nextType.get("");
    while (row !== undefined) {
      this.#types.add(row.type);
      row = this.#nextType.get(row.type);
    }
    this.#areTypesStale = false;
  }

  #become(id: number, state: AlertState, { by, note }: Person, now: number, silenceId: number | null = null): void {
    if (state === "resolved") {
      const alert = this.#byId.get(id);
      this.#areTypesStale = true;
      this.#endAll.run(now, id);
      this.#notified.resolve(id, alert?.state === "silenced", now);
      if (alert !== undefined) {
        this.#countDown.run(alert.open, id);
        this.#tasks.resolved(alert.taskType);
      }
    }
    this.#setState.run(state, silenceId, id);
    this.#changes.note("alerts", id);
    this.#change.run(this.#changeIds.next(), id, now, state, by, note);
  }
}
