/** The alert part of the database port: notifications, silences, and what people do about alerts. */
import type { Scope } from "../contract/api/access/scope.ts";
import type { ALERT_STATES } from "../contract/api/alerts/alert-names.ts";
import type { WallMs } from "../contract/time/wall-ms.ts";
import type { ChannelState } from "../core/alerts/alert-cadence.ts";
import type { AlertMatcher } from "../core/alerts/alert-matcher.ts";
import type { NotifiedAlert } from "../contract/api/notified-alert.ts";
import type { RepeatedAlert } from "../core/decide/decider.ts";
import type { AlertType, NewAlert } from "../core/decide/effects.ts";
import type { Severity } from "../core/workflow/phase.ts";
import type { NoticeKind, NotificationDecider } from "../core/alerts/plan-notifications.ts";

export type AlertState = (typeof ALERT_STATES)[number];

export type NotificationKind = "at_once" | "summary" | "test";

export interface AlertStore {
  /**
   * Silences that begin or end take effect, then each channel's pending alerts are decided, in one transaction.
   * `isMore`: silences have more to do, and no channel was decided yet. `nextAt`: when to plan next, null when only a
   * new alert can change something.
   */
  plan(
    decider: NotificationDecider,
    moment: {
      readonly now: number;
      /** A channel that is planned for the first time is not notified of earlier alerts. */
      readonly since: number;
    },
  ): Promise<{ readonly planned: number; readonly isMore: boolean; readonly nextAt: number | null }>;

  /** Due notifications, at most one a channel, none of `busy` channels. They become `sending`, the attempt is counted. */
  claimNotifications(now: number, busy: ReadonlySet<string>): Promise<readonly ClaimedNotification[]>;
  /** When the next one is due, null when none waits. */
  nextNotificationAt(busy: ReadonlySet<string>): Promise<number | null>;
  /** The receiver accepted it: resolves the alert that the channel fails. */
  notificationSent(claimed: ClaimedNotification, answer: string, now: number): Promise<void>;
  /** It waits for another attempt. An attempt that a stop interrupted does not count. */
  notificationWaits(claimed: ClaimedNotification, answer: string, dueAt: number, counts: boolean): Promise<void>;
  /**
   * Attempts are exhausted: `restate` moves the channel's cursor back, so that a later notification repeats this one;
   * `alert` is raised.
   */
  notificationAbandoned(
    claimed: ClaimedNotification,
    answer: string,
    restate: (state: ChannelState, kind: NoticeKind, afterId: number) => ChannelState,
    alert: NewAlert | null,
    now: number,
  ): Promise<void>;
  /** A test message for the channel; returns its id. */
  addTest(
    test: { readonly channel: string; readonly deliveryId: string; readonly text: string },
    now: number,
  ): Promise<number>;

  /** Somebody takes care of it: no more notifications. For open and silenced alerts; returns the ids that changed. */
  acknowledge(ids: readonly number[], by: Person, now: number): Promise<readonly number[]>;
  /** In any state but resolved; returns the ids that changed. */
  resolve(ids: readonly number[], by: Person, now: number): Promise<readonly number[]>;
  /** Takes effect at the next `plan`; returns its id. */
  addSilence(silence: NewSilence, now: number): Promise<number>;
  /** Ends a silence early; its alerts open at the next `plan`. False when it has ended or does not exist. */
  removeSilence(id: number, by: string, now: number): Promise<boolean>;
  /** Unresolved alerts of that type, oldest first, at most `limit` after the id. */
  lasting(type: AlertType, after: number, limit: number): Promise<readonly LastingAlert[]>;
  /**
   * Raises the alerts that `alertsOf` makes of the dead letters since the last call, at most `limit` of them, oldest
   * first. Returns how many dead letters it read.
   */
  raiseDeadLetters(
    limit: number,
    alertsOf: (deadLetters: readonly DeadLetterCause[]) => readonly RepeatedAlert[],
    now: number,
  ): Promise<number>;
  /** Whether dead letters of that topic and code are still open. */
  hasOpenDeadLetters(topic: string, code: string): Promise<boolean>;
  /** Called in each transaction that raises an alert with immediate notification. */
  onChange(listener: () => void): void;
}

