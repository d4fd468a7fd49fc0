import { digitsOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { DAY, HOUR } from "../../contract/time/time-units.ts";

/** The distance between times of one run, and how its ends are written. */
interface Step {
  isNext(before: number, after: number): boolean;
  text(ms: number): string;
}

const HOURLY: Step = {
  isNext: (before, after) => after - before === HOUR,
  text: hourOf,
};
const DAILY: Step = {
  isNext: (before, after) => dayNumber(after) - dayNumber(before) === 1,
  text: (ms) => hourOf(ms).slice(0, -3),
};
const MONTHLY: Step = {
  isNext: (before, after) => monthNumber(after) - monthNumber(before) === 1,
  text: (ms) => hourOf(ms).slice(0, -6),
};

/**
 * One line for a list of times (in any order): `2006/01/02T15-2006/01/02T18`, days
 * `2006/01/02-2006/01/05`, months `2006/01-2006/04`, comma between runs. It goes by hours when two times share a day,
 * otherwise by days when two share a month, otherwise by months; a time outside any run is written to the hour.
 */
export function printDates(times: readonly WallMs[]): string {
  const sorted = [...new Set(times.map(digitsOf))].toSorted((a, b) => a - b);
  const step = stepOf(sorted);
  const runs: string[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end + 1 < sorted.length && step.isNext(sorted[end] ?? 0, sorted[end + 1] ?? 0)) end++;
    const [first = 0, last = 0] = [sorted[start], sorted[end]];
    runs.push(start === end ? hourOf(first) : `${step.text(first)}-${step.text(last)}`);
    start = end + 1;
  }
  return runs.join(",");
}

function stepOf(sorted: readonly number[]): Step {
  const pairs = sorted.slice(1).map((time, i): [number, number] => [sorted[i] ?? 0, time]);
  if (pairs.some(([before, after]) => dayNumber(before) === dayNumber(after))) return HOURLY;
  return pairs.some(([before, after]) => monthNumber(before) === monthNumber(after)) ? DAILY : MONTHLY;
}

function dayNumber(ms: number): number {
  return Math.floor(ms / DAY);
}

function monthNumber(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function hourOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13).replaceAll("-", "/");
}
