import { pathTime } from "../../src/core/task/task-time.ts";
import { type ByteValue, textOf } from "./byte-value.ts";
import { timeValue } from "./time-value.ts";

export function answer(input: unknown): unknown {
  return timeValue(pathTime(textOf((input as { path: ByteValue }).path)));
}
