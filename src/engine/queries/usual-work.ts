import { HOUR } from "../../contract/time/time-units.ts";
import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import type { EngineContext } from "../context.ts";
import { isBatch } from "./is-batch.ts";

const DAYS = 14;

interface Known {
  readonly graph: WorkflowGraph;
  readonly hour: number;
  readonly hours: Promise<readonly number[]>;
}

/** What an hour of the day usually makes beside the ticks: the same for an hour, or until other workflows are in force. */
export class UsualWork {
  #known: Known | null = null;

  hours({ runtime, store, graph }: Pick<EngineContext, "runtime" | "store" | "graph">): Promise<readonly number[]> {
    const now = runtime.now();
    const inForce = graph();
    const hour = Math.floor(now / HOUR);
    if (this.#known?.graph === inForce && this.#known.hour === hour) return this.#known.hours;
    const except = inForce.scheduled.filter(({ rule }) => !isBatch(rule)).map(({ type, job }) => ({ type, job }));
    const hours = store.reads.stats.usualHours({ until: now, days: DAYS, except });
    this.#known = { graph: inForce, hour, hours };
    // What failed is asked for again.
    hours.catch(() => (this.#known = null));
    return hours;
  }
}
