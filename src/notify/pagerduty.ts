import { cutText } from "../contract/cut-text.ts";
import type { SentAlert } from "../contract/api/notified-alert.ts";
import { DeliveryProgress } from "./delivery-progress.ts";
import { excerpt } from "./excerpt.ts";
import { httpTarget, type HttpTargetOptions } from "./http-target.ts";
import { NotifyError, type Channel, type Notification } from "./notify.ts";

export interface PagerdutyOptions extends HttpTargetOptions {
  readonly name: string;
  /** The integration key. */
  readonly routingKey: string;
  /** The host on which Flowlord runs. */
  readonly source: string;
}

/** An event of PagerDuty's Events API v2. */
interface PagerdutyEvent {
  readonly event_action: "trigger" | "resolve";
  /** An incident has one key: the id of its alert. */
  readonly dedup_key: string;
  readonly payload: {
    readonly summary: string;
    readonly severity: "info" | "warning" | "critical";
    readonly timestamp: string;
    readonly component?: string;
    readonly group?: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

/** The events of one notification that have an answer. */
interface Progress {
  answered: number;
  lastAnswer: string | null;
  /** Of the first event that was refused for good. */
  refusal: NotifyError | null;
  readonly refused: string[];
}

/** PagerDuty cuts a longer summary itself; an event has at most 512 KB. */
const MAX_SUMMARY = 1024;
const MAX_MESSAGE = 2000;

/** A channel to PagerDuty: an event for each alert, so that each incident closes when its alert is resolved. */
export function createPagerdutyChannel(options: PagerdutyOptions): Channel {
  const { name, routingKey, source } = options;
  const target = httpTarget(options, [routingKey]);
  const progresses = new DeliveryProgress((): Progress => ({
    answered: 0,
    lastAnswer: null,
    refusal: null,
    refused: [],
  }));
  return {
    name,
    send: async (notification, signal, onRefused = () => undefined) => {
      const { deliveryId } = notification;
      const progress = progresses.of(deliveryId);
      // What has an answer is not sent again when a later one is put off: PagerDuty limits the rate.
      for (const event of eventsOf(notification).slice(progress.answered)) {
        const body = { routing_key: routingKey, client: "Flowlord", ...event, payload: { source, ...event.payload } };
        try {
          progress.lastAnswer = await target.send(JSON.stringify(body), {}, signal);
        } catch (error) {
          if (!(error instanceof NotifyError) || error.retryable) throw error;
          progress.refusal ??= error;
          progress.refused.push(`${event.payload.class} ${event.dedup_key}`);
        }
        progress.answered += 1;
      }
      progresses.finish(deliveryId);
      const { lastAnswer, refusal, refused } = progress;
      if (refusal !== null) {
        if (lastAnswer === null) throw refusal;
        onRefused(excerpt(`${refusal.message} (${refused.length} events: ${refused.join(", ")})`));
      }
      return lastAnswer ?? "204 nothing to send";
    },
    close: async () => {},
  };
}

function eventsOf(notification: Notification): readonly PagerdutyEvent[] {
  const { kind, deliveryId, alerts, alertCount } = notification;
  if (kind === "test") return testEvents(notification);
  const left = alertCount - alerts.length;
  return alerts.map((alert) =>
    eventOf(alert, { notification: deliveryId, ...(left === 0 ? {} : { alerts_left_out: left }) }),
  );
}

/** An incident that closes at once. */
function testEvents({ deliveryId, text, at }: Notification): readonly PagerdutyEvent[] {
  const payload = {
    summary: cutText(text.trim(), MAX_SUMMARY),
    severity: "info",
    timestamp: timeOf(at),
    class: "test",
    custom_details: { notification: deliveryId },
  } as const;
  return (["trigger", "resolve"] as const).map((action) => ({ event_action: action, dedup_key: deliveryId, payload }));
}

function eventOf(alert: SentAlert, details: Readonly<Record<string, unknown>>): PagerdutyEvent {
  const { id, type, severity, state, task_type: taskType, job, workflow, message } = alert;
  const component = [taskType, job].filter((part) => part !== "").join(":");
  const summary = [component, type, message.replaceAll(/\s+/g, " ").trim()].filter((part) => part !== "").join(": ");
  const { count, open, record_id: record, resolved_by: by, resolved_note: note } = alert;
  return {
    event_action: state === "resolved" ? "resolve" : "trigger",
    dedup_key: String(id),
    payload: {
      summary: cutText(summary, MAX_SUMMARY),
      severity,
      timestamp: timeOf(alert.resolved_at ?? alert.last_seen),
      ...(component === "" ? {} : { component }),
      ...(workflow === "" ? {} : { group: workflow }),
      class: type,
      custom_details: {
        alert: id,
        message: cutText(message, MAX_MESSAGE),
        count,
        open,
        record,
        task_time: alert.task_time,
        first_seen: timeOf(alert.first_seen),
        last_seen: timeOf(alert.last_seen),
        ...(by === undefined ? {} : { resolved_by: by }),
        ...(note === undefined ? {} : { resolved_note: cutText(note, MAX_MESSAGE) }),
        ...details,
      },
    },
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
