const PERIODS = ["hour", "day", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** What the address says of the overview. */
export interface OverviewSearch {
  readonly period?: Period;
  /** A moment in the period, RFC 3339; without it: now. */
  readonly at?: string;
}

export function readSearch({ period, at }: Record<string, unknown>): OverviewSearch {
  const known = PERIODS.find((each) => each === period);
  const isTime = typeof at === "string" && !Number.isNaN(Date.parse(at));
  return { ...(known === undefined ? {} : { period: known }), ...(isTime ? { at } : {}) };
}
