import { BusError } from "../bus-error.ts";

const NAME = /^[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}$/;
const RULE = "a name begins with a letter, has 3 to 255 letters, digits and -_.~+%, and does not begin with goog";

/** The error of a name that Pub/Sub would reject, or null. */
export function nameError(kind: "topic" | "subscription", name: string): BusError | null {
  if (NAME.test(name) && !name.startsWith("goog")) return null;
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
