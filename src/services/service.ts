/** A loop around one use case. `start` never waits for the work; `stop` resolves when none of its work is running. */
export interface Service {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
  /** When its last turn ended, successful or not; null before the first. */
  readonly lastRunAt: number | null;
  /** One sentence while it fails; null while it works. */
  readonly currentError: string | null;
}
