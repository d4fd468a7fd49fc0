/** A value that is present unless the database or the program is wrong; `what` names it in the error. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing: this is a bug in Flowlord`);
  return value;
}
