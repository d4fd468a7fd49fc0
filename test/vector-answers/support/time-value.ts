import { secondsText } from "../../../src/contract/instant.ts";

/** A time of an answer, or that there is none. */
export function timeValue(ms: number | null): unknown {
  return ms === null ? { zero: true } : { time: secondsText(ms) };
}
