import type { ConsumerConnection } from "./consumer-connection.ts";

/** How a message is held at its nsqd. */
export interface NsqReceipt {
  /** NSQ's own id, 16 hexadecimal digits. */
  readonly messageId: string;
  /** The connection that holds it; null when that is gone: the server delivers it anew on another one. */
  readonly connection: ConsumerConnection | null;
  /** When the server delivered it; monotonic milliseconds. */
  readonly sentAt: number;
}
