import { digitsOf, type WallMs } from "../../contract/time/wall-ms.ts";

/** Parts of a moment as a clock in some zone shows it; month and day count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function partsOf(wall: WallMs): WallTime {
  const date = new Date(digitsOf(wall));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}
