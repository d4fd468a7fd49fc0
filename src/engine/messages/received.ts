import type { ByHand } from "../../contract/api/from-person.ts";
import { MessageError } from "../../contract/message-error.ts";
import type { DeadLetter } from "../../store/store.ts";
import type { EngineContext } from "../context.ts";
import { published } from "./published.ts";

/** A message as it came from a topic. */
export interface Received {
  readonly topic: string;
  readonly payload: string;
  /** It may have been handled before a restore to an earlier time. */
  readonly reread?: boolean;
}

/** Only a message that cannot be read is a dead letter; any other error is a bug and fails the group. */
export function deadLetterOf(error: unknown, { payload, topic }: Received, now: number): DeadLetter {
  if (!(error instanceof MessageError)) throw error;
  return { topic, payload, code: error.code, reason: error.message, receivedAt: now };
}

/** Those of one topic; `who` put them there by hand. */
export async function addDeadLetters(
  deadLetters: readonly DeadLetter[],
  who: ByHand | null,
  { store, runtime }: Pick<EngineContext, "store" | "runtime">,
): Promise<void> {
  await store.addDeadLetters(deadLetters);
  const [{ topic } = { topic: "" }] = deadLetters;
  if (who === null) return;
  const decision = published(topic, who, { messages: deadLetters.length, unreadable: true });
  await store.record({ alerts: [], decisions: [decision] }, runtime.now());
}
