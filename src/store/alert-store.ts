/** The part of the port to the database that is about alerts: who is told what, what is silenced, what is asked of them. */
import type { ChannelState } from "../core/alerts/alert-cadence.ts";
import type { AlertMatcher } from "../core/alerts/alert-matcher.ts";
import type { NotifiedAlert } from "../contract/api/notified-alert.ts";
import type { RepeatedAlert } from "../core/decide/decider.ts";
import type { AlertType, NewAlert } from "../core/decide/effects.ts";
import type { Severity } from "../core/workflow/phase.ts";
import type { NoticeKind, NotificationDecider } from "../core/alerts/plan-notifications.ts";

export type AlertState = "open" | "acknowledged" | "silenced" | "resolved";
export const ALERT_STATES: readonly AlertState[] = ["open", "acknowledged", "silenced", "resolved"];

export type NotificationKind = "at_once" | "summary" | "test";

export interface AlertStore {
  /**
   * Silences that begin or end take effect, then each channel's news is decided: one transaction. `isMore`: silences
   * have more to do, and nothing was decided yet. `nextAt`: when to look again, null when only a new alert can change
   * something.
   */
  plan(
    decider: NotificationDecider,
    moment: {
      readonly now: number;
      /** What came before is not told to a channel that was never looked at. */
      readonly since: number;
    },
  ): Promise<{ readonly planned: number; readonly isMore: boolean; readonly nextAt: number | null }>;

  /** Due notifications, at most one a channel and none of `busy` ones; from now on `sending`, the attempt counted. */
  claimNotifications(now: number, busy: ReadonlySet<string>): Promise<readonly ClaimedNotification[]>;
  /** When the next one is due, null when none waits. */
  nextNotificationAt(busy: ReadonlySet<string>): Promise<number | null>;
  /** The receiver took it: that the channel fails is over. */
  notificationSent(claimed: ClaimedNotification, answer: string, now: number): Promise<void>;
  /** It waits for another attempt; one that was broken off by a stop does not count. */
  notificationWaits(claimed: ClaimedNotification, answer: string, dueAt: number, counts: boolean): Promise<void>;
  /** No more attempts: `restate` says from where on its channel is told again; the alert is raised. */
  notificationAbandoned(
    claimed: ClaimedNotification,
    answer: string,
    restate: (state: ChannelState, kind: NoticeKind, afterId: number) => ChannelState,
    alert: NewAlert | null,
    now: number,
  ): Promise<void>;
  /** A message to try the channel with; answers its id. */
  addTest(
    test: { readonly channel: string; readonly deliveryId: string; readonly text: string },
    now: number,
  ): Promise<number>;

  /** Somebody has it in hand: it is not told any more. Open and silenced ones; answers the ids that changed. */
  acknowledge(ids: readonly number[], by: Person, now: number): Promise<readonly number[]>;
  /** Whatever state they are in, if not resolved; answers the ids that changed. */
  resolve(ids: readonly number[], by: Person, now: number): Promise<readonly number[]>;
  /** Takes effect at the next `plan`; answers its id. */
  addSilence(silence: NewSilence, now: number): Promise<number>;
  /** Ends a silence before its time; what it covers opens at the next `plan`. False when it has ended, or never was. */
  removeSilence(id: number, by: string, now: number): Promise<boolean>;
  /** Alerts of that type that last, oldest first, at most `limit` after the id. */
  lasting(type: AlertType, after: number, limit: number): Promise<readonly LastingAlert[]>;
  /**
   * Raises what `alertsOf` makes of the dead letters that came since the last call, at most `limit` letters, oldest
   * first. Answers how many.
   */
  raiseDeadLetters(
    limit: number,
    alertsOf: (deadLetters: readonly DeadLetterCause[]) => readonly RepeatedAlert[],
    now: number,
  ): Promise<number>;
  /** Whether letters of that topic and code are open still. */
  hasOpenDeadLetters(topic: string, code: string): Promise<boolean>;
  /** Called in each transaction in which an alert is raised that is told at once. */
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
  /** This alert alone; null: what the matcher takes. */
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
  readonly alerts: readonly NotifiedAlert[];
  readonly createdAt: number;
  /** With the one that begins now. */
  readonly attempts: number;
}

export interface LastingAlert {
  readonly id: number;
  readonly phaseId: number;
  readonly taskTime: number | null;
  readonly cause: string;
}

/** Reads for people. Newest first; `before` is the id of the last row of the page before. */
export interface AlertQueries {
  list(filter: AlertFilter): Promise<readonly AlertRow[]>;
  /** Null when there is none of that id. */
  one(id: number): Promise<AlertHistory | null>;
  /** Of those that are not resolved. */
  counts(): Promise<readonly AlertCount[]>;
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
  /** How far each channel was told. */
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
  /** Seen at that time or later. */
  readonly since: number | null;
}

export interface AlertRow {
  readonly id: number;
  readonly type: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly task_type: string;
  readonly job: string;
  readonly task_time: number | null;
  readonly cause: string;
  readonly workflow: string;
  readonly message: string;
  readonly task_id: string;
  readonly record_id: number | null;
  readonly task_created: number | null;
  readonly count: number;
  readonly created_at: number;
  readonly last_seen: number;
  readonly silence_id: number | null;
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
    /** No occurrence: a silence ended before the cause did. */
    readonly reopened: boolean;
  }[];
  /** Oldest first, at most 100. */
  readonly changes: readonly {
    readonly at: number;
    readonly state: AlertState;
    readonly by: string;
    readonly note: string;
  }[];
  /** Those since it was first seen that tell of it, newest first; the last 1,000 notifications are looked through. */
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
  /** Alerts that it keeps silent now. */
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
  /** Ids of the alerts it tells of, at most 200. */
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
  /** Whether something waits to be sent, or is being sent. */
  readonly unfinished: boolean;
}
