/** The cursor of a schedule. `kind` tells the phase's cron from its `expect_by`. */
export interface ScheduleCursor {
  readonly phaseId: number;
  readonly kind: "cron" | "expect";
  /** Last moment that was decided (fired or skipped). */
  readonly cursorAt: number;
}

/** The cursor with the schedule that it was made for. */
export interface ScheduleRow extends ScheduleCursor {
  /** The schedule as text, with its zone; null: written by an earlier version. */
  readonly spec: string | null;
  /** When the schedule left its file; null while it is in force. */
  readonly removedAt: number | null;
  /** The cursor when the pause of its phase began; null while the phase is not paused. */
  readonly pausedFrom: number | null;
}

/** That the clock of the machine was set back. */
export interface ClockSetBack {
  /** By how much, in milliseconds; null when nothing ran that would know, and the times of records must tell. */
  readonly by: number | null;
  /** What was decided since, up to now, was decided by the new clock already. */
  readonly since: number;
}
