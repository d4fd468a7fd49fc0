/** A value is missing that is there unless the database or the program is wrong. */
export class MissingError extends Error {
  constructor(what: string) {
    super(`${what} is missing: this is a bug in Flowlord`);
    this.name = "MissingError";
  }
}

/** A value that is present unless the database or the program is wrong; `what` names it in the error. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new MissingError(what);
  return value;
}
