import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { NotifiedAlert } from "../../../contract/api/notified-alert.ts";
import type { FoundEnds, NewNotification, PendingQuery } from "../../../core/alerts/plan-notifications.ts";
import type { Severity } from "../../../core/workflow/phase.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface ResolvedRow {
  readonly id: number;
  readonly type: string;
  readonly severity: Severity;
  readonly taskType: string;
  readonly job: string;
  readonly taskTime: WallMs | null;
  readonly workflow: string;
  readonly message: string;
  readonly count: number;
  readonly recordId: number | null;
  readonly createdAt: number;
  readonly lastSeen: number;
  readonly resolvedAt: number;
}

type Resolution = Pick<NotifiedAlert, "resolved_at" | "resolved_by" | "resolved_note">;

/** `notified_alerts`: what a channel was notified of, until it was notified that it is resolved. */
export class NotifiedAlerts {
  readonly #put: Statement;
  readonly #close: Statement;
  readonly #resolve: Statement;
  readonly #drop: Statement;
  readonly #resolved: Statement<ResolvedRow>;
  readonly #resolvedCount: Statement<{ count: number }>;
  readonly #closeResolved: Statement;
  readonly #resolution: Statement<{ at: number; by: string; note: string }>;
  readonly #closed: Statement;
  readonly #delivered: Statement;
  readonly #undelivered: Statement;
  readonly #released: Statement;
  readonly #nextChannel: Statement<{ channel: string }>;
  readonly #forget: Statement;

