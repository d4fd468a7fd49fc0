import TinyQueue from "tinyqueue";
import { HOUR } from "../../contract/time/time-units.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import { slices } from "../queries/slices.ts";

export interface PlannedTick {
  readonly at: number;
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
}

export interface PlannedWork {
  /** Ticks by the hour (UTC) in which they fall. */
  readonly hours: readonly { readonly at: number; readonly ticks: number }[];
  /** Until then every tick is counted: a schedule of every second has too many for a day. */
  readonly until: number;
  /** The first of them. */
  readonly next: readonly PlannedTick[];
}

/** So many ticks are looked at, besides the first of each phase. */
const MAX_TICKS = 2000;
const MAX_NEXT = 10;
const AHEAD_MS = 24 * HOUR;

/** The ticks of the coming 24 hours of phases that are not paused. `pause` is awaited between two of them. */
export async function plannedWork(graph: WorkflowGraph, now: number, pause: () => Promise<void>): Promise<PlannedWork> {
  const last = now + AHEAD_MS;
  const queue = new TinyQueue<{ readonly phase: Phase; readonly at: number }>([], (a, b) => a.at - b.at);
  let until = last;
  let looked = 0;
  const push = (phase: Phase, after: number): void => {
    const at = phase.rule.cron?.next(after) ?? null;
    looked += 1;
    if (at !== null && at < last) queue.push({ phase, at });
  };
  const phases = graph.phases.filter(({ rule }) => rule.cron !== null && !rule.paused);
  for (const phase of phases) {
    push(phase, now);
    await pause();
  }
  const hours = new Map<number, number>();
  const next: PlannedTick[] = [];
  const limit = looked + MAX_TICKS;
  for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
    const { phase, at } = first;
    if (looked >= limit) {
      until = at;
      break;
    }
    const hour = Math.floor(at / HOUR) * HOUR;
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
    const { type, job, workflow } = phase;
    if (next.length < MAX_NEXT) next.push({ at, type, job, workflow });
    push(phase, at);
    await pause();
  }
  return { hours: [...hours].map(([at, ticks]) => ({ at, ticks })), until, next };
}

interface Known {
  readonly graph: WorkflowGraph;
  readonly minute: number;
  readonly work: Promise<PlannedWork>;
}

/** The same for a minute, or until other workflows are in force: many pages are shown at the same time. */
export class PlannedAhead {
  readonly #monotonic: () => number;
  #known: Known | null = null;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  of(graph: WorkflowGraph, now: number): Promise<PlannedWork> {
    const minute = Math.floor(now / 60_000);
    if (this.#known?.graph !== graph || this.#known.minute !== minute)
      this.#known = { graph, minute, work: plannedWork(graph, now, slices(this.#monotonic)) };
    return this.#known.work;
  }
}
