/** What the address says of a task's page. */
export interface TaskSearch {
  /** The record of the attempt whose log is shown; without it the newest. */
  readonly log?: number;
  /** Searched for in the log. */
  readonly find?: string;
  /** A line of the log, from 1. */
  readonly line?: number;
  /** Info and meta as they were sent. */
  readonly raw?: true;
  /** The run as a list. */
  readonly outline?: true;
}

export function readSearch({ log, find, line, raw, outline }: Record<string, unknown>): TaskSearch {
  const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
  return {
    ...(isNumber(log) ? { log } : {}),
    ...(typeof find === "string" || typeof find === "number" ? { find: String(find) } : {}),
    ...(isNumber(line) ? { line } : {}),
    ...(raw === true ? { raw } : {}),
    ...(outline === true ? { outline } : {}),
  };
}
