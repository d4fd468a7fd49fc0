import { parseDuration, parseRuleDuration } from "../../../src/core/time/duration.ts";
import { type ByteValue, textOf } from "../support/byte-value.ts";

export function answer(input: unknown): unknown {
  const text = textOf((input as { text: ByteValue }).text);
  return { parse: outcome(parseDuration(text)), rule: outcome(parseRuleDuration(text)) };
}

function outcome(ns: bigint | null): unknown {
  return ns === null ? { error: true } : { ns: String(ns) };
}
