/** What the address asks: `of` is `type:job`, `at` a task time. */
export interface WhyNotSearch {
  readonly of?: string;
  readonly at?: string;
}

export function readSearch({ of, at }: Record<string, unknown>): WhyNotSearch {
  return {
    ...(typeof of === "string" && of !== "" ? { of } : {}),
    // A year alone is read as a number.
    ...(at !== undefined && at !== "" && (typeof at === "string" || typeof at === "number") ? { at: String(at) } : {}),
  };
}
