import { NOTHING } from "../../../services/format.ts";
import type { Step } from "./history-queries.ts";

export interface Lane {
  readonly name: string;
  /** As the readout says it. */
  said(text: string): string;
  /** Counts are bars, the others lines. */
  readonly isCount: boolean;
  /** Null: nothing was measured. */
  of(step: Step): number | null;
  text(value: number): string;
}

/** One decimal below ten. */
export function ms(value: number): string {
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ms`;
}

export const LANES: readonly Lane[] = [
  { name: "Scheduler lag", said: (text) => `lag ${text}`, isCount: false, of: (step) => step.lag_ms, text: ms },
  { name: "Commit, slowest", said: (text) => `commit ${text}`, isCount: false, of: (step) => step.commit_ms, text: ms },
  { name: "Event loop, p99", said: (text) => `loop ${text}`, isCount: false, of: (step) => step.loop_ms, text: ms },
  {
    name: "Messages a minute",
    said: (text) => `${text} messages a minute`,
    isCount: true,
    of: (step) => (step.measured_ms === 0 ? null : (step.messages / step.measured_ms) * 60_000),
    text: (value) => (value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value))),
  },
];

export function textOf(lane: Lane, step: Step): string {
  const value = lane.of(step);
  return value === null ? NOTHING : lane.text(value);
}

/** The step with the most; null: nothing was measured. */
export function worstOf(lane: Lane, steps: readonly Step[]): Step | null {
  return steps.reduce<Step | null>((worst, step) => {
    const value = lane.of(step);
    return value === null || value <= (worst === null ? -1 : (lane.of(worst) ?? -1)) ? worst : step;
  }, null);
}
