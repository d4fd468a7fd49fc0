import { HOUR, MINUTE } from "../../../../src/contract/time/time-units.ts";
import type { ClockChange } from "./schedule-queries.ts";

type Effect = ClockChange["effects"][number];

/** `Berlin`, `New York`; a zone without a place as it is. */
export function placeOf(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** `Sun 29 March` of a task time; with its year if that is not the one of `today`. Null: always with it. */
export function dayWords(time: string, today: string | null): string {
  const day = new Date(`${time.slice(0, 10)}T00:00:00Z`);
  const text = day.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "long", timeZone: "UTC" });
  return time.slice(0, 4) === today?.slice(0, 4)
    ? text.replace(",", "")
    : `${text.replace(",", "")} ${time.slice(0, 4)}`;
}

/** `02:30` of `2026-03-29T02:30`, `02:00` of `2026-03-29T02`. */
export function timeOf(time: string): string {
  const text = time.slice(11);
  return text.length === 2 ? `${text}:00` : text;
}

/** What clocks do: `forward by 1 h`. */
export function movedWords({ before_ms: before, after_ms: after }: ClockChange): string {
  const ms = Math.abs(after - before);
  return `${after > before ? "forward" : "back"} by ${ms % HOUR === 0 ? `${ms / HOUR} h` : `${ms / MINUTE} m`}`;
}

/** What follows the name of the phase, up to the time. */
export const DOES: Readonly<Record<Effect["kind"], string>> = {
  skipped: "misses its tick of",
  doubled: "ticks twice on",
  lost: "loses its tick of",
};

/** Why, after the time and the place. */
export const WHY: Readonly<Record<Effect["kind"], string>> = {
  skipped: "clocks go forward and that time does not exist.",
  doubled: "clocks go back and that time comes twice.",
  lost: "clocks change by half an hour, and the schedule goes on at half past that day.",
};

/** What to write instead, for what is skipped, doubled or lost. */
export function mendWords({ kind, time }: Effect, change: ClockChange): string {
  if (kind === "lost") return "Give the phase a timezone of its own in its rule: then none is lost.";
  const hours = Math.max(1, Math.ceil(Math.abs(change.after_ms - change.before_ms) / HOUR));
  const hour = (Number(time.slice(11, 13)) + hours) % 24;
  return `Write ${String(hour).padStart(2, "0")}:${timeOf(time).slice(3, 5)}, or timezone=UTC.`;
}

/** The name of a change in the address. */
export function changeKey({ at, zone }: ClockChange): string {
  return `${at} ${zone}`;
}
