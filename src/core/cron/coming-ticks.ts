import TinyQueue from "tinyqueue";
import type { Phase } from "../workflow/phase.ts";

/** A scheduled phase with its next tick; null: it has none. */
export interface NextTick {
  readonly phase: Phase;
  readonly at: number | null;
}

/** Why a tick passes. `until`: when that ends by itself; null: not. */
export interface Hold {
  readonly until: number | null;
}

export interface ComingTick<H> {
  readonly phase: Phase;
  readonly at: number;
  /** Null: it makes tasks. */
  readonly held: H | null;
}

const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The coming ticks of all phases, earliest first; those of one moment in the order of `next`. Ticks that something holds are one
 * for all that it passes over.
 */
export function* comingTicks<H extends Hold>(
  next: readonly NextTick[],
  holds: (phase: Phase, at: number) => H | null,
): Generator<ComingTick<H>, void, undefined> {
  const queue = new TinyQueue(
    next.map((one, order) => ({ ...one, order })),
    (a, b) => (a.at ?? NEVER) - (b.at ?? NEVER) || a.order - b.order,
  );
  for (;;) {
    const first = queue.pop();
    if (first === undefined || first.at === null) return;
    const { phase, at } = first;
    const held = holds(phase, at);
    yield { phase, at, held };
    queue.push({ ...first, at: held === null ? (phase.rule.cron?.next(at) ?? null) : nextAfter(phase, held) });
  }
}

/** The first tick that a hold does not pass over. */
export function nextAfter(phase: Phase, { until }: Hold): number | null {
  return until === null ? null : (phase.rule.cron?.next(until - 1) ?? null);
}
