import { HOUR, MINUTE } from "../../../../src/contract/time/time-units.ts";
import type { Lateness } from "../../../components/slots/slot.ts";
import { duration } from "../../../services/format.ts";
import type { ArrivalsAnswer } from "./arrivals-queries.ts";

const LEVELS = ["late-1", "late-2", "late-3", "late-4"] as const satisfies readonly Lateness[];

/** From when on a file is a step later. */
export interface LatenessScale {
  /** Milliseconds after the task time that are usual, and so not late. */
  readonly base: number;
  readonly edges: readonly [number, number, number];
}

/** Minutes for files of every hour, hours for rarer ones. A habit of being late is none. */
export function scaleOf({
  step,
  usual_delay_ms: usual,
}: Pick<ArrivalsAnswer, "step" | "usual_delay_ms">): LatenessScale {
  const isRare = step !== null && (step === "month" || step.ms > HOUR);
  const edges = isRare ? ([15 * MINUTE, HOUR, 4 * HOUR] as const) : ([2 * MINUTE, 5 * MINUTE, 15 * MINUTE] as const);
  return { base: usual === null || usual <= edges[0] ? 0 : usual, edges };
}

export function latenessOf(delayMs: number, { base, edges }: LatenessScale): Lateness {
  const passed = edges.filter((edge) => delayMs - base >= edge).length;
  return LEVELS[passed] ?? "late-4";
}

/** The steps in words, from the smallest: `under 2 m`, `2 to 5 m`, …, `later`. */
export function latenessWords({
  base,
  edges,
}: LatenessScale): readonly { readonly state: Lateness; readonly word: string }[] {
  const [first, second, third] = edges.map(shortText);
  const than = base === 0 ? "" : " late";
  return [
    { state: "late-1", word: `under ${first}${than}` },
    { state: "late-2", word: `${first} to ${second}` },
    { state: "late-3", word: `${second} to ${third}` },
    { state: "late-4", word: "later" },
  ];
}

/** `2 m`, `4 h`: steps are round. */
function shortText(ms: number): string {
  return ms < HOUR ? `${ms / MINUTE} m` : `${ms / HOUR} h`;
}

/** `1 m 52 s`, also of a file that came before its time. */
export function delayText(ms: number): string {
  return ms < 0 ? `${duration(-ms)} before` : `${duration(ms)} after`;
}
