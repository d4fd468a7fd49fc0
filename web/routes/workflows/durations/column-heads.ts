import { STEP_MS, type Step } from "./wall-times.ts";

/** What stands above a column: its hour or day, and above that the day or month which begins with it. */
export interface ColumnHead {
  readonly name: string;
  readonly group: string | null;
}

const utc = { timeZone: "UTC" } as const;
const DAY_NAME = new Intl.DateTimeFormat("en-GB", { ...utc, weekday: "short", day: "numeric", month: "short" });
const MONTH_NAME = new Intl.DateTimeFormat("en-GB", { ...utc, month: "short", year: "numeric" });

/** Every third hour, or every day, has its name; one of a phone every sixth, or every third. */
export function headsOf(columns: readonly number[], step: Step, every: number): readonly ColumnHead[] {
  return columns.map((wall, column) => {
    const date = new Date(wall);
    const number = step === "hour" ? date.getUTCHours() : date.getUTCDate();
    const begins = column === 0 || (step === "hour" ? wall % STEP_MS.day === 0 : date.getUTCDate() === 1);
    const isNamed = step === "hour" ? number % every === 0 : column % every === 0;
    const groups = step === "hour" ? DAY_NAME : MONTH_NAME;
    return {
      name: isNamed ? String(number).padStart(2, "0") : "",
      group: begins ? groups.format(wall).replace(",", "") : null,
    };
  });
}
