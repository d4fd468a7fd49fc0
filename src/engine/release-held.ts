import { isCapped, Slots } from "../core/decide/slots.ts";
import type { EngineContext } from "./context.ts";

/**
 * Sends held tasks that nothing blocks any more. A result releases the next one in its own transaction; this releases
 * those that no result will: when a task is overdue, a reload has raised or removed a cap, or a phase is gone. Returns
 * whether more are left, because a phase may have more held tasks than one turn checks.
 */
export async function releaseHeld(context: EngineContext): Promise<boolean> {
  const graph = context.graph();
  let released = 0;
  const { outbox } = await context.store.releaseHeld((phaseId, state) => {
    const phase = graph.byId.get(phaseId);
    const chosen =
      phase === undefined || !isCapped(phase) ? state.held : new Slots(new Map([[phaseId, state]])).releasable(phase);
    released += chosen.length;
    return chosen;
  }, context.runtime.now());
  context.send(outbox);
  return released > 0;
}
