/** Reads of who came from whom and why: a part of the port for people, so bounded, and plain data both ways. */
import type { LineageTask, WhyFacts } from "../core/why/why-facts.ts";
import type { StoredWorkflow, WhyNotFacts, WhyNotNeeds } from "../core/why/why-not-facts.ts";

/** How much of a lineage is read at most. */
export interface LineageCaps {
  /** Steps away from the task: 1 to 1,000. */
  readonly depth: number;
  /** Tasks: 1 to 10,000. */
  readonly count: number;
}

export const LINEAGE_CAPS: LineageCaps = { depth: 100, count: 1000 };
export const MAX_LINEAGE: LineageCaps = { depth: 1000, count: 10_000 };

export interface DistantTask extends LineageTask {
  /** Fewest steps from the task asked for; 0 is the task itself. */
  readonly depth: number;
  /** All parents of a joined child; empty for the others. */
  readonly joined: readonly number[];
}

export interface Lineage {
  /** Nearest first; the task itself stands at the head. Each once. */
  readonly tasks: readonly DistantTask[];
  readonly caps: LineageCaps;
  /** Which cap cut the answer, if any: there is more than `tasks` tells. */
  readonly truncated: { readonly depth: boolean; readonly count: boolean };
}

/** All records that share one id. */
export interface RunLineage {
  readonly id: string;
  /** Roots first, then by depth from them. */
  readonly tasks: readonly DistantTask[];
  readonly caps: LineageCaps;
  readonly truncated: { readonly depth: boolean; readonly count: boolean };
}

export interface LineageQueries {
  /** By record id, or by run id: then of its first records, at most 50. Empty when there is none. */
  why(id: string): Promise<readonly WhyFacts[]>;
  /** Null when there is no such record. */
  ancestors(recordId: number, caps?: LineageCaps): Promise<Lineage | null>;
  descendants(recordId: number, caps?: LineageCaps): Promise<Lineage | null>;
  /** By run id, or the record id of any task of it. */
  run(id: string, caps?: LineageCaps): Promise<RunLineage | null>;
  workflows(): Promise<readonly StoredWorkflow[]>;
  whyNot(needs: WhyNotNeeds): Promise<WhyNotFacts>;
}
