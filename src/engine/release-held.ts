import { isCapped, Slots } from "../core/decide/slots.ts";
import type { EngineContext } from "./context.ts";

/**
 * Send held tasks that nothing holds back any more. A result releases the next one in its own transaction; this finds
 * what no result will: the slot of a task that is overdue, a cap that a reload has raised or taken away, a phase that is
 * gone. Answers whether more are left, for a phase may have more held tasks than are looked at in one turn.
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
