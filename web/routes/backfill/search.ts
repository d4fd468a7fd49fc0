const LISTS = ["running", "past"] as const;
export const STEPS = ["hour", "day", "week", "month"] as const;
export type Step = (typeof STEPS)[number];
export const SELECTIONS = ["missing", "missing,failed", "all"] as const;
export type Selection = (typeof SELECTIONS)[number];

/** What the address says of the backfills, and of the one that is being made. */
export interface BackfillSearch {
  readonly list?: (typeof LISTS)[number];
  /** `TYPE:JOB` or `TYPE`. */
  readonly of?: string;
  /** The file of the phase, where several have it. */
  readonly workflow?: string;
  /** The oldest task time; without `to` the only one. */
  readonly from?: string;
  readonly to?: string;
  /** Without it the schedule of the phase, or its days. */
  readonly by?: Step;
  /** `key=value,key2=value2`: one row instead of those of the phase. */
  readonly meta?: string;
  /** A file of rows instead. */
  readonly rows?: string;
  /** Which slots; without it those that are missing. */
  readonly only?: Exclude<Selection, "missing">;
  readonly newest?: true;
  /** How many tasks may be unfinished at a time. */
  readonly active?: number;
  readonly children?: true;
  /** Pause on the first failure. */
  readonly stop?: true;
}

export function readSearch(raw: Record<string, unknown>): BackfillSearch {
  const texts = (["of", "workflow", "from", "to", "meta", "rows"] as const).flatMap((name) => {
    // The router reads what looks like a number as one.
    const value = typeof raw[name] === "number" ? String(raw[name]) : raw[name];
    return typeof value === "string" && (value !== "" || name === "meta") ? [[name, value] as const] : [];
  });
  const { list, by, only, active, newest, children, stop } = raw;
  return {
    ...(Object.fromEntries(texts) as Pick<BackfillSearch, "of" | "workflow" | "from" | "to" | "meta" | "rows">),
    ...(isOneOf(LISTS, list) ? { list } : {}),
    ...(isOneOf(STEPS, by) ? { by } : {}),
    ...(only === "all" || only === "missing,failed" ? { only } : {}),
    ...(typeof active === "number" && Number.isInteger(active) && active > 0 ? { active } : {}),
    ...(newest === true ? { newest } : {}),
    ...(children === true ? { children } : {}),
    ...(stop === true ? { stop } : {}),
  };
}

function isOneOf<T extends string>(known: readonly T[], value: unknown): value is T {
  return known.some((one) => one === value);
}
