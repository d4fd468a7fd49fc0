import type { NewDecision } from "../core/decide/effects.ts";

/** A pause that a person asked for, in force. Times are milliseconds since 1970. */
export interface Pause {
  readonly id: number;
  /** 0: all phases. */
  readonly phaseId: number;
  readonly since: number;
  /** When it ends by itself; null: at its resume. */
  readonly until: number | null;
  readonly by: string;
  readonly reason: string;
  /** When its phase left its file; null while it is there. */
  readonly removedAt: number | null;
}

export interface NewPause extends Pick<Pause, "phaseId" | "until" | "by" | "reason"> {
  readonly decision: NewDecision;
}

export interface PauseEnd {
  readonly id: number;
  /** Null: it ended by itself. */
  readonly by: string | null;
  readonly decision: NewDecision;
}

export interface PauseStore {
  /** Those in force, by phase: the one of all first. */
  inForce(): Promise<readonly Pause[]>;
  /** One transaction. A phase that is paused keeps its `since` and gets the rest. */
  begin(pauses: readonly NewPause[], now: number): Promise<void>;
  /** One transaction; a pause that has ended is left as it is. */
  end(ends: readonly PauseEnd[], now: number): Promise<void>;
  /** Tasks of the phase that a file or a parent asked for since then and that wait for the resume, oldest first, at most 100. */
  kept(phaseId: number, since: number): Promise<readonly number[]>;
}

/** Of a phase, its own before that of all phases. */
export function pauseOf<P extends Pick<Pause, "phaseId">>(phaseId: number, pauses: readonly P[]): P | null {
  return pauses.find((one) => one.phaseId === phaseId) ?? pauses.find((one) => one.phaseId === 0) ?? null;
}
