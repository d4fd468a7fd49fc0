/** A loop around one use case. `start` never waits for the work; `stop` resolves when no work of it is under way. */
export interface Service {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
  /** When it last did its work, whatever the outcome; null before. */
  readonly lastRunAt: number | null;
  /** One sentence while its work fails; null when it works. */
  readonly currentError: string | null;
}
