import type { Severity } from "./phase.ts";

/** Which alerts a channel or a silence is about. An empty list asks for nothing; all that is asked must hold. */
export interface AlertMatcher {
  /** Types of alert, like `incomplete`. */
  readonly alerts: readonly string[];
  /** Types of task; `*` in one stands for anything. */
  readonly types: readonly string[];
  readonly jobs: readonly string[];
  readonly workflows: readonly string[];
  readonly severities: readonly Severity[];
  /** Keys of the task's meta, and what each must be; `*` stands for anything. */
  readonly labels: Readonly<Record<string, string>>;
}
