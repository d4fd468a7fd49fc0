export interface PubSubOptions {
  readonly projectId: string;
  /** The file with the credentials; null: those of the environment (Application Default Credentials). */
  readonly keyFile: string | null;
  /** `host:port` of an emulator, used without TLS and credentials; null: Google. */
  readonly emulatorHost: string | null;
  /** How long Pub/Sub waits for an ack or an extension before it redelivers a message: 10 to 600 seconds. */
  readonly ackDeadlineSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}
