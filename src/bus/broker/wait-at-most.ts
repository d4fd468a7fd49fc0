import { setTimeout as wait } from "node:timers/promises";

/** Waits for the work, but at most `ms`, so an unreachable broker does not delay a start. Rejects when the work rejects. */
export async function waitAtMost(ms: number, work: Promise<void>): Promise<void> {
  const enough = new AbortController();
  const limit = wait(ms, undefined, { signal: enough.signal }).catch(() => {});
  await Promise.race([work, limit]);
  enough.abort();
}
