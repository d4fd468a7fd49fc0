import { KIND_SORTS } from "./kinds/columns.ts";

const PERIODS = ["hour", "day", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** What the address says of the overview. */
export interface OverviewSearch {
  readonly period?: Period;
  /** A moment in the period, RFC 3339; without it: now. */
  readonly at?: string;
  /** Of the table by type and job: `-error`; without it by name. */
  readonly sort?: string;
}

export function readSearch({ period, at, sort }: Record<string, unknown>): OverviewSearch {
  const known = PERIODS.find((each) => each === period);
  const isTime = typeof at === "string" && !Number.isNaN(Date.parse(at));
  const isSort = typeof sort === "string" && KIND_SORTS.some((by) => sort === by || sort === `-${by}`);
  return {
    ...(known === undefined ? {} : { period: known }),
    ...(isTime ? { at } : {}),
    ...(isSort && sort !== "name" ? { sort } : {}),
  };
}
