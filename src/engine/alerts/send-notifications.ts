import { zoneOf } from "../../core/time/zone.ts";
import { isoOfWall } from "../../core/time/wall-ms.ts";
import { type NotifiedAlert, type SentAlert } from "../../contract/api/notified-alert.ts";
import { setTimeout } from "node:timers/promises";
import { cutText } from "../../contract/cut-text.ts";
import { toError } from "../../contract/to-error.ts";
import { afterAbandoned, retryAt } from "../../core/alerts/alert-cadence.ts";
import type { Redact } from "../../contract/redact/redact.ts";
import type { ChannelRoute } from "../../core/alerts/alert-routes.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import type { Channel } from "../../notify/notify.ts";
import type { ClaimedNotification } from "../../store/alert-store.ts";
import type { Store } from "../../store/store.ts";

export interface NotificationSenderOptions {
  readonly store: Pick<Store, "alerts" | "record">;
  readonly channels: ReadonlyMap<string, { readonly channel: Channel; readonly route: ChannelRoute }>;
  /** IANA zone of task times whose phase is not known. */
  readonly zone: string;
  /** Where people see the alerts in a browser; null: nowhere that is known. */
  readonly publicUrl: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** A notification was sent or has failed: there may be more to plan and to send. */
  readonly onDone: () => void;
  readonly onProblem: (channel: string, error: Error) => void;
  /** Hides secrets in what is sent. */
  readonly redact: Redact;
  /** How long a stop waits for answers, in milliseconds. */
  readonly stopWithin?: number;
}

/** A notification without an answer by then is sent again after the next start. */
const STOP_WITHIN = 5000;
/** Unresolved alerts about channels that are read, to recognise one. */
const MAX_LASTING = 1000;
/** Characters of an answer that are stored. */
const MAX_ANSWER = 500;

/**
 * Sends planned notifications: at least once, with an id by which the receiver recognises a repeat. Sends one at a time
 * to a channel; no channel waits for another.
 */
