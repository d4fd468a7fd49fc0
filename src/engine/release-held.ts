import { isCapped, Slots } from "../core/decide/slots.ts";
import type { SlotState } from "../core/decide/decider.ts";
import type { Phase } from "../core/workflow/phase.ts";
import type { HeldPhase } from "../store/running-tasks.ts";
import { cancelTasks } from "./joins/cancel-tasks.ts";
import type { EngineContext } from "./context.ts";
import { SWAP_MS } from "../contract/time/time-units.ts";

/**
 * Sends held tasks that nothing blocks any more. A result releases the next one in its own transaction; this releases
 * those that no result will: when a reload has raised or removed a cap, has resumed a phase, or a phase is gone. What waits
 * for the resume of a phase that is gone is cancelled. Returns
 * whether more are left, because a phase may have more held tasks than one turn checks.
 */
export async function releaseHeld(context: EngineContext): Promise<boolean> {
  const { store, runtime } = context;
  const graph = context.graph();
  const now = runtime.now();
  const holders = new Map((await store.heldPhases()).map((holder) => [holder.phaseId, holder]));
  const isAllPaused = (await store.pauses.inForce()).some(({ phaseId }) => phaseId === 0);
  let handled = 0;
  for (const holder of holders.values()) {
    const { phaseId } = holder;
    if (isAllPaused || graph.byId.has(phaseId) || !isCancelled(holder, now)) continue;
    const why = { code: "held_cancelled", phaseId, data: holder.pausedSince === null ? {} : { paused: true } } as const;
    handled += (await cancelTasks(await store.heldTasks(phaseId), why, context)).length;
  }
  const { outbox } = await store.releaseHeld((phaseId, state) => {
    const phase = graph.byId.get(phaseId);
    if (isAllPaused) return [];
    const chosen = phase === undefined ? ofRemoved(holders.get(phaseId), state) : ofPhase(phase, state);
    handled += chosen.length;
    return chosen;
  }, now);
  context.send(outbox);
  return handled > 0;
}

function ofPhase(phase: Phase, state: SlotState): readonly number[] {
  if (isCapped(phase)) return new Slots(new Map([[phase.id, state]])).releasable(phase);
  return phase.rule.paused ? [] : state.held;
}

/** What a paused phase keeps goes on at its resume, which never comes now; a file that is swapped loses nothing. */
function isCancelled({ onRemoved, pausedSince, removedAt }: HeldPhase, now: number): boolean {
  return pausedSince === null ? onRemoved === "cancel" : (removedAt ?? now) <= now - SWAP_MS;
}

/** Tasks of a phase that is gone go under the cap that it had; an unknown one was at least one. */
function ofRemoved(holder: HeldPhase | undefined, { active, held }: SlotState): readonly number[] {
  // Its tasks begin to wait after the phases were read: the next turn.
  if (holder === undefined || holder.pausedSince !== null) return [];
  const cap = holder.cap ?? 1;
  return cap === 0 ? held : held.slice(0, Math.max(0, cap - active));
}
