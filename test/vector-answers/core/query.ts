import { parseQuery } from "../../../src/core/text/query.ts";
import { byteValue, type ByteValue, textOf } from "../support/byte-value.ts";

export function answer(input: unknown): unknown {
  const { text } = input as { text: ByteValue };
  const { values, error } = parseQuery(textOf(text));
  const entries = Array.from(values, ([key, list]) => [key, list.map(byteValue)]);
  return { values: Object.fromEntries(entries), error };
}
