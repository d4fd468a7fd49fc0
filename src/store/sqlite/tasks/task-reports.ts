import type { ReportedWorker, RunningReport } from "../../../core/decide/decider.ts";
import type { LostTask } from "../../running-tasks.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { ChangeLog } from "../write/change-log.ts";

/** `task_reports`. */
export class TaskReports {
  readonly #put: Statement;
  readonly #of: Statement<ReportedWorker>;
  readonly #lost: Statement<LostTask>;
  readonly #endLease: Statement;
  readonly #begin: Statement;
  readonly #unfinish: Statement;
  readonly #extend: Statement;
  readonly #resent: Statement<LostTask>;
  readonly #resend: Statement;
  readonly #markSent: Statement;
  readonly #markUnowned: Statement;
  readonly #changes: ChangeLog;

  constructor(statements: Statements, changes: ChangeLog) {
    this.#changes = changes;
    this.#put = statements.prepare(
      "report.put",
      `INSERT INTO task_reports (record_id, worker, host, pid, log, began_at, reported_at, progress, msg, lease_until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (record_id) DO UPDATE SET worker = excluded.worker, host = excluded.host, pid = excluded.pid,
         log = excluded.log, began_at = excluded.began_at, reported_at = excluded.reported_at,
         progress = excluded.progress, msg = excluded.msg, lease_until = excluded.lease_until`,
    );
    this.#of = statements.prepare(
      "report.of",
      "SELECT worker, host, pid, reported_at AS reportedAt FROM task_reports WHERE record_id = ?",
    );
    const columns = `r.id AS recordId, r.phase_id AS phaseId, r.task_time AS taskTime, r.state, p.worker, p.host, p.pid,
      p.reported_at AS reportedAt`;
    this.#lost = statements.prepare(
      "report.lost",
      `SELECT ${columns} FROM task_reports p JOIN task_records r ON r.id = p.record_id
       WHERE p.lease_until IS NOT NULL AND p.lease_until <= ? ORDER BY p.lease_until LIMIT ?`,
    );
    this.#endLease = statements.prepare(
      "report.end_lease",
      "UPDATE task_reports SET lease_until = NULL WHERE record_id = ?",
    );
    this.#begin = statements.prepare(
      "report.begin",
      "UPDATE task_records SET state = 'running', started = ? WHERE id = ? AND state IN ('queued', 'sent', 'running')",
    );
    this.#unfinish = statements.prepare(
      "report.unfinish",
      "UPDATE task_records SET state = 'sent', started = NULL WHERE id = ? AND state = 'running'",
    );
    this.#extend = statements.prepare(
      "report.extend",
      "UPDATE task_records SET deadline_at = ? WHERE id = ? AND state IN ('queued', 'sent', 'running')",
    );
    this.#resent = statements.prepare(
      "report.resent",
      `SELECT ${columns} FROM outbox o JOIN task_records r ON r.id = o.record_id LEFT JOIN task_reports p ON p.record_id = r.id
       WHERE o.owner IS NOT NULL AND o.held IS NULL AND r.state IN ('sent', 'running')`,
    );
    this.#resend = statements.prepare(
      "report.resend",
      "UPDATE task_records SET state = 'queued', started = NULL WHERE id = ?",
    );
    this.#markSent = statements.prepare(
      "report.mark_sent",
      "UPDATE task_records SET state = 'sent' WHERE id = ? AND state = 'queued'",
    );
    this.#markUnowned = statements.prepare(
      "report.mark_unowned",
      `UPDATE task_records SET state = 'sent' WHERE id IN (
         SELECT r.id FROM task_records AS r INDEXED BY task_records_open WHERE r.state = 'queued' AND r.state <> 'finished')
       AND id NOT IN (SELECT record_id FROM outbox WHERE record_id IS NOT NULL)`,
    );
  }

  /** What the last report said; null without one. */
  of(recordId: number): ReportedWorker | null {
    return this.#of.get(recordId) ?? null;
  }

  /** Times in milliseconds since 1970. */
  put({ recordId, report, msg, beganAt, deadlineAt }: RunningReport, now: number): void {
    const { worker, host, pid, log, progress, leaseMs } = report;
    const lease = leaseMs === null ? null : now + leaseMs;
    this.#put.run(recordId, worker, host, pid, log, beganAt, now, progress, msg, lease);
    this.#begin.run(beganAt, recordId);
    this.#changes.note("tasks", recordId);
    if (deadlineAt !== null) this.#extend.run(deadlineAt, recordId);
  }

  /** The task no longer runs: it is `sent`. */
  lose(recordId: number): void {
    this.#unfinish.run(recordId);
    this.#changes.note("tasks", recordId);
    this.#endLease.run(recordId);
  }

  /** Tasks whose worker did not report when it had promised to, the longest lost first; also those that are no longer running. */
  lost(now: number, limit: number): readonly LostTask[] {
    return this.#lost.all(now, limit);
  }

  /** Tasks that a worker had and that are sent once more, because they are still in the outbox. Reads the complete outbox. */
  resend(): readonly LostTask[] {
    const rows = this.#resent.all();
    for (const { recordId } of rows) {
      this.#resend.run(recordId);
      this.#changes.note("tasks", recordId);
      this.#endLease.run(recordId);
    }
    return rows;
  }

  markSent(recordId: number): void {
    if (this.#markSent.run(recordId).changes > 0) this.#changes.note("tasks", recordId);
  }

  /** Marks as sent what is in no outbox: after a stop that could not. Reads the unfinished tasks. */
  markUnowned(): void {
    if (this.#markUnowned.run().changes > 0) this.#changes.noteAll();
  }
}
