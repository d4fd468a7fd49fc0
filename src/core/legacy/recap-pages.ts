import { type WallMs } from "../../contract/time/wall-ms.ts";
import { printDates } from "../time/date-range.ts";
import { printDuration } from "../time/duration.ts";
import { goDuration } from "./go-duration.ts";

/** The answers of a store in the form of the older program's pages, with their texts and keys. */

export type RecapOutcome = "complete" | "error" | "alert" | "warn" | "running";
const OUTCOMES: readonly RecapOutcome[] = ["complete", "error", "alert", "warn", "running"];
const NANOSECONDS = 1_000_000n;
/** Its averages are cut to this, in ms. */
const PRECISION = 10;

/** Tasks of one type and job in a day. */
export interface RecapGroup {
  readonly type: string;
  readonly job: string;
  /** Every other result counts as complete. */
  readonly counts: Readonly<Record<RecapOutcome, number>>;
  /** Task times, sorted, without duplicates; the year 1 for tasks without one. */
  readonly times: Readonly<Record<RecapOutcome, readonly WallMs[]>>;
  /** How many of them fall into each hour of the day, 24 numbers. */
  readonly hours: Readonly<Record<RecapOutcome, readonly number[]>>;
  /** How long complete tasks ran, in ms; null when none reported times. `sum` in hundredths of a second, each cut. */
  readonly ran: { readonly count: number; readonly min: number; readonly max: number; readonly sum: number } | null;
}

export interface HourCounts {
  readonly Total: number;
  readonly Completed: number;
  readonly Error: number;
  readonly Alert: number;
  readonly Warn: number;
  readonly Running: number;
}

/** Empty ones do not filter; `running` is a result. */
export interface HourFilter {
  readonly type: string;
  readonly job: string;
  readonly result: string;
}

/** The name of a group: `type:job`, or the type alone. */
export function recapKey({ type, job }: Pick<RecapGroup, "type" | "job">): string {
  return `${type}:${job}`.replace(/:+$/, "");
}

/** Counts and time ranges of a group, as texts. */
export function recapOf(group: RecapGroup): Readonly<Record<string, number | string>> {
  const { min, max, average } = durationsOf(group);
  const texts = { min: printDuration(min), max: printDuration(max), avg: printDuration(average) };
  const counts = OUTCOMES.map((outcome) => [outcome, group.counts[outcome]]);
  const times = OUTCOMES.map((outcome) => [`${outcome}_times`, printDates(group.times[outcome])]);
  return { ...texts, ...Object.fromEntries([...counts, ...times]) };
}

/** The same, as `GET /recap` answers it in JSON. */
export function recapJson(group: RecapGroup): object {
  const { min, max, average } = durationsOf(group);
  const { counts, times } = group;
  return {
    min: printDuration(min),
    max: printDuration(max),
    avg: printDuration(average),
    complete: { Count: counts.complete, Times: printDates(times.complete) },
    error: { Count: counts.error, Times: printDates(times.error) },
  };
}

/** As `GET /recap` writes it. */
export function recapText(group: RecapGroup): string {
  const { min, max, average } = durationsOf(group);
  const lines = [`min: ${goDuration(min)} max: ${goDuration(max)} avg: ${goDuration(average)}`];
  const { complete, error } = group.counts;
  if (complete > 0) lines.push(`\tComplete: ${complete} ${printDates(group.times.complete)}`);
  if (error > 0) lines.push(`\tError: ${error} ${printDates(group.times.error)}`);
  return `${lines.join("\n")}\n`;
}

export function totalsOf(groups: readonly RecapGroup[]): HourCounts {
  const sum = (outcome: RecapOutcome): number => groups.reduce((total, { counts }) => total + counts[outcome], 0);
  return countsOf(sum);
}

/** By hour of the task time: only hours that have some, keyed `00` to `23`. */
export function hourlyOf(groups: readonly RecapGroup[], filter: HourFilter): Readonly<Record<string, HourCounts>> {
  const found = selectedGroups(groups, filter);
  const hours = Array.from({ length: 24 }, (_, hour): [string, HourCounts] => [
    String(hour).padStart(2, "0"),
    countsOf((outcome) =>
      isSelected(outcome, filter) ? found.reduce((total, { hours: of }) => total + (of[outcome][hour] ?? 0), 0) : 0,
    ),
  ]);
  return Object.fromEntries(hours.filter(([, { Total }]) => Total > 0));
}

