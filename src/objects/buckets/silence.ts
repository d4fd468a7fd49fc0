import { ObjectError } from "../objects.ts";
import { SILENCE_MS } from "./bucket.ts";

/** The pieces of a stream. Rejects with `unavailable` when none comes for a minute, and ends the stream then. */
export async function* untilSilent(
  pieces: AsyncIterable<Uint8Array>,
  what: string,
  silenceMs = SILENCE_MS,
): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      const next = await withinSilence(iterator.next(), what, silenceMs);
      if (next.done === true) {
        isDone = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not awaited: what is silent may not answer this either.
    if (!isDone) void iterator.return?.()?.catch(() => undefined);
  }
}

async function withinSilence<T>(answer: Promise<T>, what: string, silenceMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new ObjectError("unavailable", `${what} stopped answering for ${silenceMs / 1000} seconds.`)),
    silenceMs,
  );
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}
