import { wallOf } from "../../src/contract/time/wall-ms.ts";
import type { AlertMatcher } from "../../src/core/alerts/alert-matcher.ts";
import type { NotifiedAlert } from "../../src/contract/api/notified-alert.ts";
import { DAY, HOUR } from "../../src/contract/time/time-units.ts";
import { newAlert } from "../../src/core/decide/new-alert.ts";
import type { Severity } from "../../src/core/workflow/phase.ts";
import type { Connection } from "../../src/store/sqlite/database/connection.ts";
import type { Chance } from "./chance.ts";
import type { MadeTask } from "./made-task.ts";
import type { Plan } from "./plans.ts";
import { TableWriter } from "./table-writer.ts";

const TYPES = ["retry_exhausted", "alert_result", "incomplete"] as const;
type AlertType = (typeof TYPES)[number];
type AlertState = "open" | "acknowledged" | "silenced" | "resolved";

/** An alert that may still change. */
interface Alert {
  readonly id: number;
  readonly type: AlertType;
  readonly severity: Severity;
  readonly atOnce: boolean;
  readonly task: MadeTask;
  readonly createdAt: number;
  state: AlertState;
  newest: MadeTask;
  message: string;
  count: number;
  lastSeen: number;
  newestId: number;
}

const PEOPLE = ["ana", "ben", "chloe", "dev"];
const CHANNELS = ["slack-data", "mail-oncall"];
const MAX_COVERED = 200;

/** Alerts as they are raised, repeat and are resolved; their notifications; silences. */
export class AlertBook {
  readonly writers: readonly TableWriter[];
  readonly #records: TableWriter;
  readonly #occurrences: TableWriter;
  readonly #changes: TableWriter;
  readonly #notifications: TableWriter;
  readonly #channels: TableWriter;
  readonly #silences: TableWriter;
  readonly #chance: Chance;
  readonly #lasting = new Map<string, Alert>();
  /** How many last, by phase and task time: nearly all tasks complete without one. */
  readonly #lastingTimes = new Map<Plan, Map<number | null, number>>();
  #lastId = 0;
  #pending: Alert[] = [];
  #matchingAlerts = 0;

