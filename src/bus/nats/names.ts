import { BUS_LIMITS } from "../../contract/bus-limits.ts";
import { BusError } from "../bus-error.ts";

const { takes, rule: RULE } = BUS_LIMITS.nats;

/** The error of a topic or channel that NATS would not allow in a subject, or null. */
export function nameError(kind: "topic" | "channel", name: string): BusError | null {
  return takes(name) ? null : new BusError("refused", `Invalid NATS ${kind} ${JSON.stringify(name)}: ${RULE}.`);
}

/**
 * Names of streams and consumers cannot contain dots and slashes. A forbidden character becomes `=` and its hexadecimal
 * code, so that two topics never share a name: `a.b` is `a=2Eb`.
 */
export function safeName(name: string): string {
  return name.replaceAll(/[./\\=]/g, (mark) => `=${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The durable consumer of a channel. In a stream of one topic it has the name of the channel; in a shared stream the
 * topic comes first, unless the channel already begins with it.
 */
export function consumerName(topic: string, channel: string, isShared: boolean): string {
  const hasTopic = channel === topic || channel.startsWith(`${topic}-`);
  return safeName(isShared && !hasTopic ? `${topic}-${channel}` : channel);
}

export interface DeliveryFacts {
  readonly stream: string;
  /** Digits. */
  readonly sequence: string;
  /** When the server stored it, as digits: nanoseconds since 1970. */
  readonly storedAt: string;
  readonly attempt: number;
  /** Messages of the topic that are waiting behind this one. */
  readonly waiting: number;
}

/**
 * Reads the metadata of a message from its reply subject; null when the message is not from a stream. Servers before
 * 2.11 (and most after) leave out domain and account: `$JS.ACK.<stream>.<consumer>.…`.
 */
export function readReply(reply: string): DeliveryFacts | null {
  const parts = reply.split(".");
  if (parts[0] !== "$JS" || parts[1] !== "ACK") return null;
  const [stream, , attempt, sequence, , storedAt, waiting] = parts.slice(parts.length === 9 ? 2 : 4);
  if (stream === undefined || sequence === undefined || storedAt === undefined || waiting === undefined) return null;
  return { stream, sequence, storedAt, attempt: Number(attempt), waiting: Number(waiting) };
}

/** Includes the time of storing, because a stream that is deleted and created again counts from 1. */
export function deliveryId({ stream, sequence, storedAt }: DeliveryFacts): string {
  return `${stream}:${sequence}:${storedAt}`;
}
