import type { Status } from "../../../components/mark.tsx";
import { duration } from "../../../services/format.ts";
import { floorTo, type Step, wallOfText } from "./wall-times.ts";

/** From the first task of a task time to the end of its last one. */
export interface TaskTimeSpan {
  readonly time: string;
  readonly began_at: string;
  readonly ended_at: string | null;
}

/** A bar of the strip. */
export interface Bar {
  readonly wall: number;
  /** In ms; of a day its longest. Null: nothing has run yet. */
  readonly ms: number | null;
  readonly isOver: boolean;
  readonly runs: number;
  readonly worst: Status;
  readonly isPlanned: boolean;
}

export function spanMs({ began_at: began, ended_at: ended }: TaskTimeSpan, now: number): number {
  return Math.max(0, (ended === null ? now : Date.parse(ended)) - Date.parse(began));
}

/** The median of the runs that are over; null: none is. */
export function usualMs(spans: readonly TaskTimeSpan[]): number | null {
  const sorted = spans
    .filter(({ ended_at: ended }) => ended !== null)
    .map((span) => spanMs(span, 0))
    .toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** A bar for each column. `worst`: of the tasks of a column; `isPlanned`: something of it is still to come. */
export function barsOf(
  columns: readonly number[],
  step: Step,
  spans: readonly TaskTimeSpan[],
  now: number,
  about: { readonly worst: (column: number) => Status; readonly isPlanned: (column: number) => boolean },
): readonly Bar[] {
  const byWall = Map.groupBy(spans, ({ time }) => floorTo(wallOfText(time), step));
  return columns.map((wall, column) => {
    const own = byWall.get(wall) ?? [];
    const longest = own.reduce<number | null>((most, span) => Math.max(most ?? 0, spanMs(span, now)), null);
    return {
      wall,
      ms: longest,
      isOver: own.every((span) => span.ended_at !== null),
      runs: own.length,
      worst: about.worst(column),
      isPlanned: own.length === 0 && about.isPlanned(column),
    };
  });
}

/** The top of the scale: a round time that nearly all runs are below. What is longer by far leaves it, so that the others are seen. */
export function scaleOf(bars: readonly Bar[], usual: number | null): number {
  const longest = Math.max(1000, ...bars.map(({ ms }) => ms ?? 0));
  const wanted = usual === null || usual === 0 ? longest : Math.min(longest, Math.max(usual * 1.8, 2000));
  return ROUND.find((ms) => ms >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
}

const ROUND = [1, 2, 4, 10, 20, 30, 60, 120, 240, 600, 1200, 1800, 3600]
  .concat([2, 4, 6, 8, 12, 24, 48].map((hours) => hours * 3600))
  .map((seconds) => seconds * 1000);

/** On the axis: `5 m`, `30 s`, `2 h`. */
export function axisText(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 60_000) return `${ms / 1000} s`;
  if (ms < 3_600_000) return `${Number((ms / 60_000).toFixed(1))} m`;
  return `${Number((ms / 3_600_000).toFixed(1))} h`;
}

/** "28 m 10 s so far, usually 3 m 47 s", of a day "longest of 24 runs 5 m 40 s". */
export function barText({ ms, isOver, runs, isPlanned }: Bar, usual: number | null): string {
  if (ms === null) return isPlanned ? "still to come" : "nothing ran";
  const usually = usual === null ? "" : `, usually ${duration(usual)}`;
  if (runs > 1) return `longest of ${runs} runs ${duration(ms)}${isOver ? "" : " so far"}${usually}`;
  return `${duration(ms)}${isOver ? "" : " so far"}${usually}`;
}
