import type { RuleIssue } from "../issue.ts";
import type { Phase } from "../phase.ts";

/** An issue of one phase; `key` says which key of the phase, null is the phase itself. */
export interface PhaseIssue extends Omit<RuleIssue, "parameter"> {
  readonly phase: Phase;
  readonly key: string | null;
}

export type Warn = (phase: Phase, key: string | null, code: RuleIssue["code"], message: string, remedy: string) => void;
