import { MessageError } from "../contract/message-error.ts";
import type { DeadLetter } from "../store/store.ts";

/** A message as it came from a topic. */
export interface Received {
  readonly topic: string;
  readonly payload: string;
}

/** Only a message that cannot be read is a dead letter; any other error is a bug and fails the group. */
export function deadLetterOf(error: unknown, { payload, topic }: Received, now: number): DeadLetter {
  if (!(error instanceof MessageError)) throw error;
  return { topic, payload, code: error.code, reason: error.message, receivedAt: now };
}
