/** The port that notifies people: one adapter a kind of channel. */

import type { SentAlert } from "../contract/api/notified-alert.ts";

export interface Notification {
  /** The same for each attempt, so that a receiver can recognise a repeat. */
  readonly deliveryId: string;
  readonly kind: "at_once" | "summary" | "test";
  /** The text for people; each line ends with a line break. */
  readonly text: string;
  readonly at: number;
  /** The first of its alerts. */
  readonly alerts: readonly SentAlert[];
  /** How many alerts there are, with those left out of `alerts`. */
  readonly alertCount: number;
  /** Critical ones among all of them. */
  readonly criticalCount: number;
}

export interface Channel {
  /** Name in the configuration, and in `notify` of a rule. */
  readonly name: string;
  /**
   * Resolves with an excerpt of the answer when the receiver has accepted the notification. Throws NotifyError. Aborted:
   * the process stops, and the notification is sent again after the next start. `onRefused` is called when the receiver
   * accepted it for some and refused it for others for good: whom, and why.
   */
  send(notification: Notification, signal: AbortSignal, onRefused?: (whom: string) => void): Promise<string>;
  close(): Promise<void>;
}

export class NotifyError extends Error {
  readonly code: string;
  /** False: a retry cannot help (a wrong address, a refused login). */
  readonly retryable: boolean;
  /** How long the receiver asked to wait, in milliseconds; null when it did not. */
  readonly retryAfter: number | null;

  constructor(code: string, message: string, retryable: boolean, retryAfter: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.name = "NotifyError";
    this.code = code;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}

/** Some have the notification, and those that the message names do not yet: another attempt is for these alone. */
export class PartlyDeliveredError extends NotifyError {
  readonly isPartlyDelivered = true;
}
