import {
  MAX_WEBHOOK_ALERTS,
  MAX_WEBHOOK_MESSAGE,
  MAX_WEBHOOK_TEXT,
  type WebhookBody,
} from "../contract/api/alert-webhook.ts";
import { cutLines, cutText } from "../contract/cut-text.ts";
import { httpTarget, type HttpTargetOptions } from "./http-target.ts";
import type { SentAlert } from "../contract/api/notified-alert.ts";
import type { Channel, Notification } from "./notify.ts";
import { signatureHeaders } from "./webhook-signature.ts";

export interface WebhookOptions extends HttpTargetOptions {
  readonly name: string;
  /** Signs each request; empty: requests are not signed. */
  readonly secret: string;
}

/** A channel to any HTTP receiver: JSON, with headers by which it verifies a request and recognises a repeat. */
export function createWebhookChannel(options: WebhookOptions): Channel {
  const target = httpTarget(options, [options.secret]);
  return {
    name: options.name,
    send: (notification, signal) => {
      const body = JSON.stringify(bodyOf(notification));
      const headers = signatureHeaders(options.secret, notification.deliveryId, options.now(), body);
      return target.send(body, { ...headers }, signal);
    },
    close: async () => {},
  };
}

function bodyOf({ deliveryId, kind, at, text, alerts, alertCount }: Notification): WebhookBody {
  const sent = alerts.slice(0, MAX_WEBHOOK_ALERTS);
  return {
    id: deliveryId,
    kind,
    at: timeOf(at),
    text: cutLines(text, MAX_WEBHOOK_TEXT),
    alerts: sent.map(alertOf),
    alerts_left_out: alertCount - sent.length,
  };
}

function alertOf({ first_seen: first, last_seen: last, message, ...alert }: SentAlert): WebhookBody["alerts"][number] {
  return {
    ...alert,
    message: cutText(message, MAX_WEBHOOK_MESSAGE),
    first_seen: timeOf(first),
    last_seen: timeOf(last),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