  constructor(statements: Statements) {
    this.#put = statements.prepare(
      "notified.put",
      `INSERT INTO notified_alerts (channel, alert_id, at_once, delivered, notification_id) VALUES (?, ?, ?, 0, ?)
       ON CONFLICT (channel, alert_id) DO UPDATE SET at_once = excluded.at_once, notification_id = excluded.notification_id`,
    );
    this.#close = statements.prepare(
      "notified.close",
      "UPDATE notified_alerts SET notification_id = ?, closing = 1 WHERE channel = ? AND alert_id = ?",
    );
    this.#resolve = statements.prepare(
      "notified.resolve",
      "UPDATE notified_alerts SET resolved_at = ? WHERE alert_id = ?",
    );
    this.#drop = statements.prepare("notified.drop", "DELETE FROM notified_alerts WHERE alert_id = ?");
    // One that recovered since it last occurred is pending.
    const resolved = `FROM notified_alerts n CROSS JOIN alert_records a ON a.id = n.alert_id
       WHERE n.channel = ? AND n.at_once = ? AND n.resolved_at IS NOT NULL AND n.delivered = 1 AND n.notification_id IS NULL
         AND NOT (a.recovered = 1 AND a.newest_id > ?)`;
    this.#resolved = statements.prepare(
      "notified.resolved",
      `SELECT a.id, a.type, a.severity, a.task_type AS taskType, a.job, a.task_time AS taskTime, a.workflow, a.message, a.count,
         a.record_id AS recordId, a.created_at AS createdAt, a.last_seen AS lastSeen, n.resolved_at AS resolvedAt
       ${resolved} ORDER BY n.alert_id LIMIT ?`,
    );
    this.#resolvedCount = statements.prepare("notified.resolved_count", `SELECT count(*) AS count ${resolved}`);
    this.#closeResolved = statements.prepare(
      "notified.close_resolved",
      `UPDATE notified_alerts SET notification_id = ?, closing = 1
       WHERE channel = ? AND alert_id IN (SELECT n.alert_id ${resolved} ORDER BY n.alert_id LIMIT ?)`,
    );
    this.#resolution = statements.prepare(
      "notified.resolution",
      `SELECT at, by, note FROM alert_changes WHERE alert_id = ? AND state = 'resolved' ORDER BY id DESC LIMIT 1`,
    );
    this.#closed = statements.prepare(
      "notified.closed",
      "DELETE FROM notified_alerts WHERE notification_id = ? AND closing = 1",
    );
    this.#delivered = statements.prepare(
      "notified.delivered",
      "UPDATE notified_alerts SET delivered = 1, notification_id = NULL WHERE notification_id = ?",
    );
    this.#undelivered = statements.prepare(
      "notified.undelivered",
      "DELETE FROM notified_alerts WHERE notification_id = ? AND delivered = 0",
    );
    this.#released = statements.prepare(
      "notified.released",
      "UPDATE notified_alerts SET notification_id = NULL, closing = 0 WHERE notification_id = ?",
    );
    this.#nextChannel = statements.prepare(
      "notified.next_channel",
      "SELECT channel FROM notified_alerts WHERE channel > ? ORDER BY channel LIMIT 1",
    );
    this.#forget = statements.prepare("notified.forget", "DELETE FROM notified_alerts WHERE channel = ?");
  }

  /** The alerts of a new notification: resolved ones are closed by it, the others begin. */
  planned({ channel, kind, afterId, alerts, resolved }: NewNotification, notificationId: number): void {
    const atOnce = kind === "at_once" ? 1 : 0;
    if (resolved.count > 0) this.#closeResolved.run(notificationId, channel, channel, atOnce, afterId, resolved.count);
    for (const { id, state } of alerts) {
      if (state === "resolved") this.#close.run(notificationId, channel, id);
      else this.#put.run(channel, id, atOnce, notificationId);
    }
  }

  /** The alert is resolved. What ends during a silence stays silent. */
  resolve(alertId: number, isSilenced: boolean, now: number): void {
    if (isSilenced) this.#drop.run(alertId);
    else this.#resolve.run(now, alertId);
  }

  delivered(notificationId: number): void {
    this.#closed.run(notificationId);
    this.#delivered.run(notificationId);
  }

  /** A later notification contains its alerts again, as far as they are not resolved. */
  abandoned(notificationId: number): void {
    this.#undelivered.run(notificationId);
    this.#released.run(notificationId);
  }

  /** Delivered alerts that are resolved, and of whose end the channel is to be notified; at most `limit`. The oldest of them are listed, at most `most`. */
  resolved({ channel, kind, afterId }: PendingQuery, limit: number, most: number): FoundEnds {
    const query = [channel, kind === "at_once" ? 1 : 0, afterId];
    const rows = this.#resolved.all(...query, Math.min(limit, most));
    const count = rows.length < most ? rows.length : Math.min(limit, this.#resolvedCount.get(...query)?.count ?? 0);
    return { alerts: rows.map((row) => this.#alertOf(row)), count };
  }

  #alertOf(row: ResolvedRow): NotifiedAlert {
    return {
      id: row.id,
      type: row.type,
      severity: row.severity,
      state: "resolved",
      ...this.resolutionOf(row.id, row.resolvedAt),
      task_type: row.taskType,
      job: row.job,
      task_time: row.taskTime,
      workflow: row.workflow,
      message: row.message,
      count: row.count,
      new_count: 0,
      first_seen: row.createdAt,
      last_seen: row.lastSeen,
      open: 0,
      record_id: row.recordId,
      recovered: false,
    };
  }

  /** When, by whom and why a resolved alert was resolved; `at` is used where no change is recorded. */
  resolutionOf(alertId: number, at: number): Resolution {
    const change = this.#resolution.get(alertId) ?? { at, by: "", note: "" };
    return { resolved_at: change.at, resolved_by: change.by, resolved_note: change.note };
  }

  /** Channels with rows; a skip scan over the key. */
  channels(): readonly string[] {
    const names: string[] = [];
    for (let row = this.#nextChannel.get(""); row !== undefined; row = this.#nextChannel.get(row.channel))
      names.push(row.channel);
    return names;
  }

  /** The channel is not to be notified of any end. */
  forget(channel: string): void {
    this.#forget.run(channel);
  }
}
