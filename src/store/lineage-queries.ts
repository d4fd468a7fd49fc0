/** Queries about who came from whom and why. Bounded; arguments and results are plain data. */
import type { LineageTask, WhyFacts } from "../core/why/why-facts.ts";
import type { Pause } from "./pauses.ts";
import type { StoredWorkflow, WhyNotFacts, WhyNotNeeds } from "../core/why/why-not-facts.ts";

/** Limits of one lineage query. */
export interface LineageCaps {
  /** Steps from the task: 1 to 1,000. */
  readonly depth: number;
  /** Tasks: 1 to 10,000. */
  readonly count: number;
}

export const LINEAGE_CAPS: LineageCaps = { depth: 100, count: 1000 };
export const MAX_LINEAGE: LineageCaps = { depth: 1000, count: 10_000 };

export interface DistantTask extends LineageTask {
  /** Fewest steps from the requested task; 0 is the task itself. */
  readonly depth: number;
  /** All parents of a joined child; empty for other tasks. */
  readonly joined: readonly number[];
}

export interface Lineage {
  /** Nearest first, beginning with the task itself. Each task once. */
  readonly tasks: readonly DistantTask[];
  readonly caps: LineageCaps;
  /** Which limit cut the result, if any: then `tasks` is incomplete. */
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
  /** By record id, or by run id (then its first records, at most 50). Empty when there is none. */
  why(id: string): Promise<readonly WhyFacts[]>;
  /** Null when the record does not exist. */
  ancestors(recordId: number, caps?: LineageCaps): Promise<Lineage | null>;
  descendants(recordId: number, caps?: LineageCaps): Promise<Lineage | null>;
  /** By run id, or by the record id of any task in the run. */
  run(id: string, caps?: LineageCaps): Promise<RunLineage | null>;
  workflows(): Promise<readonly StoredWorkflow[]>;
  /** Pauses in force that people asked for. */
  pauses(): Promise<readonly Pause[]>;
  whyNot(needs: WhyNotNeeds): Promise<WhyNotFacts>;
}
