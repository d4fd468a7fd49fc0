/** A row of `decisions`, as far as its sentence needs it. */
export interface DecisionRow {
  readonly id: number;
  readonly at: number;
  readonly code: string;
  readonly phase_id: number;
  /** The phase's task and workflow, for the sentence; null when the phase is unknown. */
  readonly phase: { readonly task: string; readonly workflow: string } | null;
  readonly task_time: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}
