import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import { taskZone } from "../workflows/phase-zones.ts";
import type { WallMs } from "../../../contract/time/wall-ms.ts";
import { present } from "../../../contract/present.ts";
import type { ChannelState } from "../../../core/alerts/alert-cadence.ts";
import type { NotifiedAlert } from "../../../contract/api/notified-alert.ts";
import type { NotifiedOccurrence } from "../../../core/alerts/alert-text.ts";
import type { Severity } from "../../../core/workflow/phase.ts";
import type {
  FoundEnds,
  FoundNews,
  PendingAlert,
  NewNotification,
  PendingQuery,
  NoticeKind,
} from "../../../core/alerts/plan-notifications.ts";
import type { ClaimedNotification } from "../../alert-store.ts";
import type { NotifiedAlerts } from "./notified-alerts.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface PendingRow {
  readonly id: number;
  readonly type: string;
  readonly severity: Severity;
  readonly taskType: string;
  readonly job: string;
  readonly taskTime: WallMs | null;
  readonly task_zone: string | null;
  readonly cause: string;
  readonly workflow: string;
  readonly labels: string;
  readonly notify: string;
  readonly message: string;
  readonly count: number;
  readonly open: number;
  readonly recordId: number | null;
  readonly recovered: number;
  readonly createdAt: number;
  readonly lastSeen: number;
  readonly newestId: number;
  /** Of its phase; null: none is known. */
  readonly owner: string | null;
  readonly runbook: string | null;
}

type ClaimedRow = Omit<ClaimedNotification, "alerts"> & { readonly alerts: string };

/** Missing in notifications that an earlier version planned. */
const BEFORE_OPEN = { state: "open", resolved_at: null, open: 0, record_id: null, recovered: false } as const;
/** Maximum alerts of one notification; the next one has the rest. */
const MAX_PENDING = 10_000;
/** How many alerts have the texts of their occurrences read, and how many of each: the rest is only counted. */
const MAX_TEXTS = 100;
const TEXTS_OF_ONE = 10;
/** Alerts that a notification stores one by one. */
const MAX_STORED_ALERTS = 200;
/** Due rows that are searched for one of each channel. */
const MAX_DUE = 100;

/** `alert_channels` and `alert_notifications`. */
export class Notifications {
  readonly #channel: Statement<ChannelState>;
  readonly #putChannel: Statement;
  readonly #unfinished: Statement<{ kind: NoticeKind | "test" }>;
  readonly #before: Statement<{ id: number }>;
  readonly #pending: Statement<PendingRow>;
  readonly #recovered: Statement<PendingRow>;
  readonly #newCount: Statement<{ count: number; recovered: number }>;
  readonly #newestOpen: Statement<{ message: string; recordId: number | null }>;
  readonly #texts: Statement<{ message: string; task: string }>;
  readonly #insert: Statement;
  readonly #due: Statement<ClaimedRow>;
  readonly #nextDue: Statement<{ channel: string; dueAt: number }>;
  readonly #claim: Statement;
  readonly #finish: Statement;
  readonly #wait: Statement;
  readonly #span: Statement<{ afterId: number }>;
  readonly #interrupted: Statement;

  readonly #ids: IdSequence;
  readonly #notified: NotifiedAlerts;

