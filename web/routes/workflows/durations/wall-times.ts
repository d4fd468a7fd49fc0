import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import { toWall } from "../../../services/time/zone.ts";

/** What a column is. Times of columns are by the clocks of the phases, as the ms since 1970 at which clocks in UTC show the same. */
export type Step = "hour" | "day";
export const STEP_MS: Readonly<Record<Step, number>> = { hour: HOUR, day: DAY };

/** `2026-01-31T05`, or the day alone. */
export function wallText(wall: number, step: Step): string {
  return new Date(wall).toISOString().slice(0, step === "hour" ? 13 : 10);
}

/** Of a task time as the API writes it; what it says of a zone is left out. */
export function wallOfText(text: string): number {
  const [day = "", time = "00"] = text.slice(0, 19).replace(/Z$/, "").split("T");
  const [hour = "00", minute = "00", second = "00"] = time.split(/[+:-]/);
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}

export function floorTo(wall: number, step: Step): number {
  return Math.floor(wall / STEP_MS[step]) * STEP_MS[step];
}

/** How often the clocks of a zone show the beginning of an hour: 0 where they are moved over it, 2 where they are moved back. */
export function showings(wall: number, zone: string): number {
  const offsetAt = (at: number): number => toWall(at, zone) - at;
  const around = new Set([wall - DAY, wall + DAY].map((at) => wall - offsetAt(at)));
  return [...around].filter((at) => toWall(at, zone) === wall).length;
}
