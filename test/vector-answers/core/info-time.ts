import { infoTime } from "../../../src/core/task/task-time.ts";
import { type ByteValue, textOf } from "../support/byte-value.ts";
import { wallValue } from "../support/time-value.ts";

export function answer(input: unknown): unknown {
  return wallValue(infoTime(textOf((input as { info: ByteValue }).info)));
}
