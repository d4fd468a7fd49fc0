import { BUS_LIMITS } from "../../contract/bus-limits.ts";
import { BusError } from "../bus-error.ts";

const { takes, rule: RULE } = BUS_LIMITS.pubsub;

/** The error of a name that Pub/Sub would reject, or null. */
export function nameError(kind: "topic" | "subscription", name: string): BusError | null {
  if (takes(name)) return null;
  return new BusError("refused", `Invalid Pub/Sub ${kind} ${JSON.stringify(name)}: ${RULE}.`);
}

/**
 * The subscription that the consumers of a channel share: `<topic>-flowlord` for the channel with the name of the topic,
 * else topic and channel. Names of subscriptions must be unique in the project.
 */
export function subscriptionName(topic: string, channel: string): string {
  if (channel === topic) return `${topic}-flowlord`;
  return channel.startsWith(`${topic}-`) ? channel : `${topic}-${channel}`;
}
