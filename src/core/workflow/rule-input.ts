import type { TomlValue } from "./phase-source.ts";

/** The rule of one phase: its text, and the keys beside it. */
export interface RuleInput {
  /** The rule string as written. */
  readonly text: string;
  /** Parameters given as plain keys of the phase, by their name. */
  readonly plain: ReadonlyMap<string, TomlValue>;
  readonly hasParents: boolean;
  /** IANA zone of the schedule when the rule names none. */
  readonly zone: string;
}
