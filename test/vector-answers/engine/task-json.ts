import { MessageError } from "../../../src/contract/message-error.ts";
import { parseTaskMessage, writeTaskMessage } from "../../../src/contract/task-message.ts";
import { type ByteValue, textOf } from "../support/byte-value.ts";

export function answer(input: unknown): unknown {
  const { json } = input as { json: ByteValue };
  try {
    return { json: writeTaskMessage(parseTaskMessage(textOf(json))) };
  } catch (error) {
    if (error instanceof MessageError) return { error: true };
    throw error;
  }
}