  constructor(statements: Statements, ids: IdSequences, notified: NotifiedAlerts) {
    this.#ids = ids.of("alert_notifications", 64);
    this.#notified = notified;
    this.#channel = statements.prepare(
      "notification.channel",
      `SELECT name, cursor_id AS cursorId, interval_ms AS intervalMs, next_at AS nextAt, immediate_cursor_id AS immediateCursorId, immediate_next_at AS immediateNextAt
       FROM alert_channels WHERE name = ?`,
    );
    this.#putChannel = statements.prepare(
      "notification.put_channel",
      `INSERT INTO alert_channels (name, cursor_id, interval_ms, next_at, immediate_cursor_id, immediate_next_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET cursor_id = excluded.cursor_id, interval_ms = excluded.interval_ms, next_at = excluded.next_at,
         immediate_cursor_id = excluded.immediate_cursor_id, immediate_next_at = excluded.immediate_next_at`,
    );
    this.#unfinished = statements.prepare(
      "notification.unfinished",
      "SELECT kind FROM alert_notifications WHERE channel = ? AND state IN ('waiting', 'sending')",
    );
    this.#before = statements.prepare(
      "notification.occurrence_before",
      "SELECT id FROM alert_occurrences WHERE at < ? ORDER BY id DESC LIMIT 1",
    );
    const pending = `SELECT id, type, severity, task_type AS taskType, job, task_time AS taskTime, cause, workflow, labels, notify, message,
         count, open, record_id AS recordId, recovered, created_at AS createdAt, last_seen AS lastSeen, newest_id AS newestId,
         (SELECT p.owner FROM workflow_phases p WHERE p.id = alert_records.phase_id) AS owner,
         (SELECT p.runbook FROM workflow_phases p WHERE p.id = alert_records.phase_id) AS runbook,
         ${taskZone("alert_records.phase_id", "alert_records.created_at")}
       FROM alert_records WHERE at_once = ? AND newest_id > ?`;
    this.#pending = statements.prepare("notification.news", `${pending} AND state = 'open' ORDER BY newest_id LIMIT ?`);
    this.#recovered = statements.prepare(
      "notification.recovered",
      `${pending} AND recovered = 1 ORDER BY newest_id LIMIT ?`,
    );
    this.#newCount = statements.prepare(
      "notification.new_count",
      `SELECT ifnull(sum(weight), 0) AS count, ifnull(sum(iif(resolved_at IS NULL OR reopened = 1, 0, weight)), 0) AS recovered
       FROM alert_occurrences WHERE alert_id = ? AND id > ? AND silenced = 0`,
    );
    this.#newestOpen = statements.prepare(
      "notification.newest_open",
      `SELECT message, record_id AS recordId FROM alert_occurrences WHERE alert_id = ? AND resolved_at IS NULL
       ORDER BY id DESC LIMIT 1`,
    );
    this.#texts = statements.prepare(
      "notification.texts",
      "SELECT message, task FROM alert_occurrences WHERE alert_id = ? AND id > ? AND silenced = 0 ORDER BY id LIMIT ?",
    );
    this.#insert = statements.prepare(
      "notification.insert",
      `INSERT INTO alert_notifications (id, channel, kind, state, delivery_id, alerts, alert_count, critical_count, resolved_count, occurrences,
         after_id, until_id, text, interval_ms, next_at, created_at, due_at)
       VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#due = statements.prepare(
      "notification.due",
      `SELECT id, channel, kind, delivery_id AS deliveryId, text, alerts, alert_count AS alertCount, critical_count AS criticalCount,
         resolved_count AS resolvedCount, created_at AS createdAt, attempts
       FROM alert_notifications WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT ?`,
    );
    this.#nextDue = statements.prepare(
      "notification.next_due",
      "SELECT channel, due_at AS dueAt FROM alert_notifications WHERE state = 'waiting' AND due_at >= ? ORDER BY due_at, id LIMIT ?",
    );
    this.#claim = statements.prepare(
      "notification.claim",
      "UPDATE alert_notifications SET state = 'sending', attempts = attempts + 1 WHERE id = ?",
    );
    this.#finish = statements.prepare(
      "notification.finish",
      "UPDATE alert_notifications SET state = ?, answer = ?, finished_at = ? WHERE id = ?",
    );
    this.#wait = statements.prepare(
      "notification.wait",
      "UPDATE alert_notifications SET state = 'waiting', answer = ?, due_at = ?, attempts = attempts - ? WHERE id = ?",
    );
    this.#span = statements.prepare(
      "notification.span",
      "SELECT after_id AS afterId FROM alert_notifications WHERE id = ?",
    );
    this.#interrupted = statements.prepare(
      "notification.interrupted",
      "UPDATE alert_notifications SET state = 'waiting' WHERE state IN ('waiting', 'sending') AND state = 'sending'",
    );
  }

  /** A notification that was being sent when the last run ended may or may not have arrived: it is sent again, under the same
   * id. */
  resend(): void {
    this.#interrupted.run();
  }

  channel(name: string): ChannelState | null {
    return this.#channel.get(name) ?? null;
  }

  putChannel({ name, cursorId, intervalMs, nextAt, immediateCursorId, immediateNextAt }: ChannelState): void {
    this.#putChannel.run(name, cursorId, intervalMs, nextAt, immediateCursorId, immediateNextAt);
  }

  unfinished(channel: string): ReadonlySet<NoticeKind> {
    const kinds = this.#unfinished.all(channel).map(({ kind }) => kind);
    return new Set(kinds.filter((kind) => kind !== "test"));
  }

  /** The last occurrence before that time, 0 without one. */
  occurrenceBefore(at: number): number {
    return this.#before.get(at)?.id ?? 0;
  }

  /** Open and recovered alerts that occurred after `afterId`; `untilId` is the newest of them when there are too many for one notification. */
  pending({ kind, afterId, limit = MAX_PENDING }: PendingQuery): Pick<FoundNews, "pending" | "untilId"> {
    const atOnce = kind === "at_once" ? 1 : 0;
    const open = this.#pending.all(atOnce, afterId, limit);
    const recovered = this.#recovered.all(atOnce, afterId, limit);
    const rows =
      recovered.length === 0
        ? open
        : [...open, ...recovered].toSorted((a, b) => a.newestId - b.newestId).slice(0, limit);
    const pending = rows.map((row, index) => this.#pendingOf(row, afterId, kind === "at_once" && index < MAX_TEXTS));
    return { pending, untilId: rows.length === limit ? (rows.at(-1)?.newestId ?? null) : null };
  }

  /** Resolved alerts of which the channel was notified while they were open. */
  resolved(query: PendingQuery): FoundEnds {
    return this.#notified.resolved(query, query.limit ?? MAX_PENDING, MAX_STORED_ALERTS);
  }

  #pendingOf(row: PendingRow, afterId: number, hasTexts: boolean): PendingAlert {
    const { id, type, severity, taskType, job, cause, workflow, labels, notify } = row;
    const news = present(this.#newCount.get(id, afterId), `the count of alert ${id}`);
    // The newest occurrence may be of a task that has completed since, and others have not.
    const newest = news.recovered === 0 || row.open === 0 ? row : (this.#newestOpen.get(id) ?? row);
    const { message } = newest;
    const alert: NotifiedAlert = {
      id,
      type,
      severity,
      state: "open",
      resolved_at: null,
      ...(row.recovered === 0 ? {} : { state: "resolved", ...this.#notified.resolutionOf(id, row.lastSeen) }),
      task_type: taskType,
      job,
      task_time: row.taskTime,
      task_zone: row.task_zone,
      workflow,
      message,
      ...(row.owner === null || row.owner === "" ? {} : { owner: row.owner }),
      ...(row.runbook === null || row.runbook === "" ? {} : { runbook: row.runbook }),
      count: row.count,
      new_count: Math.max(1, news.count),
      ...(news.recovered === 0 ? {} : { new_recovered: news.recovered }),
      first_seen: row.createdAt,
      last_seen: row.lastSeen,
      open: row.open,
      record_id: newest.recordId,
      recovered: row.recovered === 1,
    };
    const occurrences: readonly NotifiedOccurrence[] = hasTexts
      ? this.#texts.all(id, afterId, TEXTS_OF_ONE).map((text) => ({ type, severity, ...text }))
      : [];
    const names = notify === "" ? [] : notify.split(",");
    return { type, severity, taskType, job, workflow, labels, cause, notify: names, alert, occurrences };
  }

  /** `isFollowed`: the channel is to be notified when its alerts are resolved. */
  add(notification: NewNotification, state: ChannelState, isFollowed: boolean, now: number): void {
    const { channel, kind, deliveryId, alerts, resolved, occurrences, afterId, untilId, text } = notification;
    const storedAlerts = JSON.stringify([...alerts, ...resolved.alerts].slice(0, MAX_STORED_ALERTS));
    const nextAt = kind === "summary" ? state.nextAt : state.immediateNextAt;
    const criticalCount = alerts.filter((alert) => alert.severity === "critical").length;
    const id = this.#ids.next();
    const values = [
      id,
      channel,
      kind,
      deliveryId,
      storedAlerts,
      alerts.length + resolved.count,
      criticalCount,
      resolved.count,
      occurrences,
      afterId,
      untilId,
      text,
    ];
    this.#insert.run(...values, state.intervalMs, nextAt, now, now);
    if (isFollowed) this.#notified.planned(notification, id);
  }

  addTest(channel: string, deliveryId: string, text: string, now: number): number {
    const id = this.#ids.next();
    this.#insert.run(id, channel, "test", deliveryId, "[]", 0, 0, 0, 0, 0, 0, text, 0, null, now, now);
    return id;
  }

  /** The first due notification of each channel that is not busy. */
  due(now: number, busy: ReadonlySet<string>): readonly ClaimedNotification[] {
    const first = new Map<string, ClaimedRow>();
    for (const row of this.#due.all(now, MAX_DUE))
      if (!busy.has(row.channel) && !first.has(row.channel)) first.set(row.channel, row);
    return [...first.values()].map((row) => ({
      ...row,
      alerts: (JSON.parse(row.alerts) as readonly NotifiedAlert[]).map((alert) => ({ ...BEFORE_OPEN, ...alert })),
      attempts: row.attempts + 1,
    }));
  }

  claim(id: number): void {
    this.#claim.run(id);
  }

  nextDueAt(busy: ReadonlySet<string>): number | null {
    return this.#nextDue.all(0, MAX_DUE).find(({ channel }) => !busy.has(channel))?.dueAt ?? null;
  }

  finish(id: number, state: "sent" | "failed", answer: string, now: number): void {
    this.#finish.run(state, answer, now, id);
    if (state === "sent") this.#notified.delivered(id);
    else this.#notified.abandoned(id);
  }

  wait(id: number, answer: string, dueAt: number, counts: boolean): void {
    this.#wait.run(answer, dueAt, counts ? 0 : 1, id);
  }

  /** The occurrence after which its range begins. */
  afterIdOf(id: number): number {
    return present(this.#span.get(id), `notification ${id}`).afterId;
  }
}
