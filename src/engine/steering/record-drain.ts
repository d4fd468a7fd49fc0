import type { EngineContext } from "../context.ts";

/** Puts on record that a person let the workers of this instance take no more tasks, or take them again. */
export async function recordDrain(
  { end, by }: { readonly end: boolean; readonly by: string },
  { store, runtime }: Pick<EngineContext, "store" | "runtime">,
): Promise<void> {
  const decision = { code: end ? "drain_ended" : "drained", phaseId: 0, taskTime: null, data: { by } } as const;
  await store.record({ alerts: [], decisions: [decision] }, runtime.now());
}
