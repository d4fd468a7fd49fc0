/**
 * The port to a message bus. One adapter a file beside this one; every adapter passes the contract
 * suite in test/bus/contract.ts.
 */

/** A message on its way out. `key` is stable over resends: a broker that deduplicates uses it. */
export interface OutMessage {
  readonly key: string;
  readonly topic: string;
  readonly payload: string;
}

/**
 * What became of one message of a batch. `sent`: the bus holds it, or (on a bus without storage) its consumer has
 * acknowledged it. `full`: refused for now, try again when `room` says so. `failed`: try again later.
 */
export type PublishResult =
  | { readonly status: "sent" }
  | { readonly status: "full" }
  | { readonly status: "failed"; readonly error: Error };

/**
 * A message that arrived. One of ack and nack is called, after all its effects are committed; what is called after that
 * has no effect.
 */
export interface Delivery {
  /** Id that the bus gives this message; equal at a redelivery, null when the bus has none. */
  readonly id: string | null;
  readonly topic: string;
  readonly payload: string;
  /** 1 at the first delivery; more when the bus knows of earlier ones. */
  readonly attempt: number;
  ack(): void;
  /** Give it back; it is delivered again, not before `delayMs` from now. */
  nack(delayMs?: number): void;
  /** Tell a broker with a time-out that work goes on. */
  touch(): void;
}

export interface SubscribeOptions {
  /** Consumers of one channel share the messages; adapters without channels ignore it. */
  readonly channel: string;
  /** At most this many deliveries are unacknowledged at a time: the back-pressure. */
  readonly maxInFlight: number;
}

export interface Subscription {
  /** Stop receiving. Resolves when no further delivery will come; unacknowledged ones stay valid until `bus.stop`. */
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
  /** What it is for and where it goes: `done/done from 10.0.0.1:4150`. Never a login. */
  readonly name: string;
  /** Messages that wait there, where the broker tells. */
  readonly depth: number | null;
}

export interface Bus {
  readonly name: string;
  /**
   * False when a message that was published but not yet acknowledged is lost with this process: then `sent` comes only
   * with the consumer's acknowledgement, and the outbox keeps the message until then.
   */
  readonly durable: boolean;
  /** Returns at once when the broker is away: `health` tells, and the adapter connects when it comes. */
  start(): Promise<void>;
  /** Publish in the order given. Result i settles for message i, each on its own; none ever rejects. */
  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[];
  /** `onDelivery` must not throw: its error would end the process, as any uncaught one does. Rejects on a stopped bus. */
  subscribe(topic: string, options: SubscribeOptions, onDelivery: (delivery: Delivery) => void): Promise<Subscription>;
  /** Called with a topic that answered `full` before and has room again. */
  onDrain(listener: (topic: string) => void): void;
  health(): BusHealth;
  /** Each connection to a broker; empty for a bus without one. */
  connections(): readonly ConnectionHealth[];
  /** Flush, disconnect, release every handle. Messages not acknowledged go back to the bus. */
  stop(): Promise<void>;
}