export class NotificationSender {
  readonly #options: NotificationSenderOptions;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: NotificationSenderOptions) {
    this.#options = options;
  }

  /** Starts to send what is due; returns when the next one is due, null when none waits. */
  async sendDue(): Promise<number | null> {
    if (this.#stopping.signal.aborted) return null;
    const { store, now } = this.#options;
    const busy = new Set(this.#busy.keys());
    const claimed = await store.alerts.claimNotifications(now(), busy);
    for (const one of claimed) {
      const sending = this.#send(one).finally(() => {
        this.#busy.delete(one.channel);
        this.#options.onDone();
      });
      this.#busy.set(
        one.channel,
        // Its outcome could not be written: the row stays unchanged and is sent again after the next start.
        sending.catch((error: unknown) => this.#options.onProblem(one.channel, toError(error))),
      );
    }
    return await store.alerts.nextNotificationAt(new Set(this.#busy.keys()));
  }

  /** Resolves when no answer is outstanding. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /** Waits a while for outstanding answers; interrupted notifications are sent again after the next start. */
  async stop(): Promise<void> {
    const waiting = new AbortController();
    const isLate = setTimeout(this.#options.stopWithin ?? STOP_WITHIN, true, {
      ref: false,
      signal: waiting.signal,
    }).catch(() => false);
    await Promise.race([this.settled(), isLate]);
    waiting.abort();
    this.#stopping.abort();
    await this.settled();
  }

  async #send(claimed: ClaimedNotification): Promise<void> {
    const { store, channels, now } = this.#options;
    const target = channels.get(claimed.channel);
    if (target === undefined) {
      const answer = `channel ${claimed.channel} is no longer configured`;
      const restate: Restate = (state, kind, afterId) =>
        kind === "at_once" ? { ...state, immediateCursorId: afterId } : { ...state, cursorId: afterId };
      await store.alerts.notificationAbandoned(claimed, answer, restate, null, now());
      return;
    }
    const { deliveryId, kind, text, createdAt: at, alertCount, criticalCount, resolvedCount } = claimed;
    const { redact, zone, publicUrl } = this.#options;
    const alerts = redact.all(claimed.alerts.map((alert) => sentAlert(alert, zone, publicUrl)));
    let answer: string;
    let refused: string | null = null;
    try {
      const notification = {
        deliveryId,
        kind,
        text: linkLine(claimed, publicUrl) + redact.text(text),
        at,
        alerts,
        alertCount,
        criticalCount,
        resolvedCount,
      };
      answer = await target.channel.send(notification, this.#stopping.signal, (whom) => {
        refused = whom;
      });
    } catch (error) {
      await this.#failed(claimed, target.route, toError(error));
      return;
    }
    await this.#sent(claimed, answer, refused);
  }

  /** `refused`: who did not get it, and never will. An alert tells once, until a notification is accepted for all. */
  async #sent(claimed: ClaimedNotification, answer: string, refused: string | null): Promise<void> {
    const { store, now, onProblem } = this.#options;
    const { channel, kind } = claimed;
    await store.alerts.notificationSent(claimed, cutText(answer.toWellFormed(), MAX_ANSWER), now());
    const lasting = await store.alerts.lasting("send_failed", 0, MAX_LASTING);
    // The channel itself is told too, unlike when it does not deliver at all: others can still read it.
    const cause = `${channel} recipients`;
    const known = lasting.filter((alert) => alert.cause === cause).map(({ id }) => id);
    if (refused === null) {
      const note = "the channel delivers to all recipients again";
      if (known.length > 0) await store.alerts.resolve(known, { by: "flowlord", note }, now());
      return;
    }
    const sentence = `channel ${channel} does not reach all recipients: refused for ${refused}`;
    onProblem(channel, new Error(sentence));
    if (known.length > 0 || kind === "test") return;
    const alert = newAlert("send_failed", cutText(sentence.toWellFormed(), MAX_ANSWER), { cause });
    await store.record({ alerts: [alert], decisions: [] }, now());
  }

  async #failed(claimed: ClaimedNotification, route: ChannelRoute, error: Error): Promise<void> {
    const { store, now, random, onProblem } = this.#options;
    if (this.#stopping.signal.aborted) {
      await store.alerts.notificationWaits(claimed, "interrupted: Flowlord stopped", now(), false);
      return;
    }
    const answer = cutText(error.message.toWellFormed(), MAX_ANSWER);
    const failure = failureOf(error);
    const retryAtMs = retryAt(claimed, failure, now(), random);
    onProblem(claimed.channel, error);
    if (retryAtMs !== null) {
      await store.alerts.notificationWaits(claimed, answer, retryAtMs, true);
      return;
    }
    if ("isPartlyDelivered" in error && error.isPartlyDelivered === true) {
      // Those who have it must not get it again with a later notification.
      await this.#sent(claimed, answer, `some recipients (${answer})`);
      return;
    }
    const { retryAfter } = failure;
    const restate: Restate = (state, kind, afterId) =>
      afterAbandoned(state, route, { kind, afterId, retryAfter }, now());
    const tries = claimed.attempts === 1 ? "" : ` after ${claimed.attempts} attempts`;
    const alert = newAlert("send_failed", `channel ${claimed.channel} does not deliver${tries}: ${answer}`, {
      cause: claimed.channel,
    });
    await store.alerts.notificationAbandoned(claimed, answer, restate, claimed.kind === "test" ? null : alert, now());
  }
}

type Restate = Parameters<Store["alerts"]["notificationAbandoned"]>[2];

/** Reads a NotifyError; any other error is retryable. */
function failureOf(error: Error): { readonly retryable: boolean; readonly retryAfter: number | null } {
  const { retryable = true, retryAfter = null } = error as Partial<{ retryable: boolean; retryAfter: number | null }>;
  return { retryable, retryAfter };
}

function sentAlert(notified: NotifiedAlert, zone: string, publicUrl: string | null): SentAlert {
  const { task_time: time, task_zone: own, ...rest } = notified;
  const alert = publicUrl === null ? rest : { ...rest, url: pageOf(rest.id, publicUrl) };
  if (time === null) return { ...alert, task_time: null, task_zone: null };
  const name = own ?? zone;
  return { ...alert, task_time: isoOfWall(time, zoneOf(name)), task_zone: name };
}

function pageOf(alertId: number, publicUrl: string): string {
  return `${publicUrl}/alerts/${alertId}`;
}

/** The first line of a text: where the alert is shown, or the alerts are. The end of a long text may be cut. */
function linkLine({ kind, alerts: [first], alertCount }: ClaimedNotification, publicUrl: string | null): string {
  if (publicUrl === null || kind === "test" || first === undefined) return "";
  return `see ${alertCount === 1 ? pageOf(first.id, publicUrl) : `${publicUrl}/alerts`}\n`;
}
