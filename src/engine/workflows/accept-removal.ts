import type { ByHand } from "../../contract/api/from-person.ts";
import type { EngineContext } from "../context.ts";

/**
 * Takes for removed what is missing, as `take` does, and puts on record who accepted it and why. Returns the names of the
 * files that left.
 */
export async function acceptRemoval(
  { by, reason }: ByHand,
  take: () => Promise<readonly string[]>,
  { store, runtime }: Pick<EngineContext, "store" | "runtime">,
): Promise<readonly string[]> {
  const removed = await take();
  if (removed.length > 0) {
    const data = { by, reason, removed };
    const decision = { code: "removal_accepted", phaseId: 0, taskTime: null, data } as const;
    await store.record({ alerts: [], decisions: [decision] }, runtime.now());
  }
  return removed;
}
