import { BUS_LIMITS } from "../../contract/bus-limits.ts";
import { NsqError } from "./nsq-error.ts";

const { takes, rule: RULE } = BUS_LIMITS.nsq;

/** NSQ's rule for the names of topics and channels. */
export function isNsqName(name: string): boolean {
  return takes(name);
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
