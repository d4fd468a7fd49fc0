/** What the address says of the schedule. */
export interface ScheduleSearch {
  /** Without it a day. */
  readonly span?: "week" | "month" | "list";
  /** A day in what is shown, as in `2026-03-29`; without it today. */
  readonly on?: string;
  /** Only phases with this text in their names. */
  readonly name?: string;
  /** `name`: phases by name; without it the worst first. */
  readonly sort?: string;
  /** The change of clocks that is shown: its moment (RFC 3339) and zone, without it the next one. */
  readonly change?: string;
}

const SPANS = ["week", "month", "list"] as const;

export function readSchedule({ span, on, name, sort, change }: Record<string, unknown>): ScheduleSearch {
  const known = SPANS.find((each) => each === span);
  const isDay = typeof on === "string" && /^\d{4}-\d{2}-\d{2}$/.test(on) && !Number.isNaN(Date.parse(on));
  return {
    ...(known === undefined ? {} : { span: known }),
    ...(isDay ? { on } : {}),
    // The router reads what looks like a number as one.
    ...(typeof name === "number" || (typeof name === "string" && name !== "") ? { name: String(name) } : {}),
    ...(sort === "name" ? { sort } : {}),
    ...(typeof change === "string" && change !== "" ? { change } : {}),
  };
}
