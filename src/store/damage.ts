import { MissingError } from "../contract/present.ts";
import { StoreError } from "./store.ts";

/** What to do about a damaged database. */
export const WAYS_OUT =
  "stop Flowlord, then restore a backup (`flowlord restore`), or save what is left with `sqlite3 FILE .recover` (docs/database.md, Damage)";

/**
 * The StoreError for a stored value that cannot be read: JSON that is none, a time beyond the calendar, a row that is gone. Null for any other
 * error. Only for errors of code that reads the database: the same may be said of a message.
 */
export function damagedValue(error: unknown, path: string): StoreError | null {
  const isDamage =
    error instanceof SyntaxError ||
    error instanceof MissingError ||
    (error instanceof RangeError && /^Invalid (time|date)/i.test(error.message));
  if (!isDamage) return null;
  const reason = error.message.replace(/: this is a bug in Flowlord$/, "");
  return new StoreError(
    "corrupt",
    `Database ${path}: a stored value cannot be read (${reason}), so the database is damaged: ${WAYS_OUT}.`,
    error,
  );
}