export interface DeadLetterCause {
  readonly topic: string;
  readonly code: string;
  readonly reason: string;
}

export interface Person {
  readonly by: string;
  readonly note: string;
}

export interface NewSilence {
  /** This alert alone; null: all that the matcher selects. */
  readonly alertId: number | null;
  readonly matcher: AlertMatcher;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly author: string;
  readonly reason: string;
}

export interface ClaimedNotification {
  readonly id: number;
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly deliveryId: string;
  readonly text: string;
  /** The first of its alerts. */
  readonly alerts: readonly NotifiedAlert[];
  readonly alertCount: number;
  readonly criticalCount: number;
  readonly resolvedCount: number;
  readonly createdAt: number;
  /** Includes the one that begins now. */
  readonly attempts: number;
}

export interface LastingAlert {
  readonly id: number;
  readonly phaseId: number;
  readonly taskTime: WallMs | null;
  readonly cause: string;
}

/** Reads for people. Newest first; `before` is the id of the last row of the page before. */
export interface AlertQueries {
  /** A page reads at most 5,000 alerts of each state that it lists. */
  list(filter: AlertFilter): Promise<AlertPage>;
  /** With their labels; the ids that are none are left out. */
  labelled(ids: readonly number[]): Promise<readonly LabelledAlert[]>;
  /** Open alerts with their labels. */
  open(before: number | null, limit: number): Promise<readonly LabelledAlert[]>;
  /** Unresolved alerts by type and work, the gravest first, at most `limit`; of each state the newest 10,000 are read. */
  groups(limit: number, scope?: Scope | null): Promise<AlertGroups>;
  /** How many alerts began between each of these moments and the next. */
  days(bounds: readonly number[], scope?: Scope | null): Promise<readonly AlertDay[]>;
  /** Occurrences after this id, oldest first, and the id of the last; null: only the id of the newest one. */
  occurrencesAfter(
    id: number | null,
    limit: number,
  ): Promise<{ readonly cursor: number; readonly rows: readonly OccurrenceRow[] }>;
  /** Null when there is no alert with that id. */
  one(id: number): Promise<AlertHistory | null>;
  /** Of unresolved alerts; in a scope those that `groups` reads. */
  counts(scope?: Scope | null): Promise<readonly AlertCount[]>;
  silences(filter: {
    readonly limit: number;
    readonly before: number | null;
    readonly includeEnded: boolean;
  }): Promise<readonly SilenceRow[]>;
  /** Of one channel, or of all. */
  notifications(filter: {
    readonly limit: number;
    readonly before: number | null;
    readonly channel: string | null;
  }): Promise<readonly NotificationRow[]>;
  /** The cursor of each channel. */
  channels(): Promise<readonly AlertChannelRow[]>;
}

export interface AlertFilter {
  readonly limit: number;
  readonly before: number | null;
  /** `unresolved`: any but `resolved`; null: all. */
  readonly state: AlertState | "unresolved" | null;
  readonly severity: Severity | null;
  readonly type: string | null;
  readonly taskType: string | null;
  readonly job: string | null;
  readonly workflow: string | null;
  /** Default: everything. */
  readonly scope?: Scope | null;
  /** Seen at that time or later. */
  readonly since: number | null;
  /** Began before that time. */
  readonly until: number | null;
  /** Message, task, workflow or cause contains it, in upper or lower case. */
  readonly text?: string | null;
}

export const ALL_ALERTS: Omit<AlertFilter, "limit" | "before"> = {
  state: null,
  severity: null,
  type: null,
  taskType: null,
  job: null,
  workflow: null,
  since: null,
  until: null,
};

export interface AlertPage {
  readonly alerts: readonly AlertRow[];
  /** `before` of the next page; null: this was the last page. */
  readonly next: number | null;
}

/** Meta of the newest task, as a query string. */
export type LabelledAlert = AlertRow & { readonly labels: string };

