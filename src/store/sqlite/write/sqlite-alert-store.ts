import type { ChannelStatus, NotificationDecider } from "../../../core/alerts/plan-notifications.ts";
import type { AlertStore, ClaimedNotification, NewSilence, Person } from "../../alert-store.ts";
import type { Alerts } from "../alerts/alerts.ts";
import type { DeadLetters } from "../tasks/dead-letters.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import type { InstanceState } from "../database/instance-state.ts";
import type { Notifications } from "../alerts/notifications.ts";
import type { NotifiedAlerts } from "../alerts/notified-alerts.ts";
import type { Silences } from "../alerts/silences.ts";
import type { Writer } from "./writer.ts";

export interface AlertTables {
  readonly alerts: Alerts;
  readonly silences: Silences;
  readonly notifications: Notifications;
  readonly notifiedAlerts: NotifiedAlerts;
  readonly deadLetters: DeadLetters;
  readonly state: InstanceState;
}

const NO_ENDS = { alerts: [], count: 0 };

/** Cursor: the last dead letter for which alerts were raised. */
const DEAD_LETTERS_KEY = "alerts.dead_letters";

/** Like the store itself: each method runs synchronously to its end, in one transaction when it writes. */
export class SqliteAlertStore implements AlertStore {
  readonly #tables: AlertTables;
  readonly #writer: Writer;

  constructor(tables: AlertTables, writer: Writer) {
    this.#tables = tables;
    this.#writer = writer;
  }

  async plan(
    decider: NotificationDecider,
    { now, since }: { now: number; since: number },
  ): ReturnType<AlertStore["plan"]> {
    const { silences, notifications, notifiedAlerts, alerts } = this.#tables;
    const channels = decider.routes.map((route): ChannelStatus => {
      const state = notifications.channel(route.name) ?? decider.first(route, notifications.occurrenceBefore(since));
      return { state, unfinished: notifications.unfinished(route.name) };
    });
    const lasting = silences.lasting();
    const { turns, nextAt: silencesAt } = decider.silences.turns(lasting);
    if (turns.some((turn) => turn.isSure || silences.hasUnchecked(turn.silence))) {
      this.#writer.transaction(() => {
        // A new channel's cursor must be before the alerts that the silence reopens.
        for (const { state } of channels) notifications.putChannel(state);
        // One after the other: an alert that one silence covers is not open for the next.
        for (const turn of turns)
          silences.write(turn.silence, decider.silences.step(turn, lasting, silences.alertsOf(turn)), now);
      });
      return { planned: 0, isMore: true, nextAt: now };
    }
    const followed = new Set(decider.routes.filter((route) => route.sendResolved).map(({ name }) => name));
    const unfollowed = notifiedAlerts.channels().filter((name) => !followed.has(name));
    if (unfollowed.length > 0)
      this.#writer.transaction(() => unfollowed.forEach((name) => notifiedAlerts.forget(name)));
    const found = decider.needs(channels).map((need) => {
      const resolved = followed.has(need.channel) ? notifications.resolved(need) : NO_ENDS;
      return { need, ...notifications.pending(need), resolved };
    });
    const { decided, nextAt } = decider.decide(channels, found, alerts.newestOccurrence);
    if (decided.length > 0) {
      this.#writer.transaction(() => {
        for (const { state, notification } of decided) {
          notifications.putChannel(state);
          if (notification !== null) notifications.add(notification, state, followed.has(state.name), now);
        }
      });
    }
    const times = [silencesAt, nextAt].filter((at) => at !== null);
    const planned = decided.filter(({ notification }) => notification !== null).length;
    return { planned, isMore: false, nextAt: times.length === 0 ? null : Math.min(...times) };
  }

  async claimNotifications(now: number, busy: ReadonlySet<string>): Promise<readonly ClaimedNotification[]> {
    const { notifications } = this.#tables;
    const due = notifications.due(now, busy);
    if (due.length > 0) this.#writer.transaction(() => due.forEach(({ id }) => notifications.claim(id)));
    return due;
  }

  async nextNotificationAt(busy: ReadonlySet<string>): Promise<number | null> {
    return this.#tables.notifications.nextDueAt(busy);
  }

  async notificationSent({ id, channel }: ClaimedNotification, answer: string, now: number): Promise<void> {
    const { notifications, alerts } = this.#tables;
    this.#writer.transaction(() => {
      notifications.finish(id, "sent", answer, now);
      alerts.refresh();
      const note = "the channel delivers again";
      const cause = {
        type: "send_failed",
        taskType: "",
        job: "",
        taskTime: null,
        cause: channel,
        workflow: "",
        note,
      } as const;
      alerts.resolveCauses([cause], now);
    });
  }

  async notificationWaits(claimed: ClaimedNotification, answer: string, dueAt: number, counts: boolean): Promise<void> {
    this.#writer.transaction(() => this.#tables.notifications.wait(claimed.id, answer, dueAt, counts));
  }

  async notificationAbandoned(...args: Parameters<AlertStore["notificationAbandoned"]>): Promise<void> {
    const [{ id, channel, kind }, answer, restate, alert, now] = args;
    const { notifications, alerts } = this.#tables;
    this.#writer.transaction(() => {
      notifications.finish(id, "failed", answer, now);
      const state = notifications.channel(channel);
      if (kind !== "test" && state !== null)
        notifications.putChannel(restate(state, kind, notifications.afterIdOf(id)));
      if (alert !== null) alerts.raise(alert, ABOUT_NOTHING, now);
    });
  }

  async addTest(test: { channel: string; deliveryId: string; text: string }, now: number): Promise<number> {
    const { channel, deliveryId, text } = test;
    return this.#writer.transaction(() => this.#tables.notifications.addTest(channel, deliveryId, text, now));
  }

  async acknowledge(ids: readonly number[], by: Person, now: number): Promise<readonly number[]> {
    return this.#writer.transaction(() => this.#tables.alerts.change(ids, "acknowledged", by, now));
  }

  async resolve(ids: readonly number[], by: Person, now: number): Promise<readonly number[]> {
    return this.#writer.transaction(() => this.#tables.alerts.change(ids, "resolved", by, now));
  }

  async addSilence(silence: NewSilence, now: number): Promise<number> {
    return this.#writer.transaction(() => this.#tables.silences.add(silence, now));
  }

  async removeSilence(id: number, by: string, now: number): Promise<boolean> {
    return this.#writer.transaction(() => this.#tables.silences.remove(id, by, now));
  }

  async lasting(...args: Parameters<AlertStore["lasting"]>): ReturnType<AlertStore["lasting"]> {
    return this.#tables.alerts.lasting(...args);
  }

  async raiseDeadLetters(...args: Parameters<AlertStore["raiseDeadLetters"]>): Promise<number> {
    const [limit, alertsOf, now] = args;
    const { deadLetters, alerts, state } = this.#tables;
    const rows = deadLetters.causesAfter(Number(state.get(DEAD_LETTERS_KEY) ?? 0), limit);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    this.#writer.transaction(() => {
      for (const { alert, times } of alertsOf(rows)) alerts.raise(alert, ABOUT_NOTHING, now, times);
      state.put(DEAD_LETTERS_KEY, String(last.id));
    });
    return rows.length;
  }

  async hasOpenDeadLetters(topic: string, code: string): Promise<boolean> {
    return this.#tables.deadLetters.hasOpen(topic, code);
  }

  onChange(listener: () => void): void {
    this.#tables.alerts.onChange(listener);
  }
}
