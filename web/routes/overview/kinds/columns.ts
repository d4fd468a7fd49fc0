import type { SummaryAnswer } from "../../../../src/contract/api/instance/summary-api.ts";

export type Kind = Omit<SummaryAnswer["by_type"][string], "jobs">;

/** What a table by type and job is sorted by; `-` before it for descending. */
export const KIND_SORTS = ["name", "total", "complete", "warn", "error", "alert", "rate", "average", "p95"] as const;
export type KindSort = (typeof KIND_SORTS)[number];

export const NUMBERS = [
  { sort: "total", name: "Total", of: ({ total }) => total },
  { sort: "complete", name: "Complete", of: ({ completed }) => completed },
  { sort: "warn", name: "Warn", of: ({ warned }) => warned },
  { sort: "error", name: "Error", of: ({ failed }) => failed },
  { sort: "alert", name: "Alert", of: ({ alerted }) => alerted },
  { sort: "rate", name: "Error rate", of: rateOf },
  { sort: "average", name: "Average", of: ({ avg_duration_ms: ms }) => ms },
  { sort: "p95", name: "p95", of: ({ p95_duration_ms: ms }) => ms },
] as const satisfies readonly {
  readonly sort: KindSort;
  readonly name: string;
  readonly of: (kind: Kind) => number | null;
}[];

/** A share of 0 to 1; null: nothing has ended. */
export function rateOf({ completed, failed, warned, alerted }: Kind): number | null {
  const finished = completed + failed + warned + alerted;
  return finished === 0 ? null : failed / finished;
}

/** By the sort of the address; what has no value is last. */
export function sorted<T extends Kind>(
  kinds: readonly (readonly [name: string, kind: T])[],
  sort: string,
): readonly (readonly [name: string, kind: T])[] {
  const isDown = sort.startsWith("-");
  const by = NUMBERS.find((column) => column.sort === sort.replace("-", ""));
  const sign = isDown ? -1 : 1;
  return kinds.toSorted(([aName, a], [bName, b]) => {
    const names = aName < bName ? -1 : 1;
    if (by === undefined) return sign * names;
    const [left, right] = [by.of(a), by.of(b)];
    if (left === null || right === null) return left === right ? names : left === null ? 1 : -1;
    return sign * (left - right) || names;
  });
}
