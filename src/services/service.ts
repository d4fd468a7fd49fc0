/** A loop around one use case. `start` never waits for the work; `stop` resolves when none of its work is running. */
export interface Service {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
  /** When its last turn ended, successful or not; null before the first. */
  readonly lastRunAt: number | null;
  /** Since when its turn lasts, milliseconds since 1970; null between two turns. */
  readonly busySince: number | null;
  /** One sentence while it fails; null while it works. */
  readonly currentError: string | null;
  /** Why it works less well than it could, one sentence; null or absent: it does not. */
  readonly degraded?: string | null;
}
