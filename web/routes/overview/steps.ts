import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import type { Status } from "../../components/mark.tsx";
import type { Bar } from "../../components/time-bars.tsx";

type Outcomes = SummaryAnswer["series"]["steps"][number];

/** From the axis up. */
export const PARTS = [
  { of: "completed", status: "complete" },
  { of: "in_progress", status: "running" },
  { of: "cancelled", status: "cancelled" },
  { of: "warned", status: "warn" },
  { of: "failed", status: "error" },
  { of: "alerted", status: "alert" },
] as const satisfies readonly { readonly of: keyof Outcomes; readonly status: Status }[];

/** An hour or a day of the period. */
export interface Step extends Bar {
  readonly total: number;
  readonly failed: number;
  /** Those that have a result. */
  readonly finished: number;
  readonly planned: number;
  /** Those of it that a schedule makes. */
  readonly ticks: number;
}

export function stepsOf({ series, planned, time_period: period }: SummaryAnswer, now: number): readonly Step[] {
  const starts = series.steps.map(({ at }) => Date.parse(at));
  const hours = planned.hours.map((hour) => ({ ...hour, at: Date.parse(hour.at) }));
  return series.steps.map((step, index) => {
    const from = starts[index] ?? 0;
    const until = starts[index + 1] ?? Date.parse(period.to);
    const coming = until <= now ? [] : hours.filter(({ at }) => at >= from && at < until);
    return {
      from,
      until,
      parts: PARTS.map(({ of, status }) => ({ status, count: step[of] })),
      total: step.total,
      failed: step.failed,
      finished: step.total - step.in_progress - step.cancelled,
      planned: coming.reduce((sum, hour) => sum + hour.tasks, 0),
      ticks: coming.reduce((sum, hour) => sum + hour.ticks, 0),
    };
  });
}

/** A share of 0 to 1; null: nothing has ended. */
export function errorRateOf({ failed, finished }: Pick<Step, "failed" | "finished">): number | null {
  return finished === 0 ? null : failed / finished;
}
