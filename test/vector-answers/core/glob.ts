import { matchGlob } from "../../../src/core/glob/glob.ts";
import { type ByteValue, textOf } from "../support/byte-value.ts";

export function answer(input: unknown): unknown {
  const { pattern, name } = input as { pattern: ByteValue; name: ByteValue };
  const match = matchGlob(textOf(pattern), textOf(name));
  return match === null ? { error: true } : { match };
}