export function hourlyTotal(groups: readonly RecapGroup[], filter: HourFilter): HourCounts {
  const found = selectedGroups(groups, filter);
  return countsOf((outcome) =>
    isSelected(outcome, filter) ? found.reduce((total, { counts }) => total + counts[outcome], 0) : 0,
  );
}

/** Sorted, without duplicates. */
export function typesOf(groups: readonly RecapGroup[]): readonly string[] {
  return [...new Set(groups.map((group) => typeAndJob(group)[0]))].toSorted();
}

export function jobsByType(groups: readonly RecapGroup[]): Readonly<Record<string, readonly string[]>> {
  const jobs = new Map<string, string[]>();
  for (const group of groups) {
    const [type, job] = typeAndJob(group);
    if (job !== "") jobs.set(type, [...(jobs.get(type) ?? []), job]);
  }
  return Object.fromEntries([...jobs].map(([type, names]) => [type, names.toSorted()]));
}

const HALF_SECOND = 500;

/** Rounded to seconds, halves to the smaller number as in the view `tasks`, and as `HH:MM:SS`; without one of the two times 0 and `N/A`. */
export function elapsed(from: number | null, to: number | null): { readonly seconds: number; readonly text: string } {
  if (from === null || to === null) return { seconds: 0, text: "N/A" };
  const seconds = Math.sign(to - from) * Math.ceil((Math.abs(to - from) - HALF_SECOND) / 1000) + 0;
  const parts = [seconds / 3600, (seconds % 3600) / 60, seconds % 60].map(Math.trunc);
  // As C pads a number with zeros: to two characters, including the sign.
  const text = parts.map((part) => (part < 0 ? `-${String(-part)}` : String(part).padStart(2, "0"))).join(":");
  return { seconds, text };
}

/** RFC 3339 in UTC with as many digits as needed; empty for no time. */
export function rfc3339Text(ms: number | null): string {
  return ms === null ? "" : new Date(ms).toISOString().replace(/\.?0*Z$/, "Z");
}

/** When something last happened in a run, and whether any of its tasks has a result. */
export function runState(
  tasks: readonly { readonly result: string; readonly created: number | null; readonly ended: number | null }[],
): { readonly completed: boolean; readonly lastUpdate: string } {
  const times = tasks.map(({ result, created, ended }) => (result === "" ? created : ended));
  const last = times.reduce(
    (latest, time) => (time !== null && (latest === null || time > latest) ? time : latest),
    null,
  );
  return {
    completed: tasks.some(({ result }) => result !== ""),
    lastUpdate: last === null ? "0001-01-01T00:00:00Z" : rfc3339Text(last),
  };
}

function durationsOf({ ran }: RecapGroup): { readonly min: bigint; readonly max: bigint; readonly average: bigint } {
  if (ran === null) return { min: 0n, max: 0n, average: 0n };
  const average = Math.trunc(ran.sum / ran.count) * PRECISION;
  const ns = (ms: number): bigint => BigInt(ms) * NANOSECONDS;
  return { min: ns(ran.min), max: ns(ran.max), average: ns(average) };
}

function countsOf(of: (outcome: RecapOutcome) => number): HourCounts {
  const [Completed = 0, error = 0, Alert = 0, Warn = 0, Running = 0] = OUTCOMES.map(of);
  return { Total: Completed + error + Alert + Warn + Running, Completed, Error: error, Alert, Warn, Running };
}

function isSelected(outcome: RecapOutcome, { result }: HourFilter): boolean {
  return result === "" || result === outcome;
}

function selectedGroups(groups: readonly RecapGroup[], filter: HourFilter): readonly RecapGroup[] {
  return groups.filter((group) => {
    const [type, job] = typeAndJob(group);
    return (filter.type === "" || filter.type === type) && (filter.job === "" || filter.job === job);
  });
}

/** Type and job as parsed from the name of the group: a colon in the type belongs to the job. */
function typeAndJob(group: RecapGroup): readonly [type: string, job: string] {
  const key = recapKey(group);
  const at = key.indexOf(":");
  if (at < 0) return [key, ""];
  return [key.slice(0, at), key.slice(at + 1)];
}
