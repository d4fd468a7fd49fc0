import { setTimeout as pause } from "node:timers/promises";
import { ObjectError } from "../../objects/objects.ts";

export interface Waiting {
  /** Said once, when it takes longer than this (ms). */
  readonly afterMs: number;
  readonly say: () => void;
  readonly signal: AbortSignal;
  /** What it waits for. */
  readonly target: string;
}

/** What a storage answers, or ObjectError `unavailable` after so long (ms): its own client may go on trying for minutes. */
export async function within<T>(ms: number, waiting: Waiting, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, waiting.signal]);
  const saying = setTimeout(waiting.say, waiting.afterMs);
  const limit = async (): Promise<never> => {
    await pause(ms, undefined, { signal });
    throw new ObjectError("unavailable", `${waiting.target} did not answer within ${ms / 1000} s.`);
  };
  const limited = limit().catch((error: unknown) => {
    if (waiting.signal.aborted)
      throw new ObjectError("interrupted", "It was interrupted: Flowlord stops.", { cause: error });
    throw error;
  });
  // Whichever loses is not waited for.
  limited.catch(() => undefined);
  try {
    return await Promise.race([work(), limited]);
  } finally {
    clearTimeout(saying);
    over.abort();
  }
}
