import { digitsOf, type WallMs } from "../../../src/contract/time/wall-ms.ts";
import { secondsText } from "../../../src/contract/time/instant.ts";

/** A time of an answer, or that there is none. */
export function timeValue(ms: number | null): unknown {
  return ms === null ? { zero: true } : { time: secondsText(ms) };
}

export function wallValue(wall: WallMs | null): unknown {
  return timeValue(wall === null ? null : digitsOf(wall));
}
