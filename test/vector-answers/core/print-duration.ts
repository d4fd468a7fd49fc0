import { printDuration } from "../../../src/core/time/duration.ts";

export function answer(input: unknown): unknown {
  const { ns } = input as { ns: string };
  return { text: printDuration(BigInt(ns)) };
}
