import type { ConsumerInfo, JetStreamManager } from "@nats-io/jetstream";
import { BusError } from "../bus-error.ts";
import { consumerName } from "./names.ts";
import { codeOf, type TopicStream } from "./streams.ts";

const CONSUMER_NOT_FOUND = 10014;
const NANOS = 1_000_000;
/** Least number of messages that all processes of a channel, including just killed ones, may have in flight. */
const MIN_PENDING = 1000;

export interface ConsumerWish {
  readonly topic: string;
  readonly channel: string;
  readonly maxInFlight: number;
  readonly ackWaitMs: number;
}

export interface OpenConsumer {
  readonly name: string;
  readonly ackWaitMs: number;
}

/**
 * The durable pull consumer of a channel, created when missing. As with other brokers, the first channel of a topic gets
 * all waiting messages, and a later one only new ones. An existing consumer is used as it is, except that its limit of
 * messages in flight is raised as needed here. Throws BusError `refused` for one that cannot be used.
 */
export async function openConsumer(
  manager: JetStreamManager,
  { stream, subject, isShared }: TopicStream,
  wish: ConsumerWish,
): Promise<OpenConsumer> {
  const name = consumerName(wish.topic, wish.channel, isShared);
  const enough = Math.max(MIN_PENDING, wish.maxInFlight * 10);
  const found = (await infoOf(manager, stream, name)) ?? (await make(manager, stream, subject, name, enough, wish));
  const { config } = found;
  const error = errorOf(found, subject);
  if (error !== null) {
    const text = `The consumer ${name} of the NATS stream ${stream} ${error}: delete it, and it will be created again.`;
    throw new BusError("refused", text);
  }
  const max = config.max_ack_pending ?? -1;
  if (max > 0 && max < wish.maxInFlight) await manager.consumers.update(stream, name, { max_ack_pending: enough });
  return { name, ackWaitMs: Math.max(100, (config.ack_wait ?? 30_000 * NANOS) / NANOS) };
}

async function make(
  manager: JetStreamManager,
  stream: string,
  subject: string,
  name: string,
  maxAckPending: number,
  wish: ConsumerWish,
): Promise<ConsumerInfo> {
  const isFirst = !(await hasConsumerOf(manager, stream, subject));
  return manager.consumers.add(stream, {
    durable_name: name,
    filter_subject: subject,
    deliver_policy: isFirst ? "all" : "new",
    ack_policy: "explicit",
    ack_wait: wish.ackWaitMs * NANOS,
    max_deliver: -1,
    max_ack_pending: maxAckPending,
  });
}

async function hasConsumerOf(manager: JetStreamManager, stream: string, subject: string): Promise<boolean> {
  for await (const { config } of manager.consumers.list(stream)) {
    const subjects = config.filter_subjects ?? [config.filter_subject ?? subject];
    if (subjects.includes(subject)) return true;
  }
  return false;
}

async function infoOf(manager: JetStreamManager, stream: string, name: string): Promise<ConsumerInfo | null> {
  try {
    return await manager.consumers.info(stream, name);
  } catch (error) {
    if (codeOf(error) === CONSUMER_NOT_FOUND) return null;
    throw error;
  }
}

function errorOf({ config }: ConsumerInfo, subject: string): string | null {
  if (config.deliver_subject !== undefined && config.deliver_subject !== "")
    return "is a push consumer, not a pull consumer";
  if (config.ack_policy !== "explicit") return "does not use explicit acknowledgement";
  const subjects = config.filter_subjects ?? [config.filter_subject ?? subject];
  return subjects.length === 1 && subjects[0] === subject ? null : `does not filter by exactly the subject ${subject}`;
}
