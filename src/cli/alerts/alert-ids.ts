import { UsageError } from "../usage-error.ts";

/** The id of an alert as typed. Throws UsageError. */
export function alertId(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text))
    throw new UsageError(`"${text}" is not an alert id; flowlord alerts list shows them.`);
  return Number(text);
}