  constructor(db: Connection, chance: Chance) {
    this.#chance = chance;
    this.#records = new TableWriter(
      db,
      "alert_records",
      `id type severity state at_once task_type job task_time cause workflow phase_id labels message
       task_id record_id task_created count open created_at last_seen newest_id`,
    );
    this.#occurrences = new TableWriter(db, "alert_occurrences", "alert_id at record_id task_id message task");
    this.#changes = new TableWriter(db, "alert_changes", "alert_id at state by note");
    this.#notifications = new TableWriter(
      db,
      "alert_notifications",
      `channel kind state delivery_id alerts alert_count occurrences after_id until_id text interval_ms next_at
       created_at due_at attempts answer finished_at`,
    );
    this.#channels = new TableWriter(
      db,
      "alert_channels",
      "name cursor_id interval_ms next_at immediate_cursor_id immediate_next_at",
    );
    this.#silences = new TableWriter(db, "silences", "matchers starts_at ends_at author reason created_at state");
    this.writers = [
      this.#records,
      this.#occurrences,
      this.#changes,
      this.#notifications,
      this.#channels,
      this.#silences,
    ];
  }

  raise(at: number, type: AlertType, task: MadeTask, message: string): void {
    const key = keyOf(task, type);
    let alert = this.#lasting.get(key);
    if (alert === undefined) {
      this.#lastId += 1;
      const { severity, atOnce } = newAlert(type, message, { phase: task.plan.phase });
      const fresh = { state: "open" as const, newest: task, message, count: 0, lastSeen: at, newestId: 0 };
      alert = { id: this.#lastId, type, severity, atOnce, task, createdAt: at, ...fresh };
      this.#lasting.set(key, alert);
      this.#countLasting(task, 1);
    }
    alert.count += 1;
    alert.newest = task;
    alert.message = message;
    alert.lastSeen = at;
    this.#occurrences.add(alert.id, at, task.id, task.run.id, message, "");
    alert.newestId = this.#occurrences.written;
    this.#pending.push(alert);
  }

  /** What failed before has worked now. */
  completed(task: MadeTask, at: number): void {
    if (this.#lastingTimes.get(task.plan)?.has(task.taskTime) !== true) return;
    for (const type of TYPES) {
      const key = keyOf(task, type);
      const alert = this.#lasting.get(key);
      if (alert !== undefined) this.#change(key, alert, "resolved", at, "", `${task.plan.task} completed`);
    }
  }

  /** Once an hour: notifications. Once a day: what people do. */
  endHour(at: number): void {
    if (this.#pending.length > 0) this.#notify(at);
    if (at % DAY !== 9 * HOUR) return;
    for (const [key, alert] of this.#lasting) {
      const age = at - alert.lastSeen;
      const by = this.#chance.pick(PEOPLE);
      if (age > 3 * DAY) this.#change(key, alert, "resolved", at, by, "run again by hand");
      else if (alert.state === "open" && age > HOUR && this.#chance.happens(0.6)) {
        this.#change(key, alert, "acknowledged", at, by, "looking into it");
      }
    }
  }

  end(from: number, until: number): void {
    for (const alert of this.#lasting.values()) this.#write(alert);
    const matching = this.#matchingAlerts;
    for (const name of CHANNELS) this.#channels.add(name, matching, HOUR, until + HOUR, matching, until + HOUR);
    for (let at = from + 3 * DAY; at < until; at += 9 * DAY) {
      const ends = at + 4 * HOUR;
      const jobs = [this.#chance.pick(["ratings", "emails", "refunds"])];
      const matcher: AlertMatcher = { alerts: [], types: [], jobs, workflows: [], severities: [], labels: {} };
      const matchers = JSON.stringify(matcher);
      this.#silences.add(
        matchers,
        at,
        ends,
        this.#chance.pick(PEOPLE),
        "maintenance",
        at,
        ends < until ? "ended" : "in_force",
      );
    }
  }

  #change(key: string, alert: Alert, state: AlertState, at: number, by: string, note: string): void {
    this.#changes.add(alert.id, at, state, by === "" ? "flowlord" : by, note);
    alert.state = state;
    if (state !== "resolved") return;
    this.#lasting.delete(key);
    this.#countLasting(alert.task, -1);
    this.#write(alert);
  }

  #countLasting({ plan, taskTime }: MadeTask, change: 1 | -1): void {
    const times = this.#lastingTimes.get(plan) ?? new Map<number | null, number>();
    const count = (times.get(taskTime) ?? 0) + change;
    if (count === 0) times.delete(taskTime);
    else times.set(taskTime, count);
    this.#lastingTimes.set(plan, times);
  }

  #write(alert: Alert): void {
    const { plan, taskTime } = alert.task;
    const { newest } = alert;
    this.#records.add(
      alert.id,
      alert.type,
      alert.severity,
      alert.state,
      alert.atOnce ? 1 : 0,
      plan.type,
      plan.job,
      taskTime,
      "",
      plan.workflow,
      plan.id,
      newest.meta,
      alert.message,
      newest.run.id,
      newest.id,
      newest.created,
      alert.count,
      alert.state === "resolved" ? 0 : alert.count,
      alert.createdAt,
      alert.lastSeen,
      alert.newestId,
    );
  }

  #notify(at: number): void {
    const pendingOf = new Map<Alert, number>();
    for (const alert of this.#pending) pendingOf.set(alert, (pendingOf.get(alert) ?? 0) + 1);
    const covered = [...pendingOf].slice(0, MAX_COVERED).map(([alert, pending]): NotifiedAlert => {
      const { id, type, severity, message, count, createdAt, lastSeen, task } = alert;
      const { type: taskType, job, workflow } = task.plan;
      const state = { state: "open", resolved_at: null } as const;
      const of = {
        id,
        type,
        severity,
        task_type: taskType,
        job,
        ...state,
        task_time: task.taskTime === null ? null : wallOf(task.taskTime),
        workflow,
        message,
      };
      const since = { open: pending, record_id: alert.newest.id, recovered: false };
      return { ...of, count, new_count: pending, first_seen: createdAt, last_seen: lastSeen, ...since };
    });
    const after = this.#matchingAlerts;
    this.#matchingAlerts = this.#occurrences.written;
    for (const channel of CHANNELS) {
      const text = `${this.#pending.length} failures in ${pendingOf.size} jobs`;
      const times = [HOUR, at + HOUR, at, at, 1, "200 ok", at + 300];
      const counts = [this.#pending.length, after, this.#matchingAlerts];
      const id = this.#chance.idAt(at);
      this.#notifications.add(
        channel,
        "summary",
        "sent",
        id,
        JSON.stringify(covered),
        pendingOf.size,
        ...counts,
        text,
        ...times,
      );
    }
    this.#pending = [];
  }
}

function keyOf({ plan, taskTime }: MadeTask, type: string): string {
  return `${plan.task}|${taskTime}|${type}`;
}
