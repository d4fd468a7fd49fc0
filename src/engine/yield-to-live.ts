import type { EngineContext } from "./context.ts";

/** Whether live tasks of the type wait for a slot of their phase, or for the bus. */
export async function isLiveWaiting(type: string, context: EngineContext): Promise<boolean> {
  const { store, runtime } = context;
  const graph = context.graph();
  const held = await store.heldPhases();
  const isLive = (phaseId: number): boolean => {
    const phase = graph.byId.get(phaseId);
    return phase?.type === type && !phase.rule.paused;
  };
  if (held.some(({ phaseId }) => isLive(phaseId))) return true;
  return store.backfills.isBusBehind(type, runtime.now());
}

/** Turns of what yields to live tasks: while they wait, one of so many is its own. */
export class Turns {
  readonly #of: number;
  /** Turns left to live tasks, by who left them. */
  readonly #yielded = new Map<number, number>();

  constructor(of: number) {
    this.#of = of;
  }

  /** Counts a turn; true: it is its own. */
  isOwn(id: number): boolean {
    const turns = (this.#yielded.get(id) ?? 0) + 1;
    this.#yielded.set(id, turns % this.#of);
    return turns >= this.#of;
  }

  forget(id: number): void {
    this.#yielded.delete(id);
  }
}
