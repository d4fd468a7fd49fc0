/** What the address says of the health. */
export interface HealthSearch {
  /** Of the day that is shown; without it today. */
  readonly day?: string;
}

export function readSearch({ day }: Record<string, unknown>): HealthSearch {
  return typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? { day } : {};
}
