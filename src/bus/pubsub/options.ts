export interface PubSubOptions {
  readonly projectId: string;
  /** The file with the credentials; null: what the environment has (Application Default Credentials). */
  readonly keyFile: string | null;
  /** `host:port` of an emulator, which is talked to without TLS and credentials; null: Google. */
  readonly emulatorHost: string | null;
  /** How long Pub/Sub waits for a sign of life before it gives a message to another: 10 to 600 seconds. */
  readonly ackDeadlineSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}
