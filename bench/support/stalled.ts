const CHECK_EVERY_MS = 15_000;

/** Waits for `work`; rejects when `progress` has not changed for fifteen seconds, so that an error does not wait endlessly. */
export async function unlessStalled(work: Promise<unknown>, progress: () => number): Promise<void> {
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  let last = progress();
  const timer = setInterval(() => {
    const now = progress();
    if (now === last) reject(new Error(`nothing happened for ${CHECK_EVERY_MS / 1000} s, after ${now} steps`));
    last = now;
  }, CHECK_EVERY_MS);
  try {
    await Promise.race([work, stalled]);
  } finally {
    clearInterval(timer);
  }
}
