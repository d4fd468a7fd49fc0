import type { Facts } from "./phrases.ts";

/** One piece of an answer: a code for programs, its data, and a sentence without a full stop for people. */
export interface Finding {
  readonly code: string;
  readonly data: Facts;
  readonly sentence: string;
}

/** One that happened at a moment, milliseconds since 1970. */
export interface DatedFinding extends Finding {
  readonly at: number;
}

/** What is said where no worker would run the task. */
export function lacksWorker(sentence: string | null): Finding[] {
  return sentence === null ? [] : [{ code: "no_worker", data: {}, sentence }];
}
