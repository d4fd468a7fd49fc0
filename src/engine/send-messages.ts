import type { ByHand } from "../contract/api/from-person.ts";
import { MessageError } from "../contract/message-error.ts";
import type { OpenDeadLetter, Redrive } from "../store/store.ts";
import type { EngineContext } from "./context.ts";
import { handleDone } from "./handle-done.ts";
import { handleFiles } from "./handle-file.ts";
import { published } from "./messages/published.ts";

/**
 * Sends messages by hand. Those for Flowlord itself (`done`, file events) are handled at once, in groups; the rest goes
 * to its topic through the outbox. Committed when it returns, with who did it and why; null: nobody did.
 */
export async function sendMessages(
  topic: string,
  payloads: readonly string[],
  who: ByHand | null,
  context: EngineContext,
): Promise<void> {
  await handle(
    topic,
    payloads.map((payload) => ({ payload, id: null })),
    who,
    context,
  );
}

interface MessageInput {
  readonly payload: string;
  /** By which a repeated file event is recognised; null: always an event of its own. */
  readonly id: string | null;
}

async function handle(
  topic: string,
  input: readonly MessageInput[],
  who: ByHand | null,
  context: EngineContext,
): Promise<void> {
  if (topic === context.doneTopic) {
    await handleDone(
      input.map(({ payload }) => ({ topic, payload })),
      context,
      who,
    );
  } else if (context.fileTopics.includes(topic)) {
    await handleFiles(
      input.map(({ payload, id }) => ({ topic, payload, id })),
      context,
      who,
    );
  } else {
    const { outbox } = await context.store.enqueue(
      input.map(({ payload }) => ({ topic, payload })),
      context.runtime.now(),
      who === null ? [] : [published(topic, who, { messages: input.length })],
    );
    context.send(outbox);
  }
}

/** Dead letters of one turn: a transaction or two for each topic. */
const GROUP = 500;

/**
 * Redrives dead letters to their original topics, oldest first: unchanged, or with `payload` instead of their own. Returns
 * how many. Those of which only the beginning is kept cannot be sent unchanged: named, they are a MessageError before any of
 * their group is sent; of all, they are left out. They are marked only when all their effects are committed: after a crash in between they are redriven again,
 * and a file event is recognised as the same one.
 */
export async function redriveDeadLetters(
  ids: readonly number[] | "all",
  payload: string | null,
  who: ByHand,
  context: EngineContext,
): Promise<number> {
  const feed = (deadLetters: readonly OpenDeadLetter[]): Promise<number> => {
    if (payload !== null)
      return feedDeadLetters(
        deadLetters.map((deadLetter) => ({ ...deadLetter, payload })),
        { ...who, edited: true },
        context,
      );
    if (ids !== "all") deadLetters.forEach(refuseCut);
    return feedDeadLetters(
      deadLetters.filter(({ bytes }) => bytes === null),
      { ...who, edited: false },
      context,
    );
  };
  const { store } = context;
  let count = 0;
  if (ids !== "all") {
    for (let at = 0; at < ids.length; at += GROUP)
      count += await feed(await store.openDeadLetters({ ids: ids.slice(at, at + GROUP) }));
    return count;
  }
  // A message that still cannot be understood becomes a new dead letter with a higher id: not for this turn.
  const [newest] = await store.reads.deadLetters({ limit: 1, before: null, includeRedriven: true });
  const last = newest?.id ?? 0;
  let deadLetters = await store.openDeadLetters({ after: 0, limit: GROUP });
  while (deadLetters.length > 0) {
    count += await feed(deadLetters.filter(({ id }) => id <= last));
    const after = deadLetters.at(-1)?.id ?? last;
    deadLetters = after < last ? await store.openDeadLetters({ after, limit: GROUP }) : [];
  }
  return count;
}

function refuseCut({ id, bytes, topic }: OpenDeadLetter): void {
  if (bytes === null) return;
  throw new MessageError(
    "dead_letter_cut",
    `Dead letter ${id} cannot be redriven: of its ${bytes} bytes only the first 64 KiB are kept. Send the message to ${topic} again from its source, or give the complete text with --payload.`,
  );
}

async function feedDeadLetters(
  deadLetters: readonly OpenDeadLetter[],
  redrive: Redrive,
  context: EngineContext,
): Promise<number> {
  for (const [topic, group] of Map.groupBy(deadLetters, (deadLetter) => deadLetter.topic))
    await handle(
      topic,
      group.map(({ id, payload }) => ({ payload, id: `dead-letter-${id}` })),
      // The decision that it was redriven says who did it.
      null,
      context,
    );
  const marked = await context.store.redriveDeadLetters(
    deadLetters.map(({ id }) => id),
    redrive,
    context.runtime.now(),
  );
  return marked.length;
}
