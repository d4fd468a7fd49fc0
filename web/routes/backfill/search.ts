/** What the address says of the backfills. */
interface BackfillSearch {
  readonly list?: "running" | "past";
}

export function readSearch({ list }: Record<string, unknown>): BackfillSearch {
  return list === "running" || list === "past" ? { list } : {};
}
