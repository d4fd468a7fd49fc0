import type { PhaseAbout } from "../core/workflow/phase.ts";

/** What the phase of a task or an alert says for people. */
export interface PhaseAboutRow extends PhaseAbout {
  /** The task record or alert that was asked about. */
  readonly of: number;
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
}

/** Of those that have no phase, or one that nothing is known of, there is no row. */
export interface PhaseQueries {
  ofTasks(recordIds: readonly number[]): Promise<readonly PhaseAboutRow[]>;
  ofAlerts(alertIds: readonly number[]): Promise<readonly PhaseAboutRow[]>;
}