/** Unresolved alerts of one type about one type of task, job and workflow. */
export interface AlertGroup {
  readonly type: string;
  readonly task_type: string;
  readonly job: string;
  readonly workflow: string;
  /** The gravest of them. */
  readonly severity: Severity;
  readonly alerts: number;
  /** Of these, those that are neither acknowledged nor silenced. */
  readonly unattended: number;
  /** Occurrences, and of these the open ones. */
  readonly count: number;
  readonly open: number;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly first_task_time: WallMs | null;
  readonly last_task_time: WallMs | null;
  /** IANA zone of the newest one; null when no phase is known. */
  readonly task_zone: string | null;
  readonly newest_id: number;
}

export interface AlertGroups {
  readonly groups: readonly AlertGroup[];
  /** Of all groups, also those beyond the limit. */
  readonly total: number;
  /** All unresolved alerts were read. */
  readonly complete: boolean;
}

export interface AlertDay {
  readonly from: number;
  readonly alerts: number;
  readonly critical: number;
  readonly warning: number;
  readonly info: number;
}

export interface AlertRow {
  readonly id: number;
  readonly type: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly task_type: string;
  readonly job: string;
  readonly task_time: WallMs | null;
  /** IANA zone of the task time; null when no phase is known. */
  readonly task_zone: string | null;
  readonly cause: string;
  readonly workflow: string;
  readonly message: string;
  readonly task_id: string;
  readonly record_id: number | null;
  readonly task_created: number | null;
  readonly count: number;
  /** Of `count`: those whose task has not completed since. */
  readonly open: number;
  readonly created_at: number;
  readonly last_seen: number;
  /** Null: it is not resolved. */
  readonly resolved_at: number | null;
  readonly silence_id: number | null;
}

export interface OccurrenceRow {
  readonly id: number;
  readonly alert: number;
  readonly type: string;
  readonly severity: Severity;
  readonly task: string;
  readonly job: string;
  readonly task_time: number | null;
  readonly workflow: string;
  readonly task_id: string;
  /** It stands for so many. */
  readonly times: number;
  readonly message: string;
}

export interface AlertHistory {
  readonly alert: AlertRow & { readonly labels: string; readonly notify: readonly string[] };
  /** Newest first, at most 100. */
  readonly occurrences: readonly {
    readonly id: number;
    readonly at: number;
    readonly record_id: number | null;
    readonly task_id: string;
    readonly message: string;
    /** When its task completed, or the alert was resolved; null while it is open. */
    readonly resolved_at: number | null;
    /** Not an occurrence: a silence ended before the cause did. */
    readonly reopened: boolean;
  }[];
  /** Oldest first, at most 100. */
  readonly changes: readonly {
    readonly at: number;
    readonly state: AlertState;
    readonly by: string;
    readonly note: string;
  }[];
  /** Notifications about it since it was first seen, newest first; searches the last 1,000 notifications. */
  readonly notifications: readonly NotificationRow[];
}

export interface AlertCount {
  readonly state: AlertState;
  readonly severity: Severity;
  readonly count: number;
}

export interface SilenceRow {
  readonly id: number;
  readonly state: "planned" | "in_force" | "ended";
  readonly alert_id: number | null;
  readonly matcher: AlertMatcher;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly author: string;
  readonly reason: string;
  readonly created_at: number;
  readonly removed_at: number | null;
  readonly removed_by: string;
  /** Alerts that it silences now. */
  readonly covers: number;
  /** The newest of them, at most 20. */
  readonly covered: readonly AlertRow[];
}

export interface NotificationRow {
  readonly id: number;
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly state: "waiting" | "sending" | "sent" | "failed";
  readonly delivery_id: string;
  readonly text: string;
  /** Ids of its alerts, at most 200. */
  readonly alert_ids: readonly number[];
  readonly occurrences: number;
  readonly interval_ms: number;
  readonly next_at: number | null;
  readonly created_at: number;
  readonly due_at: number;
  readonly attempts: number;
  readonly answer: string;
  readonly finished_at: number | null;
}

export interface AlertChannelRow {
  readonly name: string;
  readonly interval_ms: number;
  readonly next_at: number;
  /** Whether a notification waits or is being sent. */
  readonly unfinished: boolean;
}
