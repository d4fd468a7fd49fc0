import { MessageError } from "../contract/message-error.ts";
import type { DeadLetter } from "../store/store.ts";

/** A message as it came from a topic. */
export interface Received {
  readonly topic: string;
  readonly payload: string;
}

/** Only what is no task is a dead letter; any other error is a fault of ours and fails the group. */
export function deadLetterOf(error: unknown, { payload, topic }: Received, now: number): DeadLetter {
  if (!(error instanceof MessageError)) throw error;
  return { topic, payload, code: error.code, reason: error.message, receivedAt: now };
}
