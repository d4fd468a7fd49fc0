import { pathTime } from "../../../src/core/task/task-time.ts";
import { type ByteValue, textOf } from "../support/byte-value.ts";
import { wallValue } from "../support/time-value.ts";

export function answer(input: unknown): unknown {
  return wallValue(pathTime(textOf((input as { path: ByteValue }).path)));
}
