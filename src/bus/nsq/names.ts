import { NsqError } from "./nsq-error.ts";

const NAME = /^[.a-zA-Z0-9_-]+(#ephemeral)?$/;
const RULE = "a name has 1 to 64 letters, digits, dots, dashes or underscores, and may end in #ephemeral";

/** NSQ's rule for the names of topics and channels. */
export function isNsqName(name: string): boolean {
  return name.length <= 64 && NAME.test(name);
}

/** The error of a topic name that NSQ would reject, or null. */
export function topicError(topic: string): NsqError | null {
  if (isNsqName(topic)) return null;
  return new NsqError("bad_topic", `Invalid NSQ topic ${JSON.stringify(topic)}: ${RULE}.`);
}

/** The error of a channel name that NSQ would reject, or null. */
export function channelError(channel: string): NsqError | null {
  if (isNsqName(channel)) return null;
  return new NsqError("bad_channel", `Invalid NSQ channel ${JSON.stringify(channel)}: ${RULE}.`);
}
