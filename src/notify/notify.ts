/** The port to people: one adapter a kind of channel. */

import type { NotifiedAlert } from "../contract/api/notified-alert.ts";

export interface Notification {
  /** The same when it is sent again, so that a receiver can tell a repeat. */
  readonly deliveryId: string;
  readonly kind: "at_once" | "summary" | "test";
  /** What people read; lines end with a line break. */
  readonly text: string;
  readonly at: number;
  readonly alerts: readonly NotifiedAlert[];
}

export interface Channel {
  /** Name in the configuration, and in `notify` of a rule. */
  readonly name: string;
  /**
   * Resolves with what the receiver answered, in a few words, once it has taken the notification. Throws NotifyError.
   * Aborted: the process stops, and the notification is sent again after the next start.
   */
  send(notification: Notification, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export class NotifyError extends Error {
  readonly code: string;
  /** False: sending the same again cannot help (a wrong address, a refused login). */
  readonly retryable: boolean;
  /** The receiver asked to be left alone for so long, in milliseconds; null when it did not. */
  readonly retryAfter: number | null;

  constructor(code: string, message: string, retryable: boolean, retryAfter: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.name = "NotifyError";
    this.code = code;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}
