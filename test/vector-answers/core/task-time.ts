import { taskTime } from "../../../src/core/task/task-time.ts";
import { type ByteValue, textOf } from "../support/byte-value.ts";
import { wallValue } from "../support/time-value.ts";

export function answer(input: unknown): unknown {
  const { meta, info } = input as { meta: ByteValue; info: ByteValue };
  return wallValue(taskTime(textOf(meta), textOf(info)));
}
