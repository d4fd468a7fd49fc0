import { UsageError } from "../usage-error.ts";

/** The id of an alert as typed. Throws UsageError. */
export function alertId(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text))
    throw new UsageError(`"${text}" is no id of an alert; flowlord alerts lists them.`);
  return Number(text);
}
