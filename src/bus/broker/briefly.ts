import { setTimeout as wait } from "node:timers/promises";

/** Waits for the work, but not longer than this: a broker that is away does not hold up a start. Rejects with the work. */
export async function briefly(ms: number, work: Promise<void>): Promise<void> {
  const enough = new AbortController();
  const limit = wait(ms, undefined, { signal: enough.signal }).catch(() => {});
  await Promise.race([work, limit]);
  enough.abort();
}
