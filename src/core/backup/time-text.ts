import { parseInstant } from "../../contract/time/instant.ts";

/** A moment in the name of an object, which sorts by it: `20260131T040000.123Z`. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]/g, "");
}

/** Null for what is none. */
export function readTimeText(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3})Z$/.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1);
  return parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
