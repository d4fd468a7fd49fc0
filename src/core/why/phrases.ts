/** Pieces of sentences. Messages may contain anything, so each takes `unknown` and returns one line of text. */
import { digitsOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { cutText } from "../../contract/cut-text.ts";
import { DAY, HOUR, MINUTE } from "../../contract/time/time-units.ts";
import { isoOfInstant } from "../time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";

/** The data of a decision, as it was written or read back from the database. */
export type Facts = Readonly<Record<string, unknown>>;

const LONGEST = 300;

/**
 * `2026-11-24 14:00:00+01:00`, by the clock of the zone (IANA) that the rest of the answer uses, `Z` for UTC; with milliseconds
 * only where there are some. It can be typed where a time is taken.
 */
export function instantText(ms: number, zone: string): string {
  return isoOfInstant(ms, zoneOf(zone)).replace("T", " ");
}

/** `2026-11-24T13 (Europe/Berlin)`, with the zone (IANA) of its phase. */
export function taskTimeWithZone(wall: WallMs, zone: string): string {
  return `${taskTimeText(wall)} (${zone})`;
}

/** A task time as `cron` in meta writes it (`2026-11-24T13`), with minutes where it has some. */
export function taskTimeText(wall: WallMs): string {
  return new Date(digitsOf(wall))
    .toISOString()
    .replace(/(?::00)?:00\.000Z$/, "")
    .replace(/\.000Z$/, "");
}

const UNITS: readonly [number, string][] = [
  [DAY, "d"],
  [HOUR, "h"],
  [MINUTE, "m"],
];

/** `950 ms`, `1.5 s`, `2m 05s`, `3h 04m`, `2d 03h`; anything but a number as it is. */
export function spanText(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return String(value);
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < MINUTE) return `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s`;
  const index = UNITS.findIndex(([unit]) => value >= unit);
  const [unit, name] = UNITS[index] ?? [MINUTE, "m"];
  const [smaller, smallName] = UNITS[index + 1] ?? [1000, "s"];
  const rest = Math.floor((value % unit) / smaller);
  return `${Math.floor(value / unit)}${name} ${String(rest).padStart(2, "0")}${smallName}`;
}

/**
 * `2 of 3`, as people count; `2` when the number of retries is not known. Records count attempts from 0 and keep the
 * number of retries, which is one less than that of attempts.
 */
export function attemptText(attempt: unknown, retries: unknown = null): string {
  if (typeof attempt !== "number") return String(attempt);
  // A phase may have been given fewer retries since.
  return typeof retries === "number" ? `${attempt + 1} of ${Math.max(attempt, retries) + 1}` : String(attempt + 1);
}

/** One value as it is, on one line. */
export function named(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return cutText(text.replaceAll(/\s+/g, " ").trim(), LONGEST);
}

/** In backticks. */
export function quoted(value: unknown): string {
  return `\`${named(value)}\``;
}

export function list(value: unknown): string {
  return Array.isArray(value) ? value.map(named).join(", ") : named(value);
}

/** At most `max` of them, and how many more there are. */
export function clipped(value: unknown, max: number): string {
  if (!Array.isArray(value) || value.length <= max) return list(value);
  return `${list(value.slice(0, max))} and ${value.length - max} more`;
}

/** `a, b and c` */
export function phrases(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** ` (record 3)`; empty for an unknown record. */
export function record(id: unknown): string {
  return typeof id === "number" && id > 0 ? ` (record ${id})` : "";
}

/** `load on host-1 (pid 4711)` */
export function workerName({ worker, host, pid }: Facts): string {
  const where = typeof host === "string" && host !== "" ? ` on ${named(host)}` : "";
  const process = typeof pid === "number" ? ` (pid ${pid})` : "";
  return `${typeof worker === "string" && worker !== "" ? named(worker) : "a worker"}${where}${process}`;
}
