import type { ConsumerConnection } from "./consumer-connection.ts";

/** What nsqd needs to settle a message. */
export interface NsqReceipt {
  /** NSQ's own id, 16 hexadecimal digits. */
  readonly messageId: string;
  /** The connection that it arrived on; null when that is closed: nsqd redelivers the message on another one. */
  readonly connection: ConsumerConnection | null;
  /** When the server delivered it; monotonic milliseconds. */
  readonly sentAt: number;
}
