import type { Phase } from "../../core/workflow/phase.ts";
import { TickCounter } from "../../core/cron/tick-counter.ts";
import type { EngineContext } from "../context.ts";

/** What holds a phase, and since when; `since` and `by` are null where its file says `paused`. */
export interface HeldSince {
  readonly since: number | null;
  /** When it ends by itself; null: not. */
  readonly until: number | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly now: number;
}

export interface PauseInForce extends Omit<HeldSince, "now"> {
  /** Null: all. */
  readonly phase: Phase | null;
  /** Ticks that it has passed over; null: nobody knows since when. */
  readonly passed: number | null;
}

export interface PausesInForce {
  readonly list: readonly PauseInForce[];
  /** Its own pause before that of all phases, and its file before both. */
  held(phase: Phase): HeldSince | null;
}

/** Ticks of pauses that are looked at one by one. */
const MAX_LOOKED = 50_000;

/** The pauses of these phases, and how many ticks each has passed over. */
export async function pausesOf(
  phases: readonly Phase[],
  now: number,
  { store }: Pick<EngineContext, "store">,
): Promise<PausesInForce> {
  const pauses = await store.pauses.inForce();
  const inFile = new Set((await store.pausedPhases()).map(({ phaseId }) => phaseId));
  const budget = { left: MAX_LOOKED };
  const passedBy = ({ rule }: Phase, since: number): number | null =>
    rule.cron === null ? 0 : new TickCounter(rule.cron, now, budget).count(since, now);
  const list: PauseInForce[] = [];
  for (const { phaseId, since, until, by, reason } of pauses) {
    const own = phaseId === 0 ? phases : phases.filter(({ id }) => id === phaseId);
    const [phase = null] = own;
    if (phase === null && phaseId !== 0) continue;
    const passed = own.map((one) => passedBy(one, since));
    list.push({
      phase: phaseId === 0 ? null : phase,
      since,
      until,
      by,
      reason,
      passed: passed.includes(null) ? null : passed.reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0),
    });
  }
  for (const phase of phases)
    if (inFile.has(phase.id)) list.push({ phase, since: null, until: null, by: null, reason: null, passed: null });
  return {
    list,
    held: ({ id }) => {
      if (inFile.has(id)) return { since: null, until: null, by: null, reason: null, now };
      const pause = pauses.find(({ phaseId }) => phaseId === id) ?? pauses.find(({ phaseId }) => phaseId === 0);
      if (pause === undefined) return null;
      const { since, until, by, reason } = pause;
      return { since, until, by, reason, now };
    },
  };
}
