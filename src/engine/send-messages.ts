import type { EngineContext } from "./context.ts";
import { handleDone } from "./handle-done.ts";
import { handleFiles } from "./handle-file.ts";

/**
 * Messages given by hand. What is for Flowlord itself (`done`, file events) is handled at once, in groups; the rest goes
 * to its topic through the outbox. Committed when it returns.
 */
export async function sendMessages(topic: string, payloads: readonly string[], context: EngineContext): Promise<void> {
  if (topic === context.doneTopic) {
    await handleDone(
      payloads.map((payload) => ({ topic, payload })),
      context,
    );
  } else if (topic === context.fileTopic) {
    await handleFiles(
      payloads.map((payload) => ({ topic, payload, id: null })),
      context,
    );
  } else {
    const { outbox } = await context.store.enqueue(
      payloads.map((payload) => ({ topic, payload })),
      context.world.now(),
    );
    context.send(outbox);
  }
}

/** Feed dead letters to the topics they came from, as they are (or as they were mended). Answers how many. */
export async function redriveDeadLetters(ids: readonly number[] | "all", context: EngineContext): Promise<number> {
  const letters = await context.store.redriveDeadLetters(ids, context.world.now());
  const byTopic = Map.groupBy(letters, ({ topic }) => topic);
  for (const [topic, group] of byTopic)
    await sendMessages(
      topic,
      group.map(({ payload }) => payload),
      context,
    );
  return letters.length;
}
