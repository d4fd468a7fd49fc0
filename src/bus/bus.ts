/**
 * The port to a message bus. Its adapters are next to this file; each of them passes the contract suite in
 * test/bus/contract.ts.
 */

/** A message to publish. `key` stays the same when it is sent again: a broker that deduplicates uses it. */
export interface OutMessage {
  readonly key: string;
  readonly topic: string;
  readonly payload: string;
  /** As of a delivery: only a bus within this process passes it on. */
  readonly reread?: boolean;
}

/**
 * Result of one message of a batch. `sent`: the bus stored it, or (on a bus without storage) its consumer acknowledged
 * it. `full`: refused for now, try again after `onDrain`. `failed`: try again later.
 */
export type PublishResult =
  | { readonly status: "sent" }
  | { readonly status: "full" }
  | { readonly status: "failed"; readonly error: Error };

/**
 * A message that arrived. Call either ack or nack, once all its effects are committed; later calls have no effect.
 */
export interface Delivery {
  /** The bus's id of this message; the same on redelivery, null when the bus has none. */
  readonly id: string | null;
  readonly topic: string;
  readonly payload: string;
  /** The `eventType` of a storage notification, which Pub/Sub carries beside the payload; absent on other buses. */
  readonly eventType?: string | null;
  /** 1 on the first delivery; higher when the bus knows of earlier ones. */
  readonly attempt: number;
  /** It was on the bus before a restore of the database to an earlier time, and may have been handled then. */
  readonly reread?: boolean;
  ack(): void;
  /** Requeue it: it is delivered again, after `delayMs` at the earliest. */
  nack(delayMs?: number): void;
  /** Restart the time-out of the broker: the message is still in progress. */
  touch(): void;
}

export interface SubscribeOptions {
  /** Consumers of one channel share the messages; adapters without channels ignore it. */
  readonly channel: string;
  /** Most deliveries that may be unacknowledged at a time: the back-pressure. */
  readonly maxInFlight: number;
}

export interface Subscription {
  /** Stop receiving. Resolves when no more deliveries will come; unacknowledged ones stay valid until `bus.stop`. */
  stop(): Promise<void>;
}

export interface BusHealth {
  readonly state: "connected" | "connecting" | "disconnected" | "stopped";
  /** When the state was entered, milliseconds since 1970. */
  readonly since: number;
  /** One sentence when not connected. */
  readonly reason: string | null;
  readonly lastMessageAt: number | null;
  readonly reconnects: number;
  readonly inFlight: number;
}

/** One connection of a bus that has several. */
export interface ConnectionHealth extends BusHealth {
  /** Its purpose and its server: `done/done from 10.0.0.1:4150`. Never contains a login. */
  readonly name: string;
  /** Messages that wait on the broker, where it reports them. */
  readonly depth: number | null;
}

/** Messages that wait for a first subscriber. */
export interface UnconsumedTopic {
  readonly topic: string;
  readonly waiting: number;
  /** Since when, milliseconds since 1970. */
  readonly since: number;
}

export interface Bus {
  readonly name: string;
  /**
   * False when published but unacknowledged messages are lost with this process: then `sent` waits for the consumer's
   * acknowledgement, and the outbox keeps the message until then.
   */
  readonly durable: boolean;
  /** Does not wait for an unreachable broker: `health` reports it, and the adapter keeps trying to connect. */
  start(): Promise<void>;
  /** Publish in the given order. Result i is that of message i; each settles on its own, none rejects. */
  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[];
  /** `onDelivery` must not throw: its error would end the process as an uncaught one. Rejects on a stopped bus. */
  subscribe(topic: string, options: SubscribeOptions, onDelivery: (delivery: Delivery) => void): Promise<Subscription>;
  /** Called with a topic that answered `full` and now has capacity again. */
  onDrain(listener: (topic: string) => void): void;
  health(): BusHealth;
  /** All connections to the broker; empty for a bus without one. */
  connections(): readonly ConnectionHealth[];
  /** The messages of a topic that were sent and can still be read, also those that were consumed; absent on a bus that cannot tell. */
  sent?(topic: string): AsyncIterable<string>;
  /** Topics whose messages wait while nobody subscribes to them; absent on a bus that does not know its subscribers. */
  unconsumed?(): readonly UnconsumedTopic[];
  /** Flush, disconnect, release every handle. Unacknowledged messages are requeued. */
  stop(): Promise<void>;
}
