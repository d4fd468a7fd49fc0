import { setTimeout } from "node:timers/promises";

/** Resolves when the condition is true; rejects after ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); await setTimeout(10)) {
    if (Date.now() > end) throw new Error(`never: ${holds.toString()}`);
  }
}
