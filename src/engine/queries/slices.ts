import { setImmediate } from "node:timers/promises";

/** How long (ms) a computation may hold up the messages that wait. */
const SLICE_MS = 5;

/** Lets others go first when the work since the last time took long: to be awaited between its steps. */
export function slices(monotonic: () => number): () => Promise<void> {
  let began = monotonic();
  return async () => {
    if (monotonic() - began < SLICE_MS) return;
    await setImmediate();
    began = monotonic();
  };
}
