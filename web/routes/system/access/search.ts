const OUTCOMES = ["done", "refused"] as const;

/** What the address says of the audit log. */
export interface AccessSearch {
  /** Only what this user or key did. */
  readonly who?: string;
  readonly outcome?: (typeof OUTCOMES)[number];
  /** What an entry contains. */
  readonly text?: string;
  /** A moment in the day that the strip shows, RFC 3339; without it today, and entries of any day. */
  readonly day?: string;
  /** Where the hour begins whose entries are shown, RFC 3339. */
  readonly hour?: string;
}

export function readSearch({ who, outcome, text, day, hour }: Record<string, unknown>): AccessSearch {
  const known = OUTCOMES.find((each) => each === outcome);
  return {
    ...(isText(who) ? { who: String(who) } : {}),
    ...(known === undefined ? {} : { outcome: known }),
    ...(isText(text) ? { text: String(text) } : {}),
    ...(isTime(day) ? { day } : {}),
    ...(isTime(hour) ? { hour } : {}),
  };
}

/** The router reads a text of digits as a number. */
function isText(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "" && value.length <= 200) || typeof value === "number";
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}
