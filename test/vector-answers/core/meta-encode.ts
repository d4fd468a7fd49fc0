import { encodedMeta, sortedMeta } from "../../../src/core/task/meta.ts";
import { byteValue, type ByteValue, textOf } from "../support/byte-value.ts";

export function answer(input: unknown): unknown {
  const { values } = input as { values: Record<string, ByteValue[]> };
  const meta = new Map(Object.entries(values).map(([key, list]) => [key, list.map(textOf)]));
  return { encoded: encodedMeta(meta), meta: byteValue(sortedMeta(meta)) };
}
